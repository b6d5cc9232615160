//! The keys that secrets are sealed with: where they come from, how they are replaced, and what is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::program::{Home, text};
use crate::secrets::{PRODUCTION, get, home, set};

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_key_of_ones_own_is_made_once_replaced_and_everything_rewrapped() {
    let home = home();
    let key = home.data().join("keys/vault.key");
    assert_eq!((mode(&key), mode(&home.data().join("keys"))), (0o600, 0o700));
    set(&home, "A", "one");
    set(&home, "B", "two");
    let again = home.call(["key", "create"]).run();
    assert_eq!(again.status.code(), Some(3), "{again:?}");
    let first = text(&home.json(&["key", "status"]), "current");
    let second = text(&home.json(&["key", "create", "--replace"]), "key");
    assert_ne!(first, second);
    assert_eq!(get(&home, "A").expect_ok().stdout, "one");
    let status = home.json(&["key", "status"]);
    assert_eq!(status["current"], second.as_str());
    assert!(
        status["keys"].as_array().unwrap().iter().any(|one| one["state"] == "older" && one["versions"] == 2),
        "{status}"
    );
    let done = home.json(&["key", "rotate", "--batch", "1"]);
    assert_eq!((done["rewrapped"].as_u64(), done["left"].as_u64()), (Some(2), Some(0)), "{done}");
    assert_eq!(done["unneeded"][0], first.as_str());
    for entry in fs::read_dir(home.data().join("keys")).unwrap().flatten() {
        if entry.file_name() != "vault.key" {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    assert_eq!(get(&home, "B").expect_ok().stdout, "two");
    // Without its key a value is not to be had, and it is said which key that is.
    fs::remove_file(&key).unwrap();
    home.json(&["key", "create"]);
    let lost = get(&home, "A");
    assert_eq!(lost.status.code(), Some(4), "{lost:?}");
    assert!(lost.stderr.contains(&second) && lost.stdout.is_empty(), "{lost:?}");
    let status = home.json(&["key", "status"]);
    assert!(status["keys"].as_array().unwrap().iter().any(|one| one["state"] == "missing"), "{status}");
    let left = home.call(["key", "rotate"]).run();
    assert_eq!(left.status.code(), Some(4), "{left:?}");
}

#[test]
fn a_key_that_others_could_read_or_that_is_damaged_is_refused() {
    let home = home();
    set(&home, "A", "one");
    let key = home.data().join("keys/vault.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = get(&home, "A");
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert!(refused.stderr.contains("chmod 600"), "{refused:?}");
    let good = fs::read_to_string(&key).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&key, &good[..20]).unwrap();
    let refused = get(&home, "A");
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert!(!refused.stderr.contains(&good[..20]), "{refused:?}");
    fs::write(&key, good).unwrap();
    get(&home, "A").expect_ok();
}

#[test]
fn production_takes_no_key_beside_the_data_and_one_elsewhere() {
    let home = Home::new();
    let production = |line: &[&str], key: &str| {
        let call = home.call(["--environment", "production"]).args(line);
        if key.is_empty() { call } else { call.env("SMART_BEGIN_VAULT__KEY", key) }
    };
    let refused = production(&["key", "create"], "").run();
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    let elsewhere = home.root().join("vault.key").display().to_string();
    production(&["key", "create", "--file", &elsewhere], "").run().expect_ok();
    let twice = production(&["key", "create", "--file", &elsewhere], "").run();
    assert_eq!(twice.status.code(), Some(3), "{twice:?}");
    let line = ["secret", "set", "A", "--environment", "production"];
    production(&line, &format!("file:{elsewhere}")).stdin("one").run().expect_ok();
    // By another way into the data folder, which the rule on paths does not see.
    fs::create_dir(home.data().join("keys")).unwrap();
    fs::copy(&elsewhere, home.data().join("keys/vault.key")).unwrap();
    std::os::unix::fs::symlink(home.data(), home.root().join("link")).unwrap();
    let linked = format!("file:{}", home.root().join("link/keys/vault.key").display());
    let refused = production(&["secret", "get", "A", "--environment", "production"], &linked).run();
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    let direct = format!("file:{}", home.data().join("keys/vault.key").display());
    let refused = production(&["secret", "get", "A", "--environment", "production"], &direct).run();
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let secret = production(&["secret", "list"], "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").run();
    assert_eq!(secret.status.code(), Some(2), "{secret:?}");
    assert!(!format!("{secret:?}").contains("AAAAAAAA"), "{secret:?}");
}

#[test]
fn a_credential_of_systemd_is_a_key_too() {
    let home = Home::new();
    let folder = home.root().join("credentials");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("vault-key").display().to_string();
    home.call(["key", "create", "--file", &file]).run().expect_ok();
    let call = |line: &[&str]| {
        let call = home.call(line).args(PRODUCTION).env("SMART_BEGIN_VAULT__KEY", "cred:vault-key");
        call.env("CREDENTIALS_DIRECTORY", &folder)
    };
    call(&["secret", "set", "A"]).stdin("one").run().expect_ok();
    assert_eq!(call(&["secret", "get", "A"]).run().expect_ok().stdout, "one");
    let without =
        home.call(["secret", "get", "A"]).args(PRODUCTION).env("SMART_BEGIN_VAULT__KEY", "cred:vault-key").run();
    assert_eq!(without.status.code(), Some(4), "{without:?}");
    assert!(without.stderr.contains("CREDENTIALS_DIRECTORY"), "{without:?}");
}

#[test]
fn whoever_has_a_token_needs_its_permission_for_keys() {
    let home = home();
    let token = |role: &str| {
        let made = home.call(["token", "create", "t", "--for", "idp:ann", "--role", role]).run().expect_ok();
        made.stdout.trim().to_owned()
    };
    let (member, operator) = (token("member"), token("operator"));
    let run = |token: &str, line: &[&str]| home.call(line).env("SMART_BEGIN_TOKEN", token).run();
    let before = fs::read(home.data().join("keys/vault.key")).unwrap();
    for line in [&["key", "create", "--replace"][..], &["key", "rotate"], &["key", "status"]] {
        assert_eq!(run(&member, line).status.code(), Some(3), "{line:?}");
    }
    let beside = home.root().join("other.key").display().to_string();
    assert_eq!(run(&member, &["key", "create", "--file", &beside]).status.code(), Some(3));
    assert!(!home.root().join("other.key").exists());
    assert_eq!(fs::read(home.data().join("keys/vault.key")).unwrap(), before);
    for line in [&["key", "status"][..], &["key", "create", "--replace"], &["key", "rotate"]] {
        run(&operator, line).expect_ok();
    }
}
