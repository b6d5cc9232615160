//! Secrets: what goes in comes out, for those who may, written down, and never where it does not belong.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use app::*;
use domain::{Caller, Credential, Face, PermissionSet, Policy};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use vault::{Kek, Keyring, LocalKey};

use crate::{House, data_owner, request, with_call};

fn kek(seed: u8) -> Kek {
    let key: Vec<u8> = (0..32).map(|place| seed.wrapping_mul(31).wrapping_add(place)).collect();
    let mut bytes = [0; 32];
    bytes.copy_from_slice(&key);
    Kek::Local(LocalKey::new(&SecretBox::new(Box::new(bytes))).unwrap())
}

/// A house with the key 1; the number says how many keys there are, the last one seals.
fn house() -> (House, Arc<AtomicU8>) {
    let house = House::new();
    let keys = Arc::new(AtomicU8::new(1));
    let seen = Arc::clone(&keys);
    house.services.vault.set(Vault::new(move || {
        let last = seen.load(Ordering::SeqCst);
        Ok((last > 0).then(|| Keyring::new(kek(last), (1..last).map(kek).collect())))
    }));
    (house, keys)
}

fn value(text: &str) -> SecretString {
    SecretString::from(text)
}

const AT: SecretPlace<'static> = SecretPlace { project: None, environment: "production" };

fn owner<T>(run: impl FnOnce(&Call<'_>) -> T) -> T {
    with_call(&data_owner(Face::Cli), &Quiet, run)
}

fn somebody(name: &str, role: &str) -> Caller {
    Caller::new(&Policy::default(), name, vec![role.to_owned()], Face::Http, Credential::Certificate)
}

fn bodies(house: &House) -> Vec<String> {
    let connection = rusqlite::Connection::open(house.data().join("store.db")).unwrap();
    let mut found = connection.prepare("SELECT body FROM audit_entries ORDER BY number").unwrap();
    found.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn what_is_set_is_read_by_version_and_each_reading_is_written_down_before() {
    let (house, _) = house();
    let services = &house.services;
    owner(|call| {
        assert_eq!(set_secret(services, call, &AT, "A", &value("one")).unwrap().version, 1);
        assert_eq!(set_secret(services, call, &AT, "A", &value("two")).unwrap().version, 2);
        let read = |version| read_secret(services, call, &AT, "A", version).map(|found| found.value);
        assert_eq!(read(None).unwrap().expose_secret(), "two");
        assert_eq!(read(Some(1)).unwrap().expose_secret(), "one");
        assert_eq!(read(Some(3)).unwrap_err().kind, ErrorKind::NotFound);
        let all = open_environment(services, call, &AT).unwrap();
        assert_eq!(all.iter().map(|one| (one.name.as_str(), one.version)).collect::<Vec<_>>(), [("A", 2)]);
        let other = SecretPlace { environment: "staging", ..AT };
        assert_eq!(read_secret(services, call, &other, "A", None).unwrap_err().kind, ErrorKind::NotFound);
        assert_eq!(delete_secret(services, call, &AT, "A").unwrap().name, "A");
        assert_eq!(read(None).unwrap_err().kind, ErrorKind::NotFound);
    });
    let told: Vec<(String, String)> = bodies(&house)
        .iter()
        .map(|body| serde_json::from_str::<serde_json::Value>(body).unwrap())
        .filter(|body| body["resources"][0]["uid"] == "production/A")
        .map(|body| (body["api"]["operation"].as_str().unwrap().to_owned(), body.to_string()))
        .collect();
    let operations: Vec<&str> = told.iter().map(|(operation, _)| operation.as_str()).collect();
    assert_eq!(
        operations,
        ["write-secret", "write-secret", "read-secret", "read-secret", "read-secret", "delete-secret"]
    );
    assert!(told[2].1.contains("version 2") && told[3].1.contains("version 1"), "{told:?}");
}

#[test]
fn where_it_cannot_be_written_down_no_value_is_given_out() {
    let (house, _) = house();
    owner(|call| set_secret(&house.services, call, &AT, "A", &value("one")).unwrap());
    let connection = rusqlite::Connection::open(house.data().join("store.db")).unwrap();
    connection
        .execute_batch("CREATE TRIGGER no BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'no'); END")
        .unwrap();
    owner(|call| {
        assert!(read_secret(&house.services, call, &AT, "A", None).is_err());
        assert!(open_environment(&house.services, call, &AT).is_err());
        assert!(set_secret(&house.services, call, &AT, "A", &value("two")).is_err());
        assert!(delete_secret(&house.services, call, &AT, "A").is_err());
    });
    connection.execute_batch("DROP TRIGGER no").unwrap();
    owner(|call| {
        let found = read_secret(&house.services, call, &AT, "A", None).unwrap();
        assert_eq!((found.version, found.value.expose_secret()), (1, "one"));
    });
}

#[test]
fn without_a_key_every_command_says_what_to_do_and_nothing_is_there() {
    let (house, keys) = house();
    keys.store(0, Ordering::SeqCst);
    owner(|call| {
        let error = set_secret(&house.services, call, &AT, "A", &value("one")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert!(error.hint.contains("smart-begin key create"), "{error}");
        assert!(list_secrets(&house.services, call, None, None).unwrap().secrets.is_empty());
        assert_eq!(key_status(&house.services, call).unwrap().keys, []);
    });
}

#[test]
fn secrets_of_no_project_are_nobodys_own_and_a_bound_token_reaches_none_of_them() {
    let (house, _) = house();
    owner(|call| set_secret(&house.services, call, &AT, "A", &value("one")).unwrap());
    for role in ["viewer", "member", "operator", "auditor"] {
        with_call(&somebody("idp:ann", role), &Quiet, |call| {
            let services = &house.services;
            let kinds = [
                read_secret(services, call, &AT, "A", None).map(drop),
                set_secret(services, call, &AT, "A", &value("x")).map(drop),
                delete_secret(services, call, &AT, "A").map(drop),
                list_secrets(services, call, None, None).map(drop),
                open_environment(services, call, &AT).map(drop),
                import_secrets(services, call, &AT, &[]).map(drop),
            ];
            for outcome in kinds {
                assert_eq!(outcome.unwrap_err().kind, ErrorKind::Refused, "{role}");
            }
        });
    }
    let project = house.begin(request("demo")).unwrap().project_id.unwrap();
    let everything = Caller {
        permissions: PermissionSet::all(),
        only_projects: Some(vec![project.parse().unwrap()]),
        ..somebody("idp:bound", "admin")
    };
    with_call(&everything, &Quiet, |call| {
        assert_eq!(read_secret(&house.services, call, &AT, "A", None).unwrap_err().kind, ErrorKind::Refused);
        assert_eq!(list_secrets(&house.services, call, None, None).unwrap_err().kind, ErrorKind::Refused);
        let own = SecretPlace { project: Some(&project), ..AT };
        set_secret(&house.services, call, &own, "A", &value("of the project")).unwrap();
        let found = read_secret(&house.services, call, &own, "A", None).unwrap();
        assert_eq!(found.value.expose_secret(), "of the project");
    });
}

#[test]
fn names_and_values_that_cannot_be_are_refused_without_repeating_them() {
    let (house, _) = house();
    owner(|call| {
        for name in ["", "1A", "A-B", "A=canary-1", "PATH", "LD_PRELOAD", "SMART_BEGIN_TOKEN"] {
            let error = set_secret(&house.services, call, &AT, name, &value("canary-1")).unwrap_err();
            assert_eq!(error.field, Some("name"), "{name}");
            assert!(!format!("{error} {error:?}").contains("canary-1"));
        }
        for text in ["canary-1\0".to_owned(), "canary-1".repeat(140_000)] {
            let error = set_secret(&house.services, call, &AT, "A", &value(&text)).unwrap_err();
            assert_eq!((error.kind, error.field), (ErrorKind::Invalid, Some("value")));
            assert!(!format!("{error} {error:?}").contains("canary-1"));
        }
        let error = set_secret(&house.services, call, &SecretPlace { environment: "A/b", ..AT }, "A", &value("x"));
        assert_eq!(error.unwrap_err().field, Some("environment"));
    });
}

#[test]
fn an_import_is_all_or_nothing_and_tells_every_line_that_cannot_be() {
    let (house, _) = house();
    let new = |names: &[&str]| -> Vec<NewSecret> {
        let one =
            |(line, name): (usize, &&str)| NewSecret { name: (*name).to_owned(), value: value("v"), line: line + 1 };
        names.iter().enumerate().map(one).collect()
    };
    owner(|call| {
        let services = &house.services;
        let error = import_secrets(services, call, &AT, &new(&["A", "PATH", "B.C"])).unwrap_err();
        assert!(error.message.contains("line 2") && error.message.contains("line 3"), "{error}");
        assert!(list_secrets(services, call, None, None).unwrap().secrets.is_empty());
        import_secrets(services, call, &AT, &new(&["A", "B"])).unwrap();
        let again = import_secrets(services, call, &AT, &new(&["B", "C"])).unwrap();
        let told: Vec<_> =
            again.secrets.iter().map(|one| (one.name.as_str(), one.version, one.outcome.as_str())).collect();
        assert_eq!(told, [("B", 2, "changed"), ("C", 1, "created")]);
    });
}

#[test]
fn rewrapping_moves_everything_a_batch_at_a_time_and_tells_what_cannot_be() {
    let (house, keys) = house();
    let services = &house.services;
    owner(|call| {
        for number in 0..7 {
            set_secret(services, call, &AT, &format!("A{number}"), &value(&format!("value {number}"))).unwrap();
        }
        keys.store(2, Ordering::SeqCst);
        set_secret(services, call, &AT, "B", &value("under the new key")).unwrap();
        let status = key_status(services, call).unwrap();
        let used: Vec<_> = status.keys.iter().map(|key| (key.state, key.versions)).collect();
        assert!(used.contains(&(KeyState::Older, 7)) && used.contains(&(KeyState::Current, 1)), "{used:?}");
        // One that was altered does not keep the others.
        let connection = rusqlite::Connection::open(house.data().join("store.db")).unwrap();
        let spoil = "UPDATE secret_versions SET sealed = CAST(substr(sealed, 1, 40) || zeroblob(length(sealed) - 40) AS BLOB) WHERE number = 3";
        assert_eq!(connection.execute(spoil, []).unwrap(), 1);
        let mut steps = Vec::new();
        let done = rotate_keys(services, call, 2, |done, total| steps.push((done, total))).unwrap();
        assert_eq!((done.rewrapped, done.left, done.failures.len(), done.unneeded.len()), (6, 1, 1, 0), "{done:?}");
        assert!(done.failures[0].contains("production/A2"), "{done:?}");
        assert_eq!(steps.first(), Some(&(0, 7)));
        assert_eq!(steps.last(), Some(&(6, 7)));
        assert!(delete_secret(services, call, &AT, "A2").is_ok());
        let done = rotate_keys(services, call, 2, |_, _| {}).unwrap();
        assert_eq!((done.rewrapped, done.left), (0, 0));
    });
    // Under the new key alone all can be read.
    house.services.vault.set(Vault::new(|| Ok(Some(Keyring::new(kek(2), Vec::new())))));
    owner(|call| {
        let all = open_environment(services, call, &AT).unwrap();
        assert_eq!(all.len(), 7);
        assert_eq!(all[0].value.expose_secret(), "value 0");
    });
    let told = bodies(&house).into_iter().filter(|body| body.contains("rotate-keys")).collect::<Vec<_>>();
    // Two that begin, two that end, and each batch that changed something.
    assert!(told.first().unwrap().contains("begins: 7") && told.last().unwrap().contains("ends: 0"), "{told:?}");
    assert_eq!(told.len(), 4 + 4, "{told:?}");
}

#[test]
fn a_grace_keeps_the_version_before_and_lists_say_so() {
    let (house, _) = house();
    let services = &house.services;
    owner(|call| {
        set_secret(services, call, &AT, "A", &value("one")).unwrap();
        set_secret(services, call, &AT, "A", &value("two")).unwrap();
        let shown = show_secret(services, call, &AT, "A").unwrap();
        let states: Vec<_> = shown.versions.iter().map(|version| (version.version, version.state.as_str())).collect();
        assert_eq!(states, [(2, "current"), (1, "retired")]);
        let listed = list_secrets(services, call, None, Some("production")).unwrap();
        let told = serde_json::to_string(&listed).unwrap();
        assert!(!told.contains("one\"") && !told.contains("two\""), "{told}");
        assert!(list_secrets(services, call, None, Some("staging")).unwrap().secrets.is_empty());
    });
}
