//! A target is complete or untouched.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use safe_fs::{ErrorKind, Occupant, Place};

#[test]
fn a_staged_folder_appears_whole_with_its_modes() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::of_operator(&folder.path().join("target")).unwrap();
    assert_eq!(place.occupant().unwrap(), Occupant::Nothing);
    let mut staging = place.stage(".s").unwrap();
    staging.write("a/b/run", b"x", true).unwrap();
    staging.write("a/c", b"y", false).unwrap();
    assert!(!folder.path().join("target").exists(), "nothing shows before");
    staging.put_in_place().unwrap();
    let mode = |path: &str| fs::metadata(folder.path().join("target").join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("a/b/run"), mode("a/c")), (0o755, 0o644));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no staging is left");
    assert_eq!(place.read("a/c").unwrap(), b"y");
}

#[test]
fn a_staging_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::of_operator(&folder.path().join("target")).unwrap();
    let mut staging = place.stage(".s").unwrap();
    staging.write("a", b"x", false).unwrap();
    assert!(matches!(staging.write("a", b"x", false).unwrap_err().kind, ErrorKind::Occupied));
    drop(staging);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_is_at_the_target_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("target");
    let place = Place::of_operator(&path).unwrap();
    let stage = || {
        let mut staging = place.stage(".s").unwrap();
        staging.write("new", b"x", false).unwrap();
        staging
    };

    fs::create_dir(&path).unwrap();
    assert_eq!(place.occupant().unwrap(), Occupant::EmptyFolder);
    let full = stage();
    fs::write(path.join("mine"), "keep").unwrap();
    assert_eq!(place.occupant().unwrap(), Occupant::FullFolder);
    assert_eq!(full.put_in_place().unwrap_err().kind, ErrorKind::Occupied);
    assert_eq!(fs::read_to_string(path.join("mine")).unwrap(), "keep");

    fs::remove_dir_all(&path).unwrap();
    fs::write(&path, "a file").unwrap();
    assert_eq!(place.occupant().unwrap(), Occupant::SomethingElse);
    assert_eq!(stage().put_in_place().unwrap_err().kind, ErrorKind::Occupied);

    fs::remove_file(&path).unwrap();
    symlink("elsewhere", &path).unwrap();
    assert_eq!(place.occupant().unwrap(), Occupant::SomethingElse);
    assert_eq!(stage().put_in_place().unwrap_err().kind, ErrorKind::Occupied);

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    stage().put_in_place().unwrap();
    assert!(path.join("new").exists(), "an empty folder is filled");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_repository_around_the_target_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("repo/.git")).unwrap();
    fs::create_dir_all(folder.path().join("repo/deep")).unwrap();
    let inside = Place::of_operator(&folder.path().join("repo/deep/x")).unwrap();
    assert_eq!(inside.enclosing_repository(), Some(folder.path().canonicalize().unwrap().join("repo")));
    let beside = Place::of_operator(&folder.path().join("x")).unwrap();
    assert_eq!(beside.enclosing_repository(), None);
}
