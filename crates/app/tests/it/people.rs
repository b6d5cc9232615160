//! Who has access, why, how it ends, and what stays of somebody who was erased.

use std::time::Duration;

use app::{
    ErrorKind, LockoutRule, NewOwner, Origin, Quiet, SessionTimes, SignedIn, erase_person, explain_access, list_access,
    locked_until, record_failure, record_success, remember_person, revoke_access, show_project, start_session,
    transfer_project,
};
use domain::{Caller, Credential, Face, Policy, RequestId};

use crate::tokens::{make, sign_in, wanted};
use crate::{House, data_owner, request, with_call};

const ADA: &str = "idp:ada";

fn somebody(name: &str, role: &str) -> Caller {
    Caller::new(&Policy::default(), name, vec![role.to_owned()], Face::Http, Credential::AccessToken("idp".to_owned()))
}

fn open_session(house: &House, principal: &str) {
    let who = SignedIn {
        principal: principal.to_owned(),
        display: "Ada".to_owned(),
        roles: vec!["member".to_owned()],
        teams: Vec::new(),
        permissions_bound: None,
        only_projects: None,
        token_id: None,
    };
    let hour = Duration::from_secs(3600);
    let times = SessionTimes { idle: hour, longest: hour, rotate: hour };
    start_session(&house.services, &RequestId::random().unwrap(), &who, &Origin::default(), times).unwrap();
}

#[test]
fn whoever_was_here_is_listed_with_what_they_hold_and_all_of_it_ends_at_once() {
    let house = House::new();
    let ada = somebody(ADA, "member");
    remember_person(&house.services, ADA, "Ada \u{7}Lovelace").unwrap();
    let token = make(&house, &ada, wanted(&["viewer"])).unwrap();
    open_session(&house, ADA);
    let admin = somebody("idp:root", "admin");
    let for_ci = app::NewToken { principal: Some("ci".to_owned()), ..wanted(&["viewer"]) };
    let ci = make(&house, &admin, for_ci).unwrap();
    let operator = somebody("idp:op", "operator");
    with_call(&operator, &Quiet, |call| {
        let listed = list_access(&house.services, call, None).unwrap();
        let names: Vec<_> = listed.people.iter().map(|person| person.principal.as_str()).collect();
        assert_eq!(names, [ADA, "ci"]);
        let shown = &list_access(&house.services, call, Some(ADA)).unwrap().people[0];
        assert_eq!((shown.tokens, shown.sessions, shown.token_roles.as_slice()), (1, 1, &["viewer".to_owned()][..]));
        assert!(shown.first_seen_at.is_some() && listed.people[1].first_seen_at.is_none());

        let ended = revoke_access(&house.services, call, ADA).unwrap();
        assert_eq!((ended.tokens, ended.sessions, ended.tokens_made_for_others), (1, 1, 0));
        let again = revoke_access(&house.services, call, ADA).unwrap();
        assert_eq!((again.tokens, again.sessions), (0, 0));
        assert_eq!(revoke_access(&house.services, call, "idp:root").unwrap().tokens_made_for_others, 1);
        assert_eq!(erase_person(&house.services, call, ADA).unwrap_err().kind, ErrorKind::Refused);
    });
    assert!(sign_in(&house, &token).is_none() && sign_in(&house, &ci).is_some());
    with_call(&ada, &Quiet, |call| {
        assert_eq!(list_access(&house.services, call, Some(ADA)).unwrap_err().kind, ErrorKind::Refused);
        assert_eq!(revoke_access(&house.services, call, ADA).unwrap_err().kind, ErrorKind::Refused);
        assert_eq!(
            explain_access(&house.services, call, ADA, "read-project", "-").unwrap_err().kind,
            ErrorKind::Refused
        );
    });
}

#[test]
fn of_somebody_who_was_erased_counts_stay_and_no_name() {
    let house = House::new();
    let (ada, bob) = (somebody(ADA, "member"), somebody("idp:adab", "member"));
    let admin = data_owner(Face::Cli);
    remember_person(&house.services, ADA, "Ada").unwrap();
    let token = make(&house, &ada, wanted(&[])).unwrap();
    open_session(&house, ADA);
    let key = [format!("principal:{ADA}")];
    record_failure(&house.services, &key, RULE).unwrap();
    let own = house.begin_as(&ada, request("adas-secret"), None).unwrap().project_id.unwrap();
    let given = house.begin_as(&ada, request("for-bob"), None).unwrap().project_id.unwrap();
    let to_bob = NewOwner { principal: Some(bob.name.clone()), team: None };
    with_call(&ada, &Quiet, |call| transfer_project(&house.services, call, &given, &to_bob)).unwrap();

    with_call(&ada, &Quiet, |call| app::list_projects(&house.services, call, None, None)).unwrap();
    let erased = with_call(&admin, &Quiet, |call| erase_person(&house.services, call, ADA)).unwrap();
    assert_eq!((erased.tokens, erased.sessions, erased.projects), (1, 1, 1));
    assert!(sign_in(&house, &token).is_none());
    with_call(&admin, &Quiet, |call| {
        let shown = show_project(&house.services, call, &own).unwrap();
        assert_eq!((shown.summary.owner.as_str(), shown.summary.name.as_str()), ("erased", ""));
        assert_eq!((shown.summary.target_directory, shown.answers), (None, serde_json::json!({})));
        assert!(shown.events.iter().all(|event| event.caller == "erased"));
        for error in [
            app::read_project_file(&house.services, call, &own, "README.md").unwrap_err(),
            app::export_project(&house.services, call, &own, app::ArchiveFormat::Zip).unwrap_err(),
        ] {
            assert!(error.kind == ErrorKind::NotFound && error.message.contains("erased"), "{error}");
        }
        let bobs = show_project(&house.services, call, &given).unwrap();
        assert_eq!((bobs.summary.owner.as_str(), bobs.summary.name.as_str()), ("idp:adab", "for-bob"));
        let last = bobs.events.last().unwrap();
        assert_eq!((last.caller.as_str(), last.detail.as_deref()), ("erased", Some("from erased to idp:adab")));
        assert!(list_access(&house.services, call, Some(ADA)).unwrap().people.is_empty());
        assert_eq!(list_access(&house.services, call, Some("erased")).unwrap_err().kind, ErrorKind::Invalid);
    });
    // Nothing of the name is left in any table, whole words only: somebody else has a name that begins alike.
    let database = rusqlite::Connection::open(house.data().join("store.db")).unwrap();
    // Whatever was about to be written of them would be by now.
    std::thread::sleep(std::time::Duration::from_secs(1));
    // The audit log alone keeps who did what: it could not be proven otherwise.
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'audit_%'";
    let mut tables = database.prepare(tables).unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.contains(&"access_log".to_owned()));
    for table in tables {
        let mut statement = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let text: String =
                    row.get::<_, rusqlite::types::Value>(column).map(|value| format!("{value:?}")).unwrap();
                assert!(
                    !text.replace("idp:adab", "").contains(ADA) && !text.contains("adas-secret"),
                    "{table}: {text}"
                );
            }
        }
    }
    // Whoever comes back begins anew.
    remember_person(&house.services, ADA, "Ada").unwrap();
    with_call(&ada, &Quiet, |call| {
        assert!(app::list_projects(&house.services, call, None, None).unwrap().projects.is_empty());
    });
}

#[test]
fn an_explanation_says_what_the_use_case_does() {
    let house = House::new();
    let ada = somebody(ADA, "member");
    let id = house.begin_as(&ada, request("demo"), None).unwrap().project_id.unwrap();
    let viewer = make(&house, &ada, wanted(&["viewer"])).unwrap();
    let ended = make(&house, &ada, wanted(&["member"])).unwrap();
    with_call(&ada, &Quiet, |call| app::revoke_token(&house.services, call, &ended.summary.id)).unwrap();
    let admin = data_owner(Face::Cli);
    let explain = |caller: &str, action: &str, resource: &str| {
        with_call(&admin, &Quiet, |call| explain_access(&house.services, call, caller, action, resource))
    };
    for (caller, action, resource, allowed) in [
        ("role:viewer", "begin-project", "-", false),
        ("role:member", "begin-project", "-", true),
        ("role:member", "read-project", id.as_str(), false),
        ("role:auditor", "read-project", id.as_str(), true),
        (viewer.summary.id.as_str(), "read-project", id.as_str(), true),
        (viewer.summary.id.as_str(), "delete-project", id.as_str(), false),
        (ended.summary.id.as_str(), "read-project", id.as_str(), false),
        (ADA, "read-project", id.as_str(), true),
        (ADA, "begin-project", "-", false),
        ("owner", "erase-person", "-", true),
        ("local", "read-project", id.as_str(), false),
    ] {
        let told = explain(caller, action, resource).unwrap();
        assert_eq!(told.allowed, allowed, "{told:#?}");
        assert_eq!(told.steps.last().map(String::as_str), Some(if allowed { "Allowed." } else { "Not allowed." }));
    }
    let steps = explain(&ended.summary.id, "read-project", &id).unwrap().steps.join("\n");
    assert!(steps.contains("it was revoked at"), "{steps}");
    house.services.policy.set(Policy { read_only: true, ..Policy::default() });
    let steps = explain("role:admin", "begin-project", "-").unwrap().steps.join("\n");
    assert!(steps.contains("no, the server is in read-only mode"), "{steps}");
    for (caller, action, resource, field) in [
        ("role:none", "read-project", "-", "caller"),
        ("nobody", "read-project", "-", "caller"),
        (ADA, "fly", "-", "action"),
        (ADA, "read-project", "prj_000000000000000000000000", "projectId"),
    ] {
        assert_eq!(explain(caller, action, resource).unwrap_err().field, Some(field));
    }
    // Whoever may not read a project does not learn by this that there is one.
    let operator = somebody("idp:op", "operator");
    with_call(&operator, &Quiet, |call| {
        let told = |id: &str| explain_access(&house.services, call, ADA, "read-project", id).unwrap_err().to_string();
        assert_eq!(told(&id), told("prj_000000000000000000000000"));
    });
}

const RULE: LockoutRule = LockoutRule { attempts: 3, first: Duration::from_secs(10), longest: Duration::from_secs(60) };

#[test]
fn failures_lock_out_longer_and_longer_and_a_success_clears_the_person_alone() {
    let house = House::new();
    let keys = ["principal:idp:ada".to_owned(), "address:192.0.2.7".to_owned()];
    let fail = || record_failure(&house.services, &keys, RULE).unwrap();
    let wait = |keys: &[String]| locked_until(&house.services, keys).unwrap().map(|wait| wait.as_secs_f64().round());
    (0..3).for_each(|_| fail());
    assert_eq!(wait(&keys), None);
    for expected in [10.0, 20.0, 40.0, 60.0, 60.0] {
        fail();
        assert_eq!(wait(&keys), Some(expected));
    }
    assert_eq!(wait(&["principal:idp:bob".to_owned()]), None);
    record_success(&house.services, &keys).unwrap();
    assert_eq!((wait(&keys[..1]), wait(&keys[1..])), (None, Some(60.0)));
    let listed = with_call(&data_owner(Face::Cli), &Quiet, |call| list_access(&house.services, call, None)).unwrap();
    assert!(listed.people.is_empty(), "failing makes nobody known");
    assert_eq!(wait(&["x".repeat(5000)]), None);
    record_failure(&house.services, &["x".repeat(5000)], RULE).unwrap();
}
