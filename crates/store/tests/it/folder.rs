//! The store's folder: made private, and refused where it is not.

use std::fs::{self, File};
use std::io;

use store::{ErrorKind, Store};

use crate::fixture::{Place, start};

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::fixture::skip;

    fn mode(path: &std::path::Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &std::path::Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn everything_is_private() {
        let place = Place::new();
        let store = place.open();
        start(&store, "owner");
        assert_eq!(mode(&place.folder), 0o700);
        assert_eq!(mode(&place.folder.join("owners")), 0o700);
        assert_eq!(mode(&place.database()), 0o600);
        assert_eq!(mode(&place.log()), 0o600);
        assert_eq!(mode(&place.folder.join("store.db-shm")), 0o600);
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_refused_and_left_alone() {
        for shared in [0o770, 0o702, 0o777] {
            let place = Place::new();
            fs::create_dir(&place.folder).unwrap();
            set_mode(&place.folder, shared);
            let error = Store::open(&place.folder).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Folder(io::ErrorKind::PermissionDenied));
            assert!(error.to_string().contains("may write"), "{error}");
            assert_eq!(fs::read_dir(&place.folder).unwrap().count(), 0);
        }
        let place = Place::new();
        fs::create_dir(&place.folder).unwrap();
        set_mode(&place.folder, 0o755);
        place.open();
    }

    #[test]
    fn a_folder_of_another_user_is_refused() {
        let place = Place::new();
        fs::create_dir(&place.folder).unwrap();
        if std::os::unix::fs::chown(&place.folder, Some(12345), None).is_err() {
            skip("only root can give a folder away");
            return;
        }
        let error = Store::open(&place.folder).unwrap_err();
        assert!(error.to_string().contains("another user"), "{error}");
    }

    #[test]
    fn a_database_that_others_can_read_is_made_private() {
        let place = Place::new();
        place.open();
        set_mode(&place.database(), 0o644);
        place.open();
        assert_eq!(mode(&place.database()), 0o600);
    }

    #[test]
    fn a_database_that_is_a_link_is_refused() {
        let place = Place::new();
        place.open();
        let moved = place.folder.join("moved.db");
        fs::rename(place.database(), &moved).unwrap();
        symlink(&moved, place.database()).unwrap();
        let error = Store::open(&place.folder).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Folder(io::ErrorKind::InvalidInput));
    }

    #[test]
    fn a_link_to_the_folder_is_followed() {
        let place = Place::new();
        let store = place.open();
        let link = place.folder.with_file_name("link");
        symlink(&place.folder, &link).unwrap();
        let project = start(&Store::open(&link).unwrap(), "owner");
        assert!(store.project(&project.id).unwrap().is_some());
    }
}

#[test]
fn a_missing_folder_is_made_with_its_parents() {
    let place = Place::new();
    let deep = place.folder.join("a").join("b");
    start(&Store::open(&deep).unwrap(), "owner");
    assert!(deep.join("store.db").is_file());
}

#[test]
fn a_file_in_place_of_the_folder_is_refused() {
    let place = Place::new();
    File::create(&place.folder).unwrap();
    assert!(matches!(Store::open(&place.folder).unwrap_err().kind, ErrorKind::Folder(_)));
}

#[test]
fn a_folder_in_place_of_the_database_is_refused() {
    let place = Place::new();
    fs::create_dir_all(place.database()).unwrap();
    assert!(matches!(Store::open(&place.folder).unwrap_err().kind, ErrorKind::Folder(_)));
}
