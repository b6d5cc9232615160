//! Certificates for tests, made anew.

use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, KeyPair};

/// An authority, PEM.
pub(crate) fn authority() -> String {
    pair(30).0
}

/// A certificate for this machine that ends in so many days, and its key; both PEM.
pub(crate) fn pair(days: i64) -> (String, String) {
    let mut parameters = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let day = Duration::from_secs(24 * 60 * 60);
    let now = SystemTime::now();
    let away = day * u32::try_from(days.unsigned_abs()).unwrap();
    parameters.not_before = (now - 400 * day).into();
    parameters.not_after = if days < 0 { now - away } else { now + away }.into();
    let key = KeyPair::generate().unwrap();
    (parameters.self_signed(&key).unwrap().pem(), key.serialize_pem())
}
