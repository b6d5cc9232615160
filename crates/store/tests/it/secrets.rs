//! Secrets: versions in order, what makes way, bounds, what several do at once, and entries that go with all of it.

use std::collections::BTreeSet;
use std::thread;

use store::{
    Bound, ErrorKind, KEPT_VERSIONS, MOST_SECRETS, NewVersion, Recorded, Rewrapped, RotationPolicy, SecretName, Store,
    VersionState,
};

use crate::fixture::{Place, entry, start};

const NOW: i64 = 1_000_000;

fn name(name: &str) -> SecretName {
    SecretName { project: None, environment: "production".to_owned(), name: name.to_owned() }
}

fn version(of: &SecretName, version: u64) -> NewVersion {
    let sealed = [version.to_be_bytes().to_vec(), vec![7; 40]].concat();
    NewVersion { of: of.clone(), version, sealed, kek_id: "local:one".to_owned(), created_by: "ada".to_owned() }
}

/// Sets the next version, whose number it takes.
fn set(store: &Store, of: &SecretName, until: Option<i64>, now: i64) -> u64 {
    let next = store.secret(of).unwrap().map_or(1, |secret| secret.last_version + 1);
    let recorded = store.set_secret(&version(of, next), until, None, now, &entry()).unwrap();
    assert_eq!(recorded, Recorded::Done);
    next
}

fn states(store: &Store, of: &SecretName, now: i64) -> Vec<(u64, VersionState)> {
    let versions = store.secret(of).unwrap().unwrap().versions;
    versions.iter().map(|version| (version.version, version.state_at(now))).collect()
}

#[test]
fn each_change_and_each_reading_is_an_entry_and_what_did_not_happen_is_none() {
    let place = Place::new();
    let store = place.open();
    let of = name("A");
    let grew = |by: u64, done: &dyn Fn()| {
        let before = store.audit_size().unwrap();
        done();
        assert_eq!(store.audit_size().unwrap() - before, by);
    };
    grew(1, &|| assert_eq!(set(&store, &of, None, NOW), 1));
    grew(0, &|| {
        let taken = store.set_secret(&version(&of, 1), None, None, NOW, &entry()).unwrap();
        assert_eq!(taken, Recorded::Taken { next: 2 });
        let changed = store.set_secret(&version(&of, 2), None, Some(7), NOW, &entry()).unwrap();
        assert_eq!(changed, Recorded::Changed);
    });
    grew(1, &|| {
        let wanted = [(of.clone(), 1), (of.clone(), 9), (name("B"), 1)];
        let found = store.read_secrets(&wanted, &[entry(), entry(), entry()]).unwrap();
        assert_eq!(found.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(found[0].as_ref().unwrap().sealed, version(&of, 1).sealed);
    });
    grew(2, &|| {
        store.set_secrets(&[version(&name("C"), 1), version(&of, 2)], NOW, &[entry(), entry()]).unwrap().unwrap()
    });
    grew(0, &|| {
        let all = [version(&name("D"), 1), version(&of, 2)];
        let told = store.set_secrets(&all, NOW, &[entry(), entry()]).unwrap();
        assert_eq!(told, Err((1, Recorded::Taken { next: 3 })));
        assert_eq!(store.secret(&name("D")).unwrap(), None, "all or none");
        assert!(!store.delete_secret(&name("D"), &entry()).unwrap());
    });
    grew(1, &|| assert!(store.delete_secret(&of, &entry()).unwrap()));
    assert_eq!(store.secret(&of).unwrap(), None);
}

#[test]
fn the_version_before_is_good_until_its_time_and_old_ones_make_way() {
    let place = Place::new();
    let store = place.open();
    let of = name("A");
    set(&store, &of, None, NOW);
    set(&store, &of, Some(NOW + 500), NOW);
    assert_eq!(states(&store, &of, NOW), [(2, VersionState::Current), (1, VersionState::Previous)]);
    assert_eq!(states(&store, &of, NOW + 500)[1], (1, VersionState::Retired));
    assert_eq!(store.expired_versions(NOW + 499, 10).unwrap(), []);
    assert_eq!(store.expired_versions(NOW + 500, 10).unwrap(), [(of.clone(), 1)]);
    assert!(!store.retire_version(&of, 1, NOW + 499, &entry()).unwrap());
    assert!(store.retire_version(&of, 1, NOW + 500, &entry()).unwrap());
    // Version 2 stays good for long, and outlives younger ones.
    set(&store, &of, Some(NOW + 1_000_000), NOW);
    for _ in 0..KEPT_VERSIONS + 5 {
        set(&store, &of, None, NOW);
    }
    let kept: Vec<u64> = states(&store, &of, NOW).iter().map(|(version, _)| *version).collect();
    let newest = 3 + KEPT_VERSIONS + 5;
    let wanted: Vec<u64> = (newest - KEPT_VERSIONS + 1..=newest).rev().chain([2]).collect();
    assert_eq!(kept, wanted);
}

#[test]
fn of_many_who_set_at_once_each_makes_a_version() {
    let place = Place::new();
    let (one, other) = (place.open(), place.open());
    let of = name("A");
    let all: Vec<u64> = thread::scope(|scope| {
        let setters: Vec<_> = [&one, &other, &one, &other]
            .map(|store| {
                let of = &of;
                scope.spawn(move || {
                    (0..5)
                        .map(|_| {
                            let mut next = 1;
                            loop {
                                match store.set_secret(&version(of, next), None, None, NOW, &entry()).unwrap() {
                                    Recorded::Done => return next,
                                    Recorded::Taken { next: free } => next = free,
                                    Recorded::Changed => panic!("no condition was made"),
                                }
                            }
                        })
                        .collect::<Vec<_>>()
                })
            })
            .into();
        setters.into_iter().flat_map(|setter| setter.join().unwrap()).collect()
    });
    assert_eq!(all.iter().copied().collect::<BTreeSet<_>>(), (1..=20).collect());
    assert_eq!(one.secret(&of).unwrap().unwrap().current().unwrap().version, 20);
}

#[test]
fn a_rotation_is_one_at_a_time_and_through_only_while_nothing_changed() {
    let place = Place::new();
    let (ours, other) = (place.open(), place.open());
    let of = name("A");
    set(&ours, &of, None, NOW);
    let policy = RotationPolicy { every_days: Some(1), grace_minutes: 5, generator: Some("{}".to_owned()), hook: None };
    assert!(ours.set_rotation_policy(&of, &policy, Some(NOW + 10), &entry()).unwrap());
    assert_eq!(ours.add_pending_version(&version(&of, 2), 1, NOW, &entry()).unwrap(), Recorded::Done);
    assert_eq!(other.add_pending_version(&version(&of, 3), 1, NOW, &entry()).unwrap(), Recorded::Changed);
    assert_eq!(states(&ours, &of, NOW), [(2, VersionState::Pending), (1, VersionState::Current)]);
    assert!(!other.note_stage(&of, 2, "hook", &entry()).unwrap(), "not theirs");
    assert!(ours.note_stage(&of, 2, "hook", &entry()).unwrap());
    assert!(!ours.promote_version(&of, 2, 7, None, None, NOW, &entry()).unwrap());
    assert!(ours.promote_version(&of, 2, 1, Some(NOW + 5), Some(NOW + 99), NOW, &entry()).unwrap());
    let secret = ours.secret(&of).unwrap().unwrap();
    assert_eq!((secret.current().unwrap().version, secret.rotation.next_due_ms), (2, Some(NOW + 99)));
    // One that fails is kept, for another system may have it; and it is counted.
    assert_eq!(ours.add_pending_version(&version(&of, 3), 2, NOW, &entry()).unwrap(), Recorded::Done);
    assert!(ours.withdraw_version(&of, 3, "the hook failed", Some(NOW + 50), NOW, &entry()).unwrap());
    let secret = ours.secret(&of).unwrap().unwrap();
    assert_eq!((secret.rotation.failures, secret.rotation.last_failure.as_deref()), (1, Some("the hook failed")));
    assert_eq!(states(&ours, &of, NOW)[0], (3, VersionState::Retired));
    // What somebody sets meanwhile wins.
    assert_eq!(ours.add_pending_version(&version(&of, 4), 2, NOW, &entry()).unwrap(), Recorded::Done);
    assert_eq!(set(&other, &of, None, NOW), 5);
    assert!(!ours.promote_version(&of, 4, 2, None, None, NOW, &entry()).unwrap());
    let secret = ours.secret(&of).unwrap().unwrap();
    let due = NOW + 24 * 60 * 60 * 1000;
    assert_eq!((secret.rotation.failures, secret.rotation.next_due_ms), (0, Some(due)), "setting it is rotating it");
}

#[test]
fn what_the_gone_were_rotating_is_taken_over_by_one() {
    let place = Place::new();
    let (gone, ours, other) = (place.open(), place.open(), place.open());
    let of = name("A");
    set(&gone, &of, None, NOW);
    assert_eq!(gone.add_pending_version(&version(&of, 2), 1, NOW, &entry()).unwrap(), Recorded::Done);
    assert_eq!(ours.pending_versions_of_gone_owners().unwrap(), []);
    drop(gone);
    assert_eq!(ours.pending_versions_of_gone_owners().unwrap(), [(of.clone(), 2)]);
    assert_eq!(other.pending_versions_of_gone_owners().unwrap(), []);
    assert!(!other.withdraw_version(&of, 2, "", None, NOW, &entry()).unwrap());
    assert!(ours.withdraw_version(&of, 2, "", None, NOW, &entry()).unwrap());
}

#[test]
fn rewrapping_touches_only_what_is_as_it_was_read() {
    let place = Place::new();
    let store = place.open();
    for name in ["A", "B", "C"].map(name) {
        set(&store, &name, None, NOW);
    }
    let first = store.versions_not_under("local:two", 0, 2).unwrap();
    assert_eq!(first.iter().map(|version| version.of.name.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    let to = |version: &store::SealedVersion, was: Vec<u8>| Rewrapped {
        row: version.row,
        was,
        sealed: vec![9; 40],
        kek_id: "local:two".to_owned(),
    };
    let stale = [to(&first[0], first[0].sealed.clone()), to(&first[1], vec![1; 40])];
    assert_eq!(store.rewrap_versions(&stale, &entry()).unwrap(), 1);
    let counted = store.versions_by_kek().unwrap();
    assert_eq!(counted, [("local:one".to_owned(), 2), ("local:two".to_owned(), 1)]);
    assert_eq!(store.versions_not_under("local:two", first[1].row, 10).unwrap().len(), 1);
}

#[test]
fn bounds_hold() {
    let place = Place::new();
    let store = place.open();
    let many: Vec<_> = (0..MOST_SECRETS).map(|number| version(&name(&format!("A{number}")), 1)).collect();
    let entries: Vec<_> = many.iter().map(|_| entry()).collect();
    store.set_secrets(&many, NOW, &entries).unwrap().unwrap();
    let error = store.set_secret(&version(&name("B"), 1), None, None, NOW, &entry()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Full(Bound::Secrets));
    set(&store, &name("A1"), None, NOW);
    let project = start(&store, "ada").id;
    let of = SecretName { project: Some(project), ..name("BIG") };
    let big = |number: u64| NewVersion { sealed: vec![7; 1 << 20], ..version(&of, number) };
    for number in 1..=KEPT_VERSIONS {
        store.set_secret(&big(number), Some(i64::MAX), None, NOW, &entry()).unwrap();
    }
    let error = (KEPT_VERSIONS + 1..100)
        .find_map(|number| store.set_secret(&big(number), Some(i64::MAX), None, NOW, &entry()).err())
        .unwrap();
    assert_eq!(error.kind, ErrorKind::Full(Bound::SecretBytes));
}

#[test]
fn a_project_with_secrets_is_not_forgotten_and_who_made_them_can_be() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "ada").id;
    store.abandon_project(&project, &crate::fixture::abandoned(&project), &entry()).unwrap();
    let of = SecretName { project: Some(project.clone()), ..name("A") };
    set(&store, &of, None, NOW);
    let error = store.delete_project(&project, &entry()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::HasSecrets);
    store.erase_person("ada", "ada", "erased", NOW, &entry()).unwrap();
    let secret = store.secret(&of).unwrap().unwrap();
    assert_eq!((secret.created_by.as_str(), secret.versions[0].created_by.as_str()), ("erased", "erased"));
    assert!(store.delete_secret(&of, &entry()).unwrap());
    assert!(store.delete_project(&project, &entry()).unwrap());
}
