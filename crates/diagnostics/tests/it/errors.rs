//! Groups of errors.

use std::fs;
use std::path::Path;

use diagnostics::{BOOK, ErrorBook, ErrorLayer, Groups, Occurrence};
use jiff::Timestamp;
use proptest::prelude::*;
use tracing::Level;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::child::command;

fn at(second: i64, target: &str, kind: Option<&str>, message: &str) -> Occurrence {
    Occurrence {
        time: Timestamp::from_second(1_800_000_000 + second).unwrap(),
        level: Level::ERROR,
        target: target.to_owned(),
        kind: kind.map(str::to_owned),
        message: message.to_owned(),
        cause: None,
        request: None,
        trace: None,
    }
}

#[test]
fn what_varies_makes_no_group_and_what_differs_does() {
    let mut groups = Groups::default();
    groups.note(&at(3, "store", None, "table 7 of /data/x.db is gone"));
    groups.note(&at(9, "store", None, "table 8 of /data/y.db is gone"));
    groups.note(&at(5, "store", None, "table 9 of /data/z.db is gone"));
    groups.note(&at(1, "store", Some("busy"), "table 7 of /data/x.db is gone"));
    groups.note(&at(2, "server", None, "table 7 of /data/x.db is gone"));
    let list = groups.list();
    assert_eq!(list.len(), 3);
    let first = list[0];
    assert_eq!((first.count, first.template.as_str()), (3, "table <number> of <path> is gone"));
    assert_eq!((first.first_seen, first.last_seen), (at(3, "", None, "").time, at(9, "", None, "").time));
    assert_eq!(first.sample.message, "table 8 of /data/y.db is gone", "the sample is the last one");
    assert_eq!(first.fingerprint.len(), 32);
}

#[test]
fn there_are_never_too_many_and_warnings_go_first() {
    let mut groups = Groups::with_room_for(3);
    let warning = Occurrence { level: Level::WARN, ..at(99, "warning", None, "w") };
    groups.note(&warning);
    ["a", "b", "c"].iter().zip(1..).for_each(|(target, second)| groups.note(&at(second, target, None, "m")));
    let targets = |groups: &Groups| groups.list().iter().map(|group| group.target.clone()).collect::<Vec<_>>();
    assert_eq!(targets(&groups), ["c", "b", "a"]);
    groups.note(&at(7, "a", None, "m"));
    groups.note(&at(8, "d", None, "m"));
    assert_eq!((targets(&groups), groups.gone()), (["d", "a", "c"].map(str::to_owned).to_vec(), 2));
    groups.note(&at(9, &"t".repeat(10_000), Some(&"k".repeat(10_000)), &"m ".repeat(100_000)));
    assert!(serde_json::to_string(&groups).unwrap().len() < 20_000);
}

#[test]
fn the_layer_notes_what_is_grave_with_its_cause_and_request() {
    let book = ErrorBook::default();
    let layer = ErrorLayer::new(book.clone(), Level::WARN);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        tracing::info!("well");
        for id in 0..3 {
            let cause = std::io::Error::other(format!("no {id}"));
            tracing::error!(request_id = "r1", kind = "internal", %cause, "call {id} failed");
        }
        tracing::warn!(cause = ?"x".repeat(100_000), "slow");
    });
    let all = book.unsaved();
    let list = all.list();
    let failed = list.iter().find(|group| group.level == "ERROR").unwrap();
    assert_eq!(
        (failed.count, failed.kind.as_deref(), failed.template.as_str()),
        (3, Some("internal"), "call <number> failed")
    );
    assert_eq!((failed.sample.request.as_deref(), failed.sample.cause.as_deref()), (Some("r1"), Some("no 2")));
    assert_eq!(list.len(), 2);
    assert!(list.iter().all(|group| group.sample.cause.as_ref().is_some_and(|cause| cause.len() <= 2_000)));
}

#[test]
fn they_survive_a_restart_and_a_damaged_file() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let book = ErrorBook::default();
        book.note(&at(1, "store", None, "gone"));
        book.save(folder.path()).unwrap();
        assert!(book.unsaved().is_empty());
        book.save(folder.path()).unwrap();
        book.note(&at(2, "store", None, "gone"));
        book.save(folder.path()).unwrap();
    }
    assert_eq!(ErrorBook::default().all(folder.path()).list()[0].count, 4);
    for damage in ["", "{", "[]", "{\"groups\":{\"x\":{}}}"] {
        fs::write(folder.path().join(BOOK), damage).unwrap();
        let book = ErrorBook::default();
        book.note(&at(1, "store", None, "gone"));
        assert_eq!(book.all(folder.path()).list().len(), 1);
        book.save(folder.path()).unwrap();
        assert_eq!(ErrorBook::default().all(folder.path()).list()[0].count, 1, "{damage}");
    }
}

#[test]
fn what_could_not_be_saved_stays() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(BOOK)).unwrap();
    let book = ErrorBook::default();
    book.note(&at(1, "store", None, "gone"));
    assert!(book.save(folder.path()).is_err());
    assert_eq!(book.unsaved().list()[0].count, 1);
    fs::remove_dir(folder.path().join(BOOK)).unwrap();
    book.save(folder.path()).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "the file and its lock");
}

/// In a process of its own.
pub(crate) fn note_many(folder: &Path) {
    let book = ErrorBook::default();
    for second in 0..50 {
        book.note(&at(second, "store", None, "gone"));
        book.save(folder).unwrap();
    }
}

#[test]
fn the_counts_of_several_processes_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let children: Vec<_> = (0..4).map(|_| command("note_many", folder.path()).spawn().unwrap()).collect();
    children.into_iter().for_each(|child| assert!(child.wait_with_output().unwrap().status.success()));
    assert_eq!(ErrorBook::default().all(folder.path()).list()[0].count, 200);
}

proptest! {
    #[test]
    fn merging_is_the_same_as_noting_together(
        notes in prop::collection::vec((0_i64..50, 0_usize..4, any::<bool>()), 0..60),
    ) {
        let (mut one, mut other, mut whole) = (Groups::default(), Groups::default(), Groups::default());
        let mut last = std::collections::BTreeSet::new();
        for (place, (second, target, first)) in notes.iter().enumerate() {
            // No two at the same time, so that there is one last.
            if !last.insert((*target, *second)) {
                continue;
            }
            let occurrence = at(*second, ["a", "b", "c", "d"][*target], None, &format!("m {place}"));
            whole.note(&occurrence);
            if *first { one.note(&occurrence) } else { other.note(&occurrence) }
        }
        one.merge(other);
        prop_assert_eq!(&one, &whole);
        let text = serde_json::to_string(&whole).unwrap();
        let back: Groups = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(back, whole);
    }
}
