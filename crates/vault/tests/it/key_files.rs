//! Keys from files, and the files that are not trusted.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;
use vault::{Error, KeyFileFault, LocalKey, new_kek};

fn file(folder: &Path, content: &[u8], mode: u32) -> PathBuf {
    let path = folder.join("key");
    let _ = fs::remove_file(&path);
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path
}

fn fault(outcome: Result<LocalKey, Error>) -> KeyFileFault {
    match outcome {
        Err(Error::KeyFile { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

/// Bytes that pass for random, and the id of the key they are.
fn key() -> [u8; 32] {
    std::array::from_fn(|index| index as u8 * 7)
}

#[test]
fn a_key_is_the_same_whatever_form_it_is_kept_in() {
    let folder = testkit::folder();
    let hex: String = key().iter().map(|byte| format!("{byte:02x}")).collect();
    let ids = [&key()[..], hex.as_bytes(), format!("{hex}\n").as_bytes()]
        .map(|content| LocalKey::from_file(&file(folder.path(), content, 0o600)).unwrap().id().clone());
    let credential = LocalKey::from_credential(folder.path(), "key").unwrap();
    assert!(ids.iter().all(|id| id == credential.id()), "{ids:?}");
}

#[test]
fn a_new_key_can_be_read() {
    let folder = testkit::folder();
    let text = new_kek().unwrap();
    let content = format!("{}\n", text.expose_secret());
    assert!(LocalKey::from_file(&file(folder.path(), content.as_bytes(), 0o400)).is_ok());
    assert_ne!(text.expose_secret(), new_kek().unwrap().expose_secret());
}

#[test]
fn a_file_that_others_may_read_or_change_is_refused() {
    let folder = testkit::folder();
    for mode in 0..=0o777 {
        let path = file(folder.path(), &key(), mode | 0o400);
        let mode = mode | 0o400;
        assert_eq!(LocalKey::from_file(&path).is_ok(), mode & 0o077 == 0, "{mode:o}");
        // A credential of systemd shows the bound of its access list where else the group's rights are.
        assert_eq!(LocalKey::from_credential(folder.path(), "key").is_ok(), mode & 0o037 == 0, "{mode:o}");
    }
    let error = LocalKey::from_file(&file(folder.path(), &key(), 0o644)).unwrap_err();
    assert!(error.to_string().contains("others may read or change it (its mode is 644)"), "{error}");
    assert!(error.advice().contains("chmod 600"));
}

#[test]
fn a_link_is_refused_and_so_is_all_that_is_no_file() {
    let folder = testkit::folder();
    let path = file(folder.path(), &key(), 0o600);
    let link = folder.path().join("link");
    symlink(&path, &link).unwrap();
    assert!(matches!(fault(LocalKey::from_file(&link)), KeyFileFault::Link));
    assert!(matches!(fault(LocalKey::from_credential(folder.path(), "link")), KeyFileFault::Link));
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    assert!(matches!(fault(LocalKey::from_file(folder.path())), KeyFileFault::NotAFile));
    let pipe = folder.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    assert!(matches!(fault(LocalKey::from_file(&pipe)), KeyFileFault::NotAFile));
    assert!(matches!(fault(LocalKey::from_file(&folder.path().join("none"))), KeyFileFault::Unreadable(_)));
}

#[test]
fn what_is_no_key_is_refused() {
    let folder = testkit::folder();
    let contents: [&[u8]; 6] =
        [b"", b"secret", &[7; 31], &key().map(|byte| byte | 1).repeat(2), b"/etc/passwd\n", &[200; 5000]];
    for content in contents {
        assert!(matches!(fault(LocalKey::from_file(&file(folder.path(), content, 0o600))), KeyFileFault::NotAKey));
    }
    for content in [*b"correct horse battery staple 123", [0; 32]] {
        assert!(matches!(fault(LocalKey::from_file(&file(folder.path(), &content, 0o600))), KeyFileFault::NotRandom));
    }
}

#[test]
fn a_credential_lies_in_its_folder() {
    let folder = testkit::folder();
    file(folder.path(), &key(), 0o600);
    let within = folder.path().join("within");
    fs::create_dir(&within).unwrap();
    for name in ["../key", "..", ".", "", ".key", "a/../../key", "/etc/passwd", "key\0"] {
        assert!(matches!(fault(LocalKey::from_credential(&within, name)), KeyFileFault::Name), "{name:?}");
    }
}

#[test]
fn a_key_in_a_file_of_another_user_is_refused() {
    let folder = testkit::folder();
    let path = file(folder.path(), &key(), 0o600);
    let other = rustix::fs::Uid::from_raw(65_534);
    // Only root can give a file away, and root's are taken from everybody.
    if rustix::process::geteuid().is_root() {
        rustix::fs::chown(&path, Some(other), None).unwrap();
        assert!(matches!(fault(LocalKey::from_file(&path)), KeyFileFault::Owner));
    }
}
