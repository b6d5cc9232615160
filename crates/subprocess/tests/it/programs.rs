//! Which file a name means.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use subprocess::{Error, Program};

fn place(folder: &Path, name: &str, mode: u32) {
    File::create(folder.join(name)).unwrap();
    fs::set_permissions(folder.join(name), Permissions::from_mode(mode)).unwrap();
}

fn find(name: &str, search: &str, folder: &Path) -> Result<Program, Error> {
    Program::find(OsStr::new(name), Some(OsStr::new(search)), folder)
}

#[test]
fn a_name_is_looked_for_in_absolute_folders_in_order() {
    let root = testkit::folder();
    let (one, two) = (root.path().join("one"), root.path().join("two"));
    for folder in [&one, &two] {
        fs::create_dir(folder).unwrap();
    }
    place(&one, "blocked", 0o644);
    place(&two, "blocked", 0o755);
    place(&two, "tool", 0o755);
    place(root.path(), "here", 0o755);
    let search = format!(":.:relative:{}:{}", one.display(), two.display());
    let path = |name| find(name, &search, root.path()).map(|program| program.path().to_path_buf());
    assert_eq!(path("tool").unwrap(), two.join("tool"));
    assert_eq!(path("blocked").unwrap(), two.join("blocked"), "what cannot be run is passed over");
    assert!(matches!(path("here"), Err(Error::NotFound(_))), "the folder is none of them");
    // This test runs beside `src`, which would be found, and cannot be run.
    assert!(matches!(path("src"), Err(Error::NotFound(_))), "folders that are not absolute are passed over");
    assert!(matches!(find("tool", "", root.path()), Err(Error::NotFound(_))));
    assert!(matches!(find("blocked", one.to_str().unwrap(), root.path()), Err(Error::NotExecutable(_))));
}

#[test]
fn a_path_means_that_file() {
    let root = testkit::folder();
    place(root.path(), "tool", 0o755);
    place(root.path(), "text", 0o644);
    fs::create_dir(root.path().join("folder")).unwrap();
    let whole = root.path().join("tool");
    for name in ["./tool", whole.to_str().unwrap()] {
        let found = find(name, "", root.path()).unwrap();
        assert!(found.path().is_absolute() && found.path().ends_with("tool"));
    }
    for name in ["./text", "./folder"] {
        assert!(matches!(find(name, "", root.path()), Err(Error::NotExecutable(_))), "{name}");
    }
    for name in ["./none", "", "to\0ol", "tool/"] {
        assert!(find(name, "", root.path()).is_err(), "{name:?}");
    }
}
