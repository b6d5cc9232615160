//! Checkpoints in a folder.

use std::fs;

use delivery::{Destination, Error, Folder};

use crate::samples::{ORIGIN, checkpoint, checkpoint_of};

fn names(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_latest_is_replaced_and_one_is_kept_for_each_size() {
    let place = testkit::folder();
    let destination = Destination::Folder(Folder::new(place.path().to_owned()));
    assert_eq!(destination.latest().await.unwrap(), None);
    for size in [3, 3, 9, 10] {
        destination.publish(&checkpoint(size)).await.unwrap();
        assert_eq!(destination.latest().await.unwrap(), Some(checkpoint(size)));
    }
    let of = |size: u64| format!("{size:020}.checkpoint");
    assert_eq!(names(place.path()), [of(3), of(9), of(10), "latest.checkpoint".to_owned()]);
    assert_eq!(fs::read_to_string(place.path().join(of(9))).unwrap(), checkpoint(9));
}

#[cfg(unix)]
#[tokio::test]
async fn others_cannot_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = testkit::folder();
    Destination::Folder(Folder::new(place.path().to_owned())).publish(&checkpoint(3)).await.unwrap();
    for name in names(place.path()) {
        let mode = fs::metadata(place.path().join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640, "{name}");
    }
}

#[tokio::test]
async fn a_log_that_was_set_back_rewritten_or_swapped_is_noticed_and_nothing_is_replaced() {
    let place = testkit::folder();
    let destination = Destination::Folder(Folder::new(place.path().to_owned()));
    destination.publish(&checkpoint(9)).await.unwrap();
    let back = destination.publish(&checkpoint(8)).await.unwrap_err();
    assert!(matches!(back, Error::SetBack { there: 9, ours: 8 }), "{back}");
    let fork = destination.publish(&checkpoint_of(ORIGIN, "forged", 9)).await.unwrap_err();
    assert!(matches!(fork, Error::Fork(9)), "{fork}");
    let other = destination.publish(&checkpoint_of("other.example/audit", "entry", 12)).await.unwrap_err();
    assert!(matches!(&other, Error::OtherLog(origin) if origin == ORIGIN), "{other}");
    for error in [back, fork, other] {
        assert!(error.is_contradiction() && !error.may_pass() && !error.advice().is_empty());
    }
    assert_eq!(destination.latest().await.unwrap(), Some(checkpoint(9)));
    // A size that was once published, where the latest was removed: its own file still tells.
    fs::remove_file(place.path().join("latest.checkpoint")).unwrap();
    let fork = destination.publish(&checkpoint_of(ORIGIN, "forged", 9)).await.unwrap_err();
    assert!(matches!(fork, Error::Fork(9)), "{fork}");
    assert_eq!(destination.latest().await.unwrap(), None);
}

#[tokio::test]
async fn what_is_no_checkpoint_is_neither_published_nor_overwritten() {
    let place = testkit::folder();
    let destination = Destination::Folder(Folder::new(place.path().to_owned()));
    assert!(matches!(destination.publish("no note").await, Err(Error::NoCheckpoint(_))));
    fs::write(place.path().join("latest.checkpoint"), "something else").unwrap();
    assert!(matches!(destination.publish(&checkpoint(3)).await, Err(Error::NoCheckpoint(_))));
    assert_eq!(fs::read(place.path().join("latest.checkpoint")).unwrap(), b"something else");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_not_made() {
    let place = testkit::folder();
    let gone = place.path().join("not-mounted");
    let error = Destination::Folder(Folder::new(gone.clone())).publish(&checkpoint(3)).await.unwrap_err();
    assert!(matches!(error, Error::File { .. }), "{error}");
    assert!(!gone.exists());
}
