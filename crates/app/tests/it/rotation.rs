//! Rotation: a new value is given out only when it holds wherever it is used, and the old one until then.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use app::{
    Call, Error, Generator, Hook, Outside, RotatedSecret, RotationSchedule, RotationWish, SecretPlace, Services, Vault,
    read_secret, rotate_due, rotate_secret, schedule_rotation, set_secret, show_secret,
};
use domain::{Caller, Face, Policy};
use safe_fs::Roots;
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use tempfile::TempDir;
use testkit::Postgres;
use vault::{Kek, Keyring, LocalKey};

use crate::{data_owner, services, with_call};
use app::Quiet;

const AT: SecretPlace<'static> = SecretPlace { project: None, environment: "production" };

struct Place {
    folder: TempDir,
    services: Services,
    outside: Outside,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Self::at(folder);
        place.services.vault.set(keys());
        place
    }

    fn at(folder: TempDir) -> Self {
        let services = services(&folder.path().join("data"), Roots::none());
        let outside = Outside::new(std::env::vars_os(), outbound::Rules::default());
        Self { folder, services, outside }
    }

    fn as_owner<T>(&self, work: impl FnOnce(&Call<'_>) -> T) -> T {
        with_call(&data_owner(Face::Cli), &Quiet, work)
    }

    fn set(&self, name: &str, value: &str) {
        self.as_owner(|call| set_secret(&self.services, call, &AT, name, &SecretString::from(value))).unwrap();
    }

    fn get(&self, name: &str) -> String {
        let opened = self.as_owner(|call| read_secret(&self.services, call, &AT, name, None)).unwrap();
        opened.value.expose_secret().to_owned()
    }

    fn get_version(&self, name: &str, version: u64) -> String {
        let opened = self.as_owner(|call| read_secret(&self.services, call, &AT, name, Some(version))).unwrap();
        opened.value.expose_secret().to_owned()
    }

    fn rotate(&self, name: &str, wish: RotationWish) -> Result<RotatedSecret, Error> {
        self.as_owner(|call| rotate_secret(&self.services, call, &self.outside, &AT, name, wish))
    }

    fn by(&self, name: &str, generator: &str) -> Result<RotatedSecret, Error> {
        self.rotate(name, RotationWish { generator: Some(generator.parse().unwrap()), grace_minutes: None })
    }

    fn schedule(&self, name: &str, wanted: RotationSchedule) {
        self.as_owner(|call| schedule_rotation(&self.services, call, &AT, name, wanted)).unwrap();
    }

    /// A program that does this in `$1`, the phase; `$LOG` is a file.
    fn hook(&self, name: &str, script: &str) -> Hook {
        let program = self.folder.path().join(name);
        let log = self.log();
        fs::write(&program, format!("#!/bin/sh\nLOG={}\n{script}\n", log.display())).unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        Hook::Command { program, arguments: vec!["first argument".to_owned()], seconds: 20 }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("hook.log")
    }

    fn logged(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn states(&self, name: &str) -> Vec<(u64, String)> {
        let secret = self.as_owner(|call| show_secret(&self.services, call, &AT, name)).unwrap();
        secret.versions.into_iter().map(|version| (version.version, version.state)).collect()
    }

    fn sql(&self, statement: &str) {
        rusqlite::Connection::open(self.folder.path().join("data/store.db")).unwrap().execute_batch(statement).unwrap();
    }
}

fn keys() -> Vault {
    let key = SecretBox::new(Box::new([7; 32]));
    Vault::new(move || Ok(Some(Keyring::new(Kek::Local(LocalKey::new(&key)?), Vec::new()))))
}

fn states(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
    expected.iter().map(|(version, state)| (*version, (*state).to_owned())).collect()
}

#[test]
fn each_generator_makes_a_value_of_its_kind() {
    let place = Place::new();
    for (name, generator, looks) in [
        ("TOKEN", "token", (|value: &str| value.len() == 43) as fn(&str) -> bool),
        ("TEXT", "text:22:digits", |value| value.len() == 22 && value.bytes().all(|byte| byte.is_ascii_digit())),
        ("KEY", "key-pair:ed25519", |value| value.starts_with("-----BEGIN PRIVATE KEY-----\n")),
    ] {
        place.set(name, "first");
        let done = place.by(name, generator).unwrap();
        assert_eq!((done.version, done.previous_version, done.previous_good_until), (2, 1, None));
        assert!(looks(&place.get(name)), "{generator}");
        assert_eq!(done.public_key.is_some(), name == "KEY");
        let again = place.rotate(name, RotationWish::default()).unwrap();
        assert_eq!(again.version, 3, "the generator is remembered");
        assert_ne!(place.get(name), place.get_version(name, 2));
    }
    let error = place.by("NONE", "token").unwrap_err();
    assert_eq!(error.kind, app::ErrorKind::NotFound);
    place.set("PLAIN", "first");
    assert_eq!(place.rotate("PLAIN", RotationWish::default()).unwrap_err().field, Some("generator"));
}

#[test]
fn a_hook_takes_the_value_before_it_is_given_out() {
    let place = Place::new();
    place.set("KEY", "old \"value\"");
    let script = "echo \"$1|$2\" >>$LOG; env >>$LOG; cat >>$LOG; echo >>$LOG";
    let hook = place.hook("hook", script);
    let generator: Generator = "token".parse().unwrap();
    place.schedule(
        "KEY",
        RotationSchedule {
            generator: Some(generator),
            grace_minutes: Some(60),
            hook: Some(Some(hook)),
            ..RotationSchedule::default()
        },
    );
    let done = place.rotate("KEY", RotationWish::default()).unwrap();
    assert!(done.previous_good_until.is_some());
    assert_eq!(place.states("KEY"), states(&[(2, "current"), (1, "previous")]));
    let logged = place.logged();
    let phases: Vec<_> = logged.lines().filter(|line| line.starts_with("first argument|")).collect();
    assert_eq!(phases, ["first argument|apply", "first argument|verify"]);
    let message: serde_json::Value =
        serde_json::from_str(logged.lines().find(|line| line.starts_with('{')).unwrap()).unwrap();
    assert_eq!(message["type"], "secret.rotation.apply");
    assert_eq!(message["data"]["value"], place.get("KEY"));
    assert_eq!(message["data"]["previousValue"], "old \"value\"");
    assert_eq!(message["data"]["previousVersion"], 1);
    assert_eq!(message["data"]["version"], 2);
    assert!(!logged.contains("CARGO"), "the hook gets no variables of ours: {logged}");
}

#[test]
fn what_a_hook_does_not_take_is_taken_back() {
    for (failing, phases) in [("apply", "apply rollback "), ("verify", "apply verify rollback ")] {
        let place = Place::new();
        place.set("KEY", "old");
        let script =
            format!("printf '%s ' $2 >>$LOG; cat >/dev/null; echo leaked-by-stderr >&2; [ $2 != {failing} ] || exit 9");
        let hook = Some(Some(place.hook("hook", &script)));
        let generator = Some("token".parse().unwrap());
        place.schedule("KEY", RotationSchedule { generator, hook, ..RotationSchedule::default() });
        let error = place.rotate("KEY", RotationWish::default()).unwrap_err();
        assert!(error.message.contains(failing) && error.message.contains("exit code 9"), "{error}");
        assert!(!format!("{error:?}").contains("leaked"));
        assert_eq!(place.logged(), phases);
        assert_eq!(place.get("KEY"), "old");
        assert_eq!(place.states("KEY"), states(&[(2, "retired"), (1, "current")]));
        let told = place.as_owner(|call| show_secret(&place.services, call, &AT, "KEY")).unwrap().last_failure.unwrap();
        assert!(told.contains("exit code 9"), "{told}");
        place.hook("hook", "cat >/dev/null");
        assert_eq!(place.rotate("KEY", RotationWish::default()).unwrap().version, 3, "a number is never used twice");
    }
}

#[test]
fn what_cannot_be_taken_back_waits_until_it_can() {
    let place = Place::new();
    place.set("KEY", "old");
    let hook = Some(Some(place.hook("hook", "cat >/dev/null; exit 1")));
    place.schedule(
        "KEY",
        RotationSchedule { generator: Some("token".parse().unwrap()), hook, ..RotationSchedule::default() },
    );
    let error = place.rotate("KEY", RotationWish::default()).unwrap_err();
    assert!(error.message.contains("Going back failed as well"), "{error}");
    assert_eq!(place.states("KEY"), states(&[(2, "pending"), (1, "current")]));
    assert_eq!(place.get("KEY"), "old");
    let error = place.rotate("KEY", RotationWish::default()).unwrap_err();
    assert!(error.message.contains("Going back failed as well"), "nothing new before the old is settled: {error}");
    place.hook("hook", "printf '%s ' $2 >>$LOG; cat >/dev/null");
    assert_eq!(place.rotate("KEY", RotationWish::default()).unwrap().version, 3);
    assert_eq!(place.logged(), "rollback apply verify ");
    assert_eq!(place.states("KEY"), states(&[(3, "current"), (2, "retired"), (1, "retired")]));
}

#[test]
fn what_is_due_is_rotated_and_what_is_over_ends() {
    let place = Place::new();
    for name in ["DUE", "LATER", "FAILS"] {
        place.set(name, "old");
        let hook = (name == "FAILS").then(|| Some(place.hook("hook", "cat >/dev/null; [ $2 = rollback ]")));
        place.schedule(
            name,
            RotationSchedule {
                every_days: Some(30),
                grace_minutes: Some(60),
                generator: Some("token".parse().unwrap()),
                hook,
            },
        );
    }
    let idle = rotate_due(&place.services, &place.outside).unwrap();
    assert_eq!((idle.rotated, idle.overdue), (0, 0));
    place.sql("UPDATE secrets SET next_due_ms = 1 WHERE name <> 'LATER'");
    let report = rotate_due(&place.services, &place.outside).unwrap();
    assert_eq!((report.rotated, report.failed, report.overdue), (1, 1, 1), "{report:?}");
    assert_ne!(place.get("DUE"), "old");
    assert_eq!((place.get("LATER"), place.get("FAILS")), ("old".to_owned(), "old".to_owned()));
    let failing = place.as_owner(|call| show_secret(&place.services, call, &AT, "FAILS")).unwrap();
    assert!(failing.overdue && failing.last_failure.is_some());
    let report = rotate_due(&place.services, &place.outside).unwrap();
    assert_eq!((report.rotated, report.failed, report.overdue), (0, 0, 1), "it rests after a failure");
    place.sql("UPDATE secret_versions SET good_until_ms = 1 WHERE state = 'previous'");
    let report = rotate_due(&place.services, &place.outside).unwrap();
    assert_eq!(report.retired, 1);
    assert_eq!(place.states("DUE"), states(&[(2, "current"), (1, "retired")]));
    assert_eq!(place.get_version("DUE", 1), "old", "it is kept all the same");
}

#[test]
fn every_step_is_in_the_audit_log_and_no_value() {
    let place = Place::new();
    place.set("KEY", "canary-old-value");
    let hook = Some(Some(place.hook("hook", "cat >/dev/null")));
    place.schedule(
        "KEY",
        RotationSchedule { generator: Some("token".parse().unwrap()), hook, ..RotationSchedule::default() },
    );
    place.rotate("KEY", RotationWish::default()).unwrap();
    let new = place.get("KEY");
    let connection = rusqlite::Connection::open(place.folder.path().join("data/store.db")).unwrap();
    let mut statement = connection.prepare("SELECT action || ' ' || body FROM audit_entries ORDER BY number").unwrap();
    let entries: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let of =
        |part: &str| entries.iter().filter(|entry| entry.starts_with("rotate-secret ") && entry.contains(part)).count();
    for part in ["made by token:32", "version 2 is pending", "applying", "verifying", "version 2 is current"] {
        assert_eq!(of(part), 1, "{part}: {entries:#?}");
    }
    assert_eq!(of("production/KEY"), 6, "and the value before was read: {entries:#?}");
    assert!(entries.iter().all(|entry| !entry.contains("canary") && !entry.contains(&new)));
}

#[test]
fn whoever_may_write_secrets_may_not_have_programs_run() {
    let place = Place::new();
    let id = {
        let request =
            app::BeginRequest { apply: true, delivery: Some(app::Delivery::Archive), ..crate::request("demo") };
        let caller = member();
        with_call(&caller, &Quiet, |call| app::begin_project(&place.services, call, request, None)).unwrap().project_id
    };
    let at = SecretPlace { project: id.as_deref(), environment: "production" };
    let as_member = |wanted: RotationSchedule| {
        with_call(&member(), &Quiet, |call| schedule_rotation(&place.services, call, &at, "KEY", wanted))
    };
    with_call(&member(), &Quiet, |call| set_secret(&place.services, call, &at, "KEY", &SecretString::from("x")))
        .unwrap();
    let generator =
        |text: &str| RotationSchedule { generator: Some(text.parse().unwrap()), ..RotationSchedule::default() };
    as_member(generator("token")).unwrap();
    let hook = Some(Some(place.hook("hook", "")));
    for wanted in [generator("postgres-url"), RotationSchedule { hook, ..RotationSchedule::default() }] {
        assert_eq!(as_member(wanted).unwrap_err().kind, app::ErrorKind::Refused);
    }
}

fn member() -> Caller {
    let credential = domain::Credential::AccessToken("corp".to_owned());
    Caller::new(&Policy::default(), "corp:zoe", vec!["member".to_owned()], Face::Cli, credential)
}

#[test]
fn an_api_token_of_this_server_is_rotated_in_place() {
    let place = Place::new();
    let new = app::NewToken {
        label: "build".to_owned(),
        principal: None,
        roles: Vec::new(),
        projects: Vec::new(),
        lifetime_days: 30,
    };
    let token = place.as_owner(|call| app::create_token(&place.services, call, new)).unwrap();
    let (id, first) = (token.summary.id, token.token.expose_secret().to_owned());
    place.set("SERVER_TOKEN", &first);
    let good = |value: &str| app::sign_in_with_token(&place.services, Face::Cli, value).unwrap().is_some();
    let generator = Some(format!("api-token:{id}").parse().unwrap());
    place.rotate("SERVER_TOKEN", RotationWish { generator, grace_minutes: Some(60) }).unwrap();
    let second = place.get("SERVER_TOKEN");
    assert!(good(&first) && good(&second), "both are good within the grace");
    place.rotate("SERVER_TOKEN", RotationWish { generator: None, grace_minutes: Some(0) }).unwrap();
    let third = place.get("SERVER_TOKEN");
    assert!(!good(&first) && !good(&second) && good(&third));
    let hook = Some(Some(place.hook("hook", "cat >/dev/null; [ $2 != verify ]")));
    place.schedule("SERVER_TOKEN", RotationSchedule { hook, ..RotationSchedule::default() });
    place.rotate("SERVER_TOKEN", RotationWish::default()).unwrap_err();
    assert!(place.get("SERVER_TOKEN") == third && good(&third), "it was taken back");
    let fourth = place.get_version("SERVER_TOKEN", 4);
    assert!(!good(&fourth), "and the one that failed is dead");
}

#[test]
fn the_password_of_a_database_role_is_changed_there() {
    let admin = text(24);
    let Some(server) = Postgres::start(&admin) else { return };
    let (admin_url, first) = (server.address("admin", &admin), text(24));
    let made = format!(
        "CREATE ROLE \"app\" LOGIN PASSWORD '{first}'; CREATE ROLE blue LOGIN PASSWORD '{first}'; CREATE ROLE green LOGIN"
    );
    server.psql(&admin_url, &made).unwrap();
    let lets_in = |address: &str| server.psql(address, "SELECT 1").is_some();
    let place = Place::new();

    // Its own password, with the address as the secret.
    place.set("DATABASE_URL", &server.address("app", &first));
    place.by("DATABASE_URL", "postgres-url").unwrap();
    let second = place.get("DATABASE_URL");
    assert!(lets_in(&second) && !lets_in(&server.address("app", &first)));

    // Another's, and the secret is the password alone.
    place.set("ADMIN_URL", &admin_url);
    place.set("PASSWORD", "was never one");
    place.by("PASSWORD", "postgres-password:app@ADMIN_URL").unwrap();
    assert!(lets_in(&server.address("app", &place.get("PASSWORD"))) && !lets_in(&second));

    // Two that take turns: the one before works on.
    place.set("TURNS", &server.address("blue", &first));
    place.by("TURNS", "postgres-url:blue,green@ADMIN_URL").unwrap();
    let turned = place.get("TURNS");
    assert!(turned.contains("//green:") && lets_in(&turned) && lets_in(&server.address("blue", &first)));

    // What fails later goes back there as well.
    place.set("DATABASE_URL", &server.address("app", &place.get("PASSWORD")));
    let before = place.get("DATABASE_URL");
    let hook = Some(Some(place.hook("hook", "cat >/dev/null; [ $2 = rollback ]")));
    place.schedule("DATABASE_URL", RotationSchedule { hook, ..RotationSchedule::default() });
    place.rotate("DATABASE_URL", RotationWish::default()).unwrap_err();
    assert!(place.get("DATABASE_URL") == before && lets_in(&before));

    // A role that is not there, a database that is not, an address that is none.
    let error = place.by("PASSWORD", "postgres-password:nobody@ADMIN_URL").unwrap_err();
    assert!(error.message.contains("nobody"), "{error}");
    place.set("GONE", "postgres://a:b@127.0.0.1:1/x");
    for (name, generator) in [("GONE", "postgres-url"), ("PASSWORD", "postgres-url")] {
        let error = place.by(name, generator).unwrap_err();
        assert!(!format!("{error}").contains("a:b@"), "{error}");
    }

    // The server logs every statement, and has seen no password.
    let log = server.log();
    assert!(log.contains("ALTER ROLE \"app\" PASSWORD 'SCRAM-SHA-256$"), "{log}");
    for address in [second, turned, before] {
        let password = address.split([':', '@']).nth(2).unwrap().to_owned();
        assert!(password.len() >= 40 && !log.contains(&password));
    }
}

/// Random text, so that no test has a password in it.
fn text(length: usize) -> String {
    vault::random_text(length, vault::Alphabet::ALPHANUMERIC).unwrap().expose_secret().to_owned()
}

#[test]
fn a_server_rotates_and_counts_what_is_overdue() {
    let place = Place::new();
    for name in ["DUE", "STUCK"] {
        place.set(name, "old");
        let hook = (name == "STUCK").then(|| Some(place.hook("hook", "cat >/dev/null; [ $2 = rollback ]")));
        let (every_days, generator) = (Some(1), Some("token".parse().unwrap()));
        place.schedule(name, RotationSchedule { every_days, generator, hook, grace_minutes: None });
    }
    place.sql("UPDATE secrets SET next_due_ms = 1");
    let Place { folder, services, outside } = place;
    let counts = observe::RotationCounts::default();
    let metrics = observe::Metrics::new("1").with_rotation(&counts);
    let job = app::rotation_job(Arc::new(services), outside, counts);
    (job.work)().unwrap();
    let text = metrics.to_open_metrics();
    for line in [
        "secrets_overdue 1",
        "secret_rotations_total{outcome=\"done\"} 1",
        "secret_rotations_total{outcome=\"failed\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    drop(folder);
}
