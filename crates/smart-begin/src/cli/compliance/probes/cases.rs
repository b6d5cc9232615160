//! Configurations for the tests of probes.

use std::ffi::OsString;

use app::Seen;

use crate::config::{Environment, Loaded, Sources, load};

/// What is good, as variables.
const GOOD: [(&str, &str); 6] = [
    ("SMART_BEGIN_SERVER__PUBLIC_URL", "https://begin.example"),
    ("SMART_BEGIN_SERVER__TRUSTED_PROXIES", "127.0.0.1"),
    ("SMART_BEGIN_SIGN_IN__PROVIDERS__COMPANY__ISSUER", "https://sso.example"),
    ("SMART_BEGIN_SIGN_IN__PROVIDERS__COMPANY__CLIENT_ID", "smart-begin"),
    ("SMART_BEGIN_SIGN_IN__PROVIDERS__COMPANY__CLIENT_SECRET", "cred:company"),
    ("SMART_BEGIN_DATA__FOLDER", "/var/lib/smart-begin"),
];

/// Production with what is good, but for `changed`.
pub(super) fn production(changed: &[(&str, &str)]) -> Loaded {
    in_environment(Environment::Production, changed)
}

pub(super) fn in_environment(environment: Environment, changed: &[(&str, &str)]) -> Loaded {
    let variables = GOOD.iter().chain(changed).map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
    let mut variables: Vec<_> = variables.collect();
    variables.retain({
        let last: Vec<String> = changed.iter().map(|(name, _)| (*name).to_owned()).collect();
        let mut at = 0;
        move |(name, _)| {
            at += 1;
            at > GOOD.len() || !last.contains(name)
        }
    });
    load(&Sources { environment, variables, ..Sources::default() })
}

/// Whether a probe is content.
pub(super) fn is_content(seen: &Seen) -> bool {
    matches!(seen, Seen::Good(_) | Seen::Nothing(_))
}
