//! People, API tokens, sessions and lockouts: what is kept, what makes way, and what several processes agree on.

use std::path::Path;
use std::thread;
use std::time::Duration;

use store::{Allowance, Bound, ErrorKind, LockRule, NewSession, NewToken, NewTokenValue, Readable, Scope, Store};

use crate::child::Child;
use crate::fixture::{Place, entry, new_project, start, started};

const DAY: i64 = 24 * 60 * 60 * 1000;
const RULE: LockRule = LockRule { attempts: 3, first_ms: 1_000, longest_ms: 60_000 };

fn hash(number: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes
}

fn token(number: u64, principal: &str, expires_at_ms: i64) -> NewToken {
    NewToken {
        id: format!("tok_{number}"),
        sha256: hash(number),
        last_four: "1234".to_owned(),
        label: "a test".to_owned(),
        scope: Scope {
            principal: principal.to_owned(),
            roles: vec!["member".to_owned()],
            teams: vec!["red".to_owned()],
            projects: None,
        },
        created_by: "owner".to_owned(),
        expires_at_ms,
    }
}

fn session(number: u64, principal: &str, token: Option<&str>, expires_at_ms: i64) -> NewSession {
    NewSession {
        id: format!("ses_{number}"),
        sha256: hash(number),
        display: principal.to_owned(),
        scope: Scope { principal: principal.to_owned(), ..Scope::default() },
        permissions: None,
        token: token.map(str::to_owned),
        csrf: "c".to_owned(),
        address: None,
        user_agent: None,
        expires_at_ms,
    }
}

#[test]
fn good_tokens_are_bounded_and_ended_ones_make_way() {
    let place = Place::new();
    let store = place.open();
    let now = 100 * DAY;
    for number in 0..100 {
        store.add_token(&token(number, "ada", now + DAY), now + i64::try_from(number).unwrap(), &entry()).unwrap();
    }
    let full = store.add_token(&token(100, "ada", now + DAY), now, &entry()).unwrap_err();
    assert_eq!(full.kind, ErrorKind::Full(Bound::Tokens));
    store.add_token(&token(200, "bob", now + DAY), now, &entry()).unwrap();
    store.revoke_token("tok_7", now, &entry()).unwrap();
    store.add_token(&token(101, "ada", now + DAY), now, &entry()).unwrap();
    assert_eq!(store.token("tok_7").unwrap(), None, "it made way");
    assert_eq!(store.tokens(Some("ada"), 1000).unwrap().len(), 100);
    // Ended long ago: forgotten at the next write, whosever it is.
    store.add_token(&token(201, "bob", now + 40 * DAY), now + 32 * DAY, &entry()).unwrap();
    let left: Vec<String> = store.tokens(None, 1000).unwrap().into_iter().map(|token| token.id).collect();
    assert_eq!(left, ["tok_201"]);
}

#[test]
fn sessions_are_bounded_and_end_with_their_token() {
    let place = Place::new();
    let store = place.open();
    store.add_token(&token(1, "ada", 1000), 0, &entry()).unwrap();
    store.add_session(&session(1, "ada", Some("tok_1"), 500), 10, &entry()).unwrap();
    assert!(store.session("ses_1", 499).unwrap().is_some() && store.session("ses_1", 500).unwrap().is_none());
    let unknown = store.add_session(&session(2, "ada", Some("tok_9"), 500), 10, &entry()).unwrap_err();
    assert_eq!(unknown.kind, ErrorKind::Internal);
    store.revoke_token("tok_1", 20, &entry()).unwrap();
    assert!(store.session("ses_1", 30).unwrap().is_none() && store.good_session(&hash(1), 30).unwrap().is_none());
    assert_eq!(store.sessions(None, 30, 100).unwrap(), []);
    for number in 10..40 {
        store.add_session(&session(number, "bob", None, 5000), 40 + i64::try_from(number).unwrap(), &entry()).unwrap();
    }
    let held: Vec<String> = store.sessions(Some("bob"), 100, 100).unwrap().into_iter().map(|held| held.id).collect();
    assert_eq!((held.len(), held[0].as_str(), held[19].as_str()), (20, "ses_39", "ses_20"));
}

#[test]
fn lockouts_are_bounded_and_forgotten() {
    let place = Place::new();
    let store = place.open();
    let fill = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
        INSERT INTO lockouts SELECT 'address:' || i, 1, 10000000 + i, 0 FROM n";
    place.sql().execute_batch(fill).unwrap();
    let later = 20_000_000 - 10_000_000 + 3_000_000;
    store.count_failure(&["address:new".to_owned()], RULE, later).unwrap();
    let count = || -> i64 { place.sql().query_row("SELECT count(*) FROM lockouts", [], |row| row.get(0)).unwrap() };
    assert_eq!(count(), 50_000);
    assert_eq!(store.locked_until(&["address:1".to_owned()]).unwrap(), None, "the oldest made way");
    store.count_failure(&["address:new".to_owned()], RULE, later + 4_000_000).unwrap();
    assert_eq!(count(), 1, "after an hour without another failure");
}

#[test]
fn only_what_may_be_read_is_listed() {
    let place = Place::new();
    let store = place.open();
    let (own, theirs, other) = (start(&store, "ada"), start(&store, "bob"), start(&store, "eve"));
    for new in [&own, &theirs, &other] {
        store.abandon_project(&new.id, &crate::fixture::abandoned(&new.id), &entry()).unwrap();
    }
    let given = crate::fixture::event(domain::EventKind::ProjectTransferred, &theirs.id);
    assert!(store.give_project(&theirs.id, "bob", Some("red"), None, &given, &entry()).unwrap());
    let red = ["red".to_owned(), "no team's".to_owned()];
    let list = |readable: Readable<'_>| -> Vec<String> {
        store.projects_readable(&readable, 10, None).unwrap().into_iter().map(|project| project.owner).collect()
    };
    assert_eq!(list(Readable { owner: Some("ada"), ..Readable::default() }), ["ada"]);
    let hers = Readable { owner: Some("ada"), teams: &red, only: None };
    assert_eq!(list(hers), ["bob", "ada"]);
    assert_eq!(store.projects_readable(&hers, 1, None).unwrap().len(), 1);
    assert_eq!(store.projects_readable(&hers, 10, Some(&theirs.id)).unwrap().len(), 1);
    let only = [theirs.id.clone(), other.id.clone()];
    assert_eq!(list(Readable { only: Some(&only), ..hers }), ["bob"]);
    assert_eq!(list(Readable { only: Some(&only), ..Readable::default() }), ["eve", "bob"]);
    assert!(list(Readable { only: Some(&[]), ..Readable::default() }).is_empty());
}

#[test]
fn what_is_being_written_is_neither_deleted_nor_given_away_nor_erased() {
    let place = Place::new();
    let store = place.open();
    let new = start(&store, "ada");
    let event = crate::fixture::event(domain::EventKind::ProjectTransferred, &new.id);
    let kinds = [
        store.delete_project(&new.id, &entry()).unwrap_err().kind,
        store.give_project(&new.id, "bob", None, None, &event, &entry()).unwrap_err().kind,
        store.erase_person("ada", "ada", "erased", 0, &entry()).unwrap_err().kind,
    ];
    assert_eq!(kinds, [ErrorKind::BeingWritten; 3]);
    assert_eq!(store.project(&new.id).unwrap().unwrap().owner, "ada");
    let unknown = domain::ProjectId::random().unwrap();
    assert!(!store.delete_project(&unknown, &entry()).unwrap());
}

/// In a process of its own: fails a hundred times, by two keys at once.
pub(crate) fn fail_often(folder: &Path) {
    let store = Store::open(folder).unwrap();
    let keys = ["principal:ada".to_owned(), "address:192.0.2.7".to_owned()];
    (0..100).for_each(|_| drop(store.count_failure(&keys, RULE, 1_000_000).unwrap()));
}

#[test]
fn no_failure_is_lost_between_processes() {
    let place = Place::on_disk();
    drop(place.open());
    let children: Vec<_> = (0..4).map(|_| Child::spawn("fail_often", &place.folder)).collect();
    children.into_iter().for_each(|child| drop(child.lines()));
    let mut statement = place.sql();
    let counted: Vec<i64> = {
        let transaction = statement.transaction().unwrap();
        let mut query = transaction.prepare("SELECT failures FROM lockouts ORDER BY key").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(counted, [400, 400]);
}

/// In a process of its own: gives one token a new value again and again, and says each that was taken.
pub(crate) fn rotate_often(folder: &Path) {
    let store = Store::open(folder).unwrap();
    let own = u64::from(std::process::id()) << 32;
    println!("rotating");
    for number in 0..10_000 {
        let value = NewTokenValue {
            sha256: hash(own + number),
            last_four: "1234".to_owned(),
            expires_at_ms: DAY,
            previous_until_ms: DAY,
        };
        if store.replace_token_value("tok_1", &value, 0, &entry()).unwrap().is_none() {
            println!("ended");
            return;
        }
        println!("taken {}", own + number);
    }
}

#[test]
fn a_revoked_token_is_ended_for_every_process_that_rotates_it() {
    let place = Place::on_disk();
    let store = place.open();
    store.add_token(&token(1, "ada", DAY), 0, &entry()).unwrap();
    let mut children: Vec<_> = (0..2).map(|_| Child::spawn("rotate_often", &place.folder)).collect();
    for child in &mut children {
        child.wait_for(|line| line.starts_with("taken").then_some(()));
    }
    thread::sleep(Duration::from_millis(100));
    store.revoke_token("tok_1", 0, &entry()).unwrap();
    let mut taken = vec![1];
    for child in children {
        let lines = child.lines();
        assert!(lines.iter().any(|line| line == "ended"), "{lines:?}");
        taken.extend(lines.iter().filter_map(|line| line.strip_prefix("taken ")?.parse::<u64>().ok()));
    }
    assert!(taken.len() > 3);
    for value in taken {
        assert_eq!(store.good_token(&hash(value), 0).unwrap(), None);
    }
}

/// In a process of its own: begins as many projects as it may.
pub(crate) fn begin_within(folder: &Path) {
    let store = Store::open(folder).unwrap();
    for _ in 0..30 {
        let new = new_project("ada");
        let allowed = Allowance { projects: 40, bytes: 25_000 };
        match store.start_project_within(allowed, &new, &started(&new.id), &entry()) {
            Ok(()) => println!("begun"),
            Err(error) => assert_eq!(error.kind, ErrorKind::Full(Bound::ProjectBytes)),
        }
    }
}

#[test]
fn processes_together_keep_to_what_one_owner_may() {
    let place = Place::on_disk();
    drop(place.open());
    let children: Vec<_> = (0..4).map(|_| Child::spawn("begin_within", &place.folder)).collect();
    let begun: usize =
        children.into_iter().map(|child| child.lines().iter().filter(|line| *line == "begun").count()).sum();
    assert_eq!(begun, 25, "of a thousand bytes each");
}
