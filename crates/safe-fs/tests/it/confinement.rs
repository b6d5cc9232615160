//! Every path of a client lies beneath a root, whatever links there are.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use safe_fs::{ErrorKind, RootRefusal, Roots};

fn roots(folder: &Path) -> Roots {
    Roots::open(&[folder.to_path_buf()], None).unwrap()
}

#[test]
fn paths_that_lead_out_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let roots = roots(folder.path());
    for path in ["../x", "a/../../x", "/etc/x", "..", ".", "", "/", "a/..", "x\0y"] {
        let error = roots.place(path).expect_err(path);
        assert!(matches!(error.kind, ErrorKind::Outside), "{path:?}: {error:?}");
    }
}

#[test]
fn a_link_inside_that_leads_out_is_refused() {
    let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    symlink(outside.path(), inside.path().join("link")).unwrap();
    symlink("..", inside.path().join("up")).unwrap();
    let roots = roots(inside.path());
    for path in ["link/x", "up/x", "link/../x"] {
        assert!(roots.place(path).is_err(), "{path}");
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_parent_that_is_swapped_for_a_link_afterwards_leads_nowhere_else() {
    let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let parent = inside.path().join("parent");
    fs::create_dir(&parent).unwrap();
    let place = roots(inside.path()).place("parent/project").unwrap();
    fs::rename(&parent, inside.path().join("moved")).unwrap();
    symlink(outside.path(), &parent).unwrap();
    let mut staging = place.stage(".staging").unwrap();
    staging.write("file", b"x", false).unwrap();
    staging.put_in_place().unwrap();
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0, "nothing went through the link");
    assert!(inside.path().join("moved/project/file").exists());
}

#[test]
fn absolute_paths_work_beneath_any_root_and_relative_ones_beneath_the_first() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let roots = Roots::open(&[first.path().to_path_buf(), second.path().to_path_buf()], None).unwrap();
    assert_eq!(roots.place("x").unwrap().path(), first.path().canonicalize().unwrap().join("x"));
    let absolute = second.path().canonicalize().unwrap().join("y");
    assert_eq!(roots.place(absolute.to_str().unwrap()).unwrap().path(), absolute);
    assert!(matches!(roots.place("missing/x").unwrap_err().kind, ErrorKind::NoParent));
    assert!(matches!(Roots::none().place("x").unwrap_err().kind, ErrorKind::NoRoots));
}

#[test]
fn folders_that_hold_more_than_projects_are_no_roots() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join(".ssh")).unwrap();
    fs::create_dir_all(home.path().join("projects")).unwrap();
    for path in [
        PathBuf::from("/"),
        "/etc".into(),
        "/usr/share".into(),
        "/tmp".into(),
        "/proc/self".into(),
        home.path().into(),
        home.path().join(".ssh"),
    ] {
        let refusal = Roots::open(std::slice::from_ref(&path), Some(home.path())).err();
        assert!(matches!(refusal, Some(RootRefusal::TooMuch { .. })), "{}: {refusal:?}", path.display());
    }
    assert!(Roots::open(&[home.path().join("projects")], Some(home.path())).is_ok());
    let missing = Roots::open(&[home.path().join("none")], Some(home.path())).err();
    assert!(matches!(missing, Some(RootRefusal::Unusable { .. })));
    // A link to a refused folder is that folder.
    symlink("/etc", home.path().join("projects/link")).unwrap();
    assert!(Roots::open(&[home.path().join("projects/link")], Some(home.path())).is_err());
}

#[test]
fn a_folder_is_read_beneath_a_root_alone_and_stays_the_same_folder() {
    let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir_all(inside.path().join("there/below")).unwrap();
    fs::write(inside.path().join("there/mark"), "mine").unwrap();
    fs::write(outside.path().join("mark"), "theirs").unwrap();
    symlink(outside.path(), inside.path().join("out")).unwrap();
    let roots = roots(inside.path());
    for path in ["../x", "out", "out/..", "/etc", outside.path().to_str().unwrap()] {
        assert!(roots.folder(path).is_err(), "{path}");
    }
    assert!(matches!(roots.folder("none").unwrap_err().kind, ErrorKind::NoFolder));
    assert!(matches!(roots.folder("there/mark").unwrap_err().kind, ErrorKind::NoFolder));
    assert!(roots.folder(".").is_ok() && roots.folder("there/below").is_ok());
    let folder = roots.folder("there").unwrap();
    fs::rename(inside.path().join("there"), inside.path().join("moved")).unwrap();
    symlink(outside.path(), inside.path().join("there")).unwrap();
    if cfg!(target_os = "linux") {
        assert_eq!(fs::read_to_string(folder.held_path().join("mark")).unwrap(), "mine");
    }
}
