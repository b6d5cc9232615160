//! What goes over the network, and to whom.

use app::Seen;
use rustls::ProtocolVersion;

use super::rules::rule;
use crate::config::{Loaded, keys, rule_broken};

pub(super) fn https(loaded: &Loaded) -> Seen {
    for name in ["https-or-proxy", "public-url"] {
        if let Some((what, advice)) = rule_broken(name, &loaded.settings) {
            return Seen::bad(what, advice);
        }
    }
    let own = loaded.settings.path(&keys::CERTIFICATE).is_some();
    Seen::good(if own {
        "The listener speaks HTTPS."
    } else {
        "The listener is on loopback, behind a trusted proxy that speaks HTTPS."
    })
}

pub(super) fn tls_versions(_loaded: &Loaded) -> Seen {
    let modern = [ProtocolVersion::TLSv1_2, ProtocolVersion::TLSv1_3];
    Seen::when(
        rustls::ALL_VERSIONS.iter().all(|each| modern.contains(&each.version)),
        "This program can speak TLS 1.2 and 1.3 and no older version, with rustls and its default cipher suites.",
        "This program can speak an outdated version of TLS.",
        "Report it (SECURITY.md).",
    )
}

pub(super) fn trusted_proxies(loaded: &Loaded) -> Seen {
    if loaded.settings.networks(&keys::TRUSTED_PROXIES).is_empty() {
        return Seen::good("No proxy is trusted, so that nobody is believed about a client's address.");
    }
    rule(loaded, "narrow-proxies", "Only the named proxies are believed about a client's address.")
}

pub(super) fn narrow_origins(loaded: &Loaded) -> Seen {
    for name in ["no-wildcard-origins", "https-origins"] {
        if let Some((what, advice)) = rule_broken(name, &loaded.settings) {
            return Seen::bad(what, advice);
        }
    }
    Seen::good("The origins whose pages may call are named, each with https.")
}

pub(super) fn operations_private(loaded: &Loaded) -> Seen {
    rule(loaded, "open-operations", "Health and metrics are shown on this machine alone, or not at all.")
}

pub(super) fn providers(loaded: &Loaded) -> Seen {
    for name in ["https-issuers", "narrow-private-networks", "https-openbao"] {
        if let Some((what, advice)) = rule_broken(name, &loaded.settings) {
            return Seen::bad(what, advice);
        }
    }
    Seen::good(
        "Only configured services are asked, over HTTPS; private networks are out of reach but for narrow ones that are named.",
    )
}
