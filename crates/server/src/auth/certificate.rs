//! A client certificate as a credential. The TLS handshake has checked who signed it; here stands who its holder is.

use aws_lc_rs::digest::{SHA256, digest};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::claims::is_deceptive;
use super::grants::add;
use crate::config::Grant;

const MAX_SUBJECT: usize = 255;

/// The holder of a certificate.
pub(super) struct Holder {
    /// `certificate:SUBJECT`.
    pub(super) principal: String,
    pub(super) roles: Vec<String>,
    pub(super) teams: Vec<String>,
}

/// Its fingerprint, to which tokens may be bound.
pub(super) fn fingerprint(certificate: &[u8]) -> Vec<u8> {
    digest(&SHA256, certificate).as_ref().to_vec()
}

/// The holder of `certificate` (DER), if `grants` give anything to it. A certificate that gets nothing is no credential:
/// it may be there for the connection alone, and its holder signs in with a token.
pub(super) fn holder(certificate: &[u8], grants: &[Grant]) -> Option<Holder> {
    let (rest, certificate) = X509Certificate::from_der(certificate).ok()?;
    // A connection may be older than the end of its certificate.
    if !rest.is_empty() || !certificate.validity().is_valid() {
        return None;
    }
    let subject = certificate.subject().to_string();
    let plain = !subject.is_empty() && subject.len() <= MAX_SUBJECT && !subject.chars().any(is_deceptive);
    let names = names(&certificate);
    let (mut roles, mut teams) = (Vec::new(), Vec::new());
    for grant in grants {
        if names.iter().any(|(claim, value)| *claim == grant.claim && *value == grant.value) {
            add(&mut roles, &grant.roles);
            add(&mut teams, &grant.teams);
        }
    }
    (plain && !roles.is_empty()).then(|| Holder { principal: format!("certificate:{subject}"), roles, teams })
}

/// What grants may be about.
fn names<'a>(certificate: &'a X509Certificate<'_>) -> Vec<(&'static str, &'a str)> {
    let common = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok());
    let mut names: Vec<_> = common.map(|name| ("common_name", name)).collect();
    if let Ok(Some(alternative)) = certificate.subject_alternative_name() {
        names.extend(alternative.value.general_names.iter().filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(("dns", *name)),
            GeneralName::RFC822Name(name) => Some(("email", *name)),
            GeneralName::URI(name) => Some(("uri", *name)),
            _ => None,
        }));
    }
    names
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    use super::*;

    fn certificate(common_name: &str, year: i32) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["robot.example".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, common_name);
        params.subject_alt_names.push(SanType::URI("spiffe://corp/robot".try_into().unwrap()));
        params.subject_alt_names.push(SanType::Rfc822Name("ada@example.org".try_into().unwrap()));
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    fn grant(claim: &str, value: &str) -> Vec<Grant> {
        let roles = vec!["member".to_owned()];
        vec![Grant { claim: claim.to_owned(), value: value.to_owned(), roles, teams: vec!["t".to_owned()] }]
    }

    #[test]
    fn names_of_a_certificate_give_roles() {
        let good = certificate("robot", 2099);
        for (claim, value) in [
            ("common_name", "robot"),
            ("dns", "robot.example"),
            ("uri", "spiffe://corp/robot"),
            ("email", "ada@example.org"),
        ] {
            let holder = holder(&good, &grant(claim, value)).unwrap();
            assert!(holder.principal.starts_with("certificate:") && holder.principal.contains("CN=robot"), "{claim}");
            assert_eq!((holder.roles, holder.teams), (vec!["member".to_owned()], vec!["t".to_owned()]));
        }
        for (claim, value) in
            [("common_name", "Robot"), ("dns", "robot"), ("uri", "spiffe://corp/"), ("email", "robot")]
        {
            assert!(holder(&good, &grant(claim, value)).is_none(), "{claim} {value}");
        }
        assert!(holder(&good, &[]).is_none());
    }

    #[test]
    fn what_is_over_deceptive_or_no_certificate_gives_nothing() {
        let grants = grant("dns", "robot.example");
        assert!(holder(&certificate("robot", 2099), &grants).is_some());
        assert!(holder(&certificate("robot", 2001), &grants).is_none());
        assert!(holder(&certificate("ro\u{202e}bot", 2099), &grants).is_none());
        assert!(holder(b"nonsense", &grants).is_none());
        let mut more = certificate("robot", 2099);
        more.push(0);
        assert!(holder(&more, &grants).is_none());
    }
}
