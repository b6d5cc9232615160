//! Leases, cursors and checkpoints.

use std::thread;
use std::time::Duration;

use merkle::TreeHead;

use crate::fixture::{Place, entry};

const LONG_MS: i64 = 600_000;

#[test]
fn a_lease_is_one_holders_until_its_time_ends_or_it_is_given_up() {
    let place = Place::new();
    let (one, other) = (place.open(), place.open());
    assert!(one.take_lease("job", LONG_MS).unwrap());
    assert!(one.take_lease("job", LONG_MS).unwrap(), "renewed");
    assert!(!other.take_lease("job", LONG_MS).unwrap());
    assert!(other.take_lease("another job", LONG_MS).unwrap());
    other.release_lease("job").unwrap();
    assert!(!other.take_lease("job", LONG_MS).unwrap(), "nobody gives up what another holds");
    one.release_lease("job").unwrap();
    assert!(other.take_lease("job", 1).unwrap());
    thread::sleep(Duration::from_millis(5));
    assert!(one.take_lease("job", LONG_MS).unwrap(), "its time was over");
}

#[test]
fn a_lease_of_a_holder_that_is_gone_ends_with_it() {
    let place = Place::new();
    let one = place.open();
    assert!(one.take_lease("job", LONG_MS).unwrap());
    drop(one);
    assert!(place.open().take_lease("job", LONG_MS).unwrap());
}

#[test]
fn of_many_who_ask_at_once_one_gets_the_lease() {
    let place = Place::new();
    let stores: Vec<_> = (0..6).map(|_| place.open()).collect();
    let got: Vec<bool> = thread::scope(|scope| {
        let asked: Vec<_> =
            stores.iter().map(|store| scope.spawn(|| store.take_lease("job", LONG_MS).unwrap())).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    assert_eq!(got.iter().filter(|got| **got).count(), 1);
}

#[test]
fn a_cursor_moves_forward_alone_and_outlives_the_process() {
    let place = Place::new();
    let store = place.open();
    assert_eq!(store.export_cursor("exports.siem").unwrap(), 0);
    store.advance_export("exports.siem", 7).unwrap();
    store.advance_export("exports.siem", 5).unwrap();
    drop(store);
    let store = place.open();
    assert_eq!((store.export_cursor("exports.siem").unwrap(), store.export_cursor("other").unwrap()), (7, 0));
}

#[test]
fn heads_are_consistent_with_all_earlier_ones_and_batches_go_on_where_the_last_ended() {
    let place = Place::new();
    let store = place.open();
    let mut heads = vec![store.audit_head().unwrap()];
    assert_eq!(heads, [TreeHead::EMPTY]);
    for _ in 0..300 {
        store.record(&[entry()]).unwrap();
    }
    heads.push(store.audit_head().unwrap());
    store.record(&[entry()]).unwrap();
    heads.push(store.audit_head().unwrap());
    let sizes: Vec<u64> = heads.iter().map(TreeHead::size).collect();
    assert_eq!(sizes, [0, 300, 301]);
    for old in &heads {
        for new in heads.iter().filter(|new| new.size() >= old.size()) {
            store.prove_consistency(old.size(), new.size()).unwrap().verify(old, new).unwrap();
        }
    }
    assert!(store.prove_consistency(302, 301).is_err());

    let first = store.audit_batch(0, 200).unwrap();
    let rest = store.audit_batch(200, 200).unwrap();
    let numbers: Vec<u64> = first.iter().chain(&rest).map(|entry| entry.number).collect();
    assert_eq!(numbers, (0..301).collect::<Vec<_>>());
    for entry in rest {
        assert_eq!(merkle::leaf_hash(entry.body.unwrap().as_bytes()).as_bytes(), &entry.leaf_sha256);
    }
    assert!(store.audit_batch(301, 10).unwrap().is_empty());
}

#[test]
fn one_checkpoint_is_kept_for_a_size_and_none_for_entries_that_are_not_there() {
    let place = Place::new();
    let store = place.open();
    assert_eq!(store.audit_checkpoint(None).unwrap(), None);
    assert!(store.keep_checkpoint(1, "too early").is_err());
    store.record(&[entry(), entry()]).unwrap();
    assert!(store.keep_checkpoint(1, "one").unwrap());
    assert!(store.keep_checkpoint(2, "two").unwrap());
    assert!(!store.keep_checkpoint(2, "other").unwrap());
    assert_eq!(store.audit_checkpoint(None).unwrap(), Some((2, "two".to_owned())));
}
