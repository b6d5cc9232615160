//! The probes that look at the configuration and what it names. Each is a small function that can fail, and a row of the
//! table of requirements names it (`crates/app/src/compliance/rows/`).

mod access;
mod audit;
mod bounds;
#[cfg(test)]
mod cases;
mod place;
mod rules;
mod secrets;
mod transport;

use app::{Observations, Seen};

use crate::config::Loaded;

/// Looks at what was read of the configuration, and at what that names.
type Probe = fn(&Loaded) -> Seen;

/// All of them.
const PROBES: [(&str, Probe); 26] = [
    ("configuration-faults", place::faults),
    ("guarded-environment", place::guarded_environment),
    ("configuration-kept", place::configuration_kept),
    ("data-folder-private", place::data_folder_private),
    ("log-level", place::log_level),
    ("https", transport::https),
    ("tls-versions", transport::tls_versions),
    ("trusted-proxies", transport::trusted_proxies),
    ("narrow-origins", transport::narrow_origins),
    ("operations-private", transport::operations_private),
    ("providers", transport::providers),
    ("sign-in-required", access::sign_in_required),
    ("token-audience", access::token_audience),
    ("token-algorithms", access::token_algorithms),
    ("least-roles", access::least_roles),
    ("execute-off", access::execute_off),
    ("lockout", access::lockout),
    ("session-times", access::session_times),
    ("request-limits", bounds::request_limits),
    ("rate-limits", bounds::rate_limits),
    ("quotas", bounds::quotas),
    ("secrets-by-reference", secrets::by_reference),
    ("secrets-apart", secrets::apart),
    ("secrets-key", secrets::key),
    ("audit-anchor", audit::anchored),
    ("audit-export", audit::exported),
];

/// What all of them see.
pub(super) fn all(loaded: &Loaded) -> Observations {
    PROBES.iter().map(|(name, probe)| (*name, probe(loaded))).collect()
}

#[cfg(test)]
mod tests {
    use super::cases::{in_environment, is_content, production};
    use super::*;
    use crate::config::Environment;

    fn passes(name: &str, loaded: &Loaded) -> bool {
        let (_, probe) = PROBES.iter().find(|(each, _)| *each == name).unwrap();
        is_content(&probe(loaded))
    }

    /// Each probe with a setting that it must refuse; those that look at the disk have tests of their own.
    const BAD: [(&str, &str, &str); 26] = [
        ("configuration-faults", "SMART_BEGIN_SERVER__PUBLIC_URL", "http://begin.example"),
        ("log-level", "SMART_BEGIN_LOG__FILTER", "debug"),
        ("log-level", "SMART_BEGIN_LOG__FILTER", "info,store=trace"),
        ("https", "SMART_BEGIN_SERVER__TRUSTED_PROXIES", ""),
        ("https", "SMART_BEGIN_SERVER__LISTEN", "0.0.0.0:8080"),
        ("https", "SMART_BEGIN_SERVER__PUBLIC_URL", "http://begin.example"),
        ("trusted-proxies", "SMART_BEGIN_SERVER__TRUSTED_PROXIES", "0.0.0.0/0"),
        ("narrow-origins", "SMART_BEGIN_SERVER__ALLOWED_ORIGINS", "https://begin.example:*"),
        ("narrow-origins", "SMART_BEGIN_SERVER__ALLOWED_ORIGINS", "http://begin.example"),
        ("operations-private", "SMART_BEGIN_SERVER__OPERATIONS_LISTEN", "0.0.0.0:9090"),
        ("providers", "SMART_BEGIN_SIGN_IN__PROVIDERS__COMPANY__ISSUER", "http://sso.example"),
        ("providers", "SMART_BEGIN_SIGN_IN__PRIVATE_NETWORKS", "10.0.0.0/8"),
        ("providers", "SMART_BEGIN_OPENBAO__ADDRESS", "http://bao.example"),
        ("sign-in-required", "SMART_BEGIN_SIGN_IN__REQUIRED", "false"),
        ("token-audience", "SMART_BEGIN_SERVER__PUBLIC_URL", ""),
        ("token-algorithms", "SMART_BEGIN_SIGN_IN__PROVIDERS__COMPANY__ALGORITHMS", ""),
        ("least-roles", "SMART_BEGIN_SIGN_IN__PROVIDERS__COMPANY__DEFAULT_ROLES", "admin"),
        ("execute-off", "SMART_BEGIN_ACCESS__EXECUTE_OVER_HTTP", "true"),
        ("lockout", "SMART_BEGIN_SIGN_IN__LOCKOUT__ATTEMPTS", "1000"),
        ("lockout", "SMART_BEGIN_SIGN_IN__LOCKOUT__LONGEST_SECONDS", "5"),
        ("session-times", "SMART_BEGIN_SIGN_IN__SESSIONS__IDLE_MINUTES", "600"),
        ("session-times", "SMART_BEGIN_SIGN_IN__SESSIONS__LONGEST_HOURS", "100"),
        ("request-limits", "SMART_BEGIN_LIMITS__BODY_BYTES", "1073741824"),
        ("request-limits", "SMART_BEGIN_LIMITS__HEAD_TIMEOUT_SECONDS", "3600"),
        ("rate-limits", "SMART_BEGIN_LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS", "0"),
        ("quotas", "SMART_BEGIN_LIMITS__PROJECTS_PER_CALLER", "1000000"),
    ];

    #[test]
    fn each_probe_refuses_what_it_is_for_and_takes_what_is_good() {
        let good = production(&[]);
        for (name, key, value) in BAD {
            assert!(passes(name, &good), "{name} on what is good");
            assert!(!passes(name, &production(&[(key, value)])), "{name} with {key} = {value}");
        }
        assert!(passes("guarded-environment", &good));
        assert!(!passes("guarded-environment", &in_environment(Environment::Development, &[])));
    }

    #[test]
    fn every_probe_is_evidence_for_some_row() {
        let table = app::Catalogues::read().unwrap();
        for (name, _) in PROBES {
            assert!(table.probes().contains(name), "{name}");
        }
    }

    #[test]
    fn every_probe_has_a_case_that_it_refuses() {
        let elsewhere = [
            "guarded-environment",
            "configuration-kept",
            "data-folder-private",
            "secrets-by-reference",
            "secrets-apart",
            "secrets-key",
            "audit-anchor",
            "audit-export",
        ];
        // What was built in cannot be built in wrongly for one test.
        let of_the_build = ["tls-versions"];
        for (name, _) in PROBES {
            let here = BAD.iter().any(|(probe, _, _)| *probe == name);
            assert!(here || elsewhere.contains(&name) || of_the_build.contains(&name), "{name}");
        }
    }
}
