//! What the configuration names on the disk is looked at before anything is served.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::certificates::{authority, pair};
use crate::configured::{Configured, Told};

/// A good production with HTTPS.
fn with_https(environment: &'static str, days: i64) -> Configured {
    let place = Configured::new(environment);
    let (certificate, key) = pair(days);
    let certificate = place.beside("certificate.pem", certificate, 0o644);
    let key = place.beside("key.pem", key, 0o600);
    place
        .file(
            "base.toml",
            &format!("[server.tls]\ncertificate = {certificate:?}\nkey = {key:?}\n[sign_in]\nrequired = true\n"),
        )
        .set("SMART_BEGIN_SERVER__PUBLIC_URL", "https://localhost:8443")
}

#[track_caller]
fn only(told: &Told, rule: &str, severity: &str) -> String {
    assert_eq!(told.findings.len(), 1, "{:?}", told.findings);
    let finding = &told.findings[0];
    assert_eq!((finding["rule"].as_str(), finding["severity"].as_str()), (Some(rule), Some(severity)), "{finding}");
    finding["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_certificate_with_its_key_is_good() {
    assert!(with_https("production", 90).check().findings.is_empty());
}

#[test]
fn a_key_that_others_can_read_or_change_is_refused() {
    for mode in [0o644, 0o604, 0o620, 0o602, 0o666] {
        let place = with_https("production", 90);
        fs::set_permissions(place.home.root().join("key.pem"), fs::Permissions::from_mode(mode)).unwrap();
        only(&place.check(), "key-kept", "fault");
        let served = place.call(&["serve", "--http", "127.0.0.1:0"]).within(std::time::Duration::from_secs(10)).run();
        assert_eq!(served.status.code(), Some(2), "{mode:o}: {served:?}");
    }
    let place = with_https("production", 90);
    fs::set_permissions(place.home.root().join("key.pem"), fs::Permissions::from_mode(0o640)).unwrap();
    assert!(place.check().findings.is_empty());
    let place = with_https("development", 90);
    fs::set_permissions(place.home.root().join("key.pem"), fs::Permissions::from_mode(0o644)).unwrap();
    only(&place.check(), "key-kept", "fault");
}

#[test]
fn certificates_and_keys_that_cannot_be_used_are_named() {
    let place = with_https("production", 90);
    place.beside("key.pem", pair(90).1, 0o600);
    assert_eq!(only(&place.check(), "certificate-usable", "fault"), "The key is not the certificate's.");
    place.beside("key.pem", "canary", 0o600);
    assert!(only(&place.check(), "certificate-usable", "fault").ends_with("key.pem holds no private key in PEM."));
    fs::remove_file(place.home.root().join("key.pem")).unwrap();
    assert!(only(&place.check(), "certificate-usable", "fault").ends_with("key.pem is not there."));
    let place = with_https("production", 90);
    place.beside("certificate.pem", "", 0o644);
    assert!(only(&place.check(), "certificate-usable", "fault").ends_with("holds no certificate in PEM."));
    fs::remove_file(place.home.root().join("certificate.pem")).unwrap();
    assert!(only(&place.check(), "certificate-usable", "fault").ends_with("certificate.pem is not there."));
}

#[test]
fn a_certificate_that_ends_soon_is_warned_of() {
    assert!(only(&with_https("production", 10).check(), "certificate-in-date", "warning").contains("ends soon"));
}

#[test]
fn a_certificate_that_ended_is_a_fault() {
    let place = with_https("production", 90);
    let (certificate, key) = pair(-1);
    place.beside("certificate.pem", certificate, 0o644);
    place.beside("key.pem", key, 0o600);
    assert!(only(&place.check(), "certificate-in-date", "fault").contains("ended"));
}

#[test]
fn authorities_roots_and_the_data_folder_are_looked_at() {
    let place = Configured::new("development").set("SMART_BEGIN_SIGN_IN__AUTHORITIES", "/there/is/none.pem");
    only(&place.check(), "authorities-usable", "fault");
    let place = Configured::new("development");
    let authorities = place.beside("authorities.pem", authority(), 0o644);
    assert!(place.set("SMART_BEGIN_SIGN_IN__AUTHORITIES", &authorities).check().findings.is_empty());
    let place = Configured::new("development").set("SMART_BEGIN_SERVER__ROOTS", "/there/is/none");
    let told = place.check();
    only(&told, "roots-usable", "fault");
    let place = Configured::new("development");
    let file = place.beside("file", "", 0o644);
    only(&place.set("SMART_BEGIN_DATA_DIR", &format!("{file}/data")).check(), "data-folder-usable", "fault");
}

#[test]
fn configuration_that_everybody_may_change_is_refused() {
    for (environment, severity) in [("production", "fault"), ("development", "warning")] {
        let place = with_https(environment, 90);
        fs::set_permissions(place.folder().join("base.toml"), fs::Permissions::from_mode(0o666)).unwrap();
        only(&place.check(), "configuration-kept", severity);
    }
}
