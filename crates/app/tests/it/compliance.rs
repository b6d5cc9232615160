//! Who may read the report, and what its probes see in the store.

use app::{
    Catalogues, ComplianceStatus, ComplianceSubject, ErrorKind, Observations, Quiet, SecretPlace, Seen, Vault,
    check_compliance, observe_store, set_secret,
};
use domain::{Caller, Face};
use secrecy::{SecretBox, SecretString};
use vault::{Kek, Keyring, LocalKey};

use crate::{House, data_owner, request, with_call};

const SUBJECT: ComplianceSubject<'static> = ComplianceSubject { version: "1", environment: "production" };

fn is_good(seen: &Observations, name: &str) -> bool {
    matches!(seen[name], Seen::Good(_))
}

#[test]
fn the_store_is_looked_into_and_what_is_damaged_is_no_pass() {
    let house = House::new();
    let seen = observe_store(&house.services);
    let table = Catalogues::read().unwrap();
    for name in seen.keys() {
        assert!(is_good(&seen, name), "{name}: {:?}", seen[name]);
        assert!(table.probes().contains(name), "{name} is evidence for some row");
    }
    let database = rusqlite::Connection::open(house.data().join("store.db")).unwrap();
    database.execute_batch("ALTER TABLE audit_entries RENAME TO gone").unwrap();
    assert!(!is_good(&observe_store(&house.services), "audit-log"));
    database.execute_batch("ALTER TABLE projects RENAME TO gone_too").unwrap();
    assert!(!is_good(&observe_store(&house.services), "store"));
}

#[test]
fn the_report_is_for_whoever_may_read_it_and_counts_every_row() {
    let house = House::new();
    let seen = observe_store(&house.services);
    let ask =
        |caller: &Caller| with_call(caller, &Quiet, |call| check_compliance(&house.services, call, SUBJECT, &seen));
    let report = ask(&data_owner(Face::Cli)).unwrap();
    let rows = report.catalogues.iter().flat_map(|catalogue| &catalogue.rows);
    for status in ComplianceStatus::ALL {
        let counted = rows.clone().filter(|row| row.status == status).count();
        assert_eq!(report.summary.of(status), counted, "{}", status.as_str());
    }
    assert!(report.summary.unknown > 50, "probes that did not run are unknown: {:?}", report.summary);
    let nobody = Caller { permissions: [].into_iter().collect(), ..data_owner(Face::Cli) };
    assert_eq!(ask(&nobody).unwrap_err().kind, ErrorKind::Refused);
}

#[test]
fn a_checkpoint_that_does_not_fit_or_is_late_and_an_entry_that_was_changed_are_no_pass() {
    let house = House::new();
    house.begin(request("demo")).unwrap();
    assert!(is_good(&observe_store(&house.services), "audit-checkpoint"), "what is fresh may wait");
    let database = rusqlite::Connection::open(house.data().join("store.db")).unwrap();
    database.execute_batch("DROP TRIGGER audit_entries_are_not_changed").unwrap();
    database.execute_batch("UPDATE audit_entries SET body = body || ' '").unwrap();
    assert!(!is_good(&observe_store(&house.services), "audit-log"), "an entry was changed");
    database.execute_batch("UPDATE audit_entries SET body = rtrim(body)").unwrap();
    assert!(is_good(&observe_store(&house.services), "audit-log"), "it was put back");
    database.execute_batch("INSERT INTO audit_checkpoints (size, note) VALUES (1, 'nothing')").unwrap();
    assert!(!is_good(&observe_store(&house.services), "audit-checkpoint"), "what is no checkpoint vouches for nothing");
}

#[test]
fn secrets_without_their_key_or_overdue_are_no_pass() {
    let house = House::new();
    let key = SecretBox::new(Box::new([7; 32]));
    let keys = move || Ok(Some(Keyring::new(Kek::Local(LocalKey::new(&key)?), Vec::new())));
    house.services.vault.set(Vault::new(keys));
    let place = SecretPlace { project: None, environment: "production" };
    let value = SecretString::from("a value of this test".to_owned());
    with_call(&data_owner(Face::Cli), &Quiet, |call| set_secret(&house.services, call, &place, "TOKEN", &value))
        .unwrap();
    let seen = observe_store(&house.services);
    assert!(is_good(&seen, "secret-keys") && is_good(&seen, "overdue-rotations"), "{seen:?}");
    let database = rusqlite::Connection::open(house.data().join("store.db")).unwrap();
    assert_eq!(database.execute("UPDATE secrets SET next_due_ms = 1", []).unwrap(), 1);
    house.services.vault.set(Vault::default());
    let seen = observe_store(&house.services);
    assert!(!is_good(&seen, "secret-keys") && !is_good(&seen, "overdue-rotations"), "{seen:?}");
}
