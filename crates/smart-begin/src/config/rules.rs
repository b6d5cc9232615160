//! What must hold between keys, and what staging and production refuse. One table; the page in docs lists it, and each
//! rule has a test of its own.

use super::fault::{Concern, Fault, Severity};
use super::settings::Settings;

mod access;
mod audit;
mod checks;
mod complaint;
mod edge;
mod limits;
mod sign_in;
mod vault;

use complaint::Complaint;

/// Where a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// In every environment.
    Everywhere,
    /// In development.
    Development,
    /// In staging and production.
    Guarded,
}

/// Something that must hold.
pub(crate) struct Rule {
    /// Its name.
    pub(crate) name: &'static str,
    /// Where it holds.
    pub(crate) holds: Where,
    /// How bad it is when it does not.
    pub(crate) severity: Severity,
    /// Whether it matters to a server that listens alone.
    pub(crate) concern: Concern,
    /// What it says.
    pub(crate) says: &'static str,
    check: fn(&Settings) -> Vec<Complaint>,
}

const fn refuses(name: &'static str, holds: Where, check: fn(&Settings) -> Vec<Complaint>, says: &'static str) -> Rule {
    Rule { name, holds, severity: Severity::Fault, concern: Concern::Listener, says, check }
}

const fn warns(name: &'static str, holds: Where, check: fn(&Settings) -> Vec<Complaint>, says: &'static str) -> Rule {
    Rule { name, holds, severity: Severity::Warning, concern: Concern::Listener, says, check }
}

const fn always(name: &'static str, check: fn(&Settings) -> Vec<Complaint>, says: &'static str) -> Rule {
    Rule { name, holds: Where::Everywhere, severity: Severity::Fault, concern: Concern::Anything, says, check }
}

/// All of them.
pub(crate) static RULES: &[Rule] = &[
    refuses("sign-in-required", Where::Guarded, sign_in::required, "Everybody signs in."),
    refuses(
        "sign-in-beyond-this-machine",
        Where::Development,
        sign_in::beyond_this_machine,
        "Whoever can be reached from other machines requires sign-in.",
    ),
    refuses(
        "https-or-proxy",
        Where::Guarded,
        edge::https_or_proxy,
        "The listener speaks HTTPS, or listens on loopback behind a trusted proxy that does.",
    ),
    refuses("public-url", Where::Guarded, edge::public_url, "`server.public_url` is there and begins with https://."),
    refuses("no-wildcard-origins", Where::Guarded, edge::no_wildcard_origins, "No origin has a `*` in it."),
    refuses("https-origins", Where::Guarded, edge::https_origins, "Every origin begins with https://."),
    refuses(
        "narrow-proxies",
        Where::Guarded,
        edge::narrow_proxies,
        "No network of trusted proxies is wider than /8 (IPv6: /32).",
    ),
    refuses("https-issuers", Where::Guarded, sign_in::https_issuers, "Every provider's issuer begins with https://."),
    refuses(
        "narrow-private-networks",
        Where::Guarded,
        sign_in::narrow_private_networks,
        "Private networks that providers may be in are /24 or narrower (IPv6: /64), and hold neither loopback nor link-local addresses.",
    ),
    refuses(
        "no-admin-for-everybody",
        Where::Guarded,
        sign_in::no_admin_for_everybody,
        "No provider makes everybody an admin.",
    ),
    Rule {
        concern: Concern::Anything,
        ..refuses(
            "quiet-log",
            Where::Guarded,
            access::quiet_log,
            "Nothing is logged at debug or trace: those lines may hold what people typed.",
        )
    },
    Rule {
        concern: Concern::Anything,
        ..refuses(
            "https-openbao",
            Where::Guarded,
            access::https_openbao,
            "OpenBao is reached over https://, or on loopback.",
        )
    },
    always("https-needs-both", edge::https_needs_both, "A certificate has a key, and a key a certificate."),
    always(
        "client-certificates",
        edge::client_certificates,
        "Client certificates need HTTPS, and authorities that sign them.",
    ),
    always("certificate-grants", edge::certificate_grants, "Grants for certificates need client certificates."),
    always(
        "redirect-needs-https",
        edge::redirect_needs_https,
        "A redirect to HTTPS needs HTTPS, and `server.public_url` to lead to.",
    ),
    always("addresses-differ", edge::addresses_differ, "No two listeners share an address."),
    always("hosts-hold-public-url", edge::hosts_hold_public_url, "The host of `server.public_url` is served."),
    always("provider-has-issuer", sign_in::provider_has_issuer, "Every provider has an issuer."),
    always("issuers-differ", sign_in::issuers_differ, "No two providers share an issuer."),
    always("secret-needs-client", sign_in::secret_needs_client, "A client's secret needs its id."),
    always("known-roles", access::known_roles, "Every role that is given exists."),
    always("role-has-permissions", access::role_has_permissions, "Every role says what it permits."),
    always("admin-stays", access::admin_stays, "`admin` is not defined anew: it may do everything."),
    always(
        "openbao-complete",
        access::openbao_complete,
        "References that begin with bao: need `openbao.address` and `openbao.token`, and the token is none of them.",
    ),
    always("checkpoints-complete", audit::checkpoints_complete, "Every place for checkpoints has what its kind needs."),
    always("exports-complete", audit::exports_complete, "Every place for audit entries has what its kind needs."),
    always(
        "vault-transit-complete",
        vault::transit_complete,
        "A key in the transit engine needs an address and a token, in `vault.transit` or `openbao`.",
    ),
    always("vault-keys-differ", vault::keys_differ, "The key that seals is none of the previous keys."),
    Rule {
        concern: Concern::Anything,
        ..refuses(
            "vault-key-apart",
            Where::Guarded,
            vault::key_apart,
            "No key of secrets lies in the data folder, which it is to protect copies of.",
        )
    },
    always("engines-known", checks::known_engines, "Scanners have names that are known, and hashes that are ones."),
    refuses(
        "engines-pinned",
        Where::Guarded,
        checks::pinned_engines,
        "Scanners that clients may ask for are held to a hash.",
    ),
    always("limits-fit", limits::fit, "Smaller bounds fit into larger ones."),
    warns(
        "execute-over-http",
        Where::Everywhere,
        access::execute_over_http,
        "Running other people's code for callers over HTTP is on.",
    ),
    warns(
        "checkpoints-off-host",
        Where::Guarded,
        audit::checkpoints_off_host,
        "Signed checkpoints of the audit log go to another machine: s3 or a webhook.",
    ),
    warns("unbounded-rate", Where::Guarded, limits::unbounded_rate, "A rate is without bound."),
    warns(
        "open-operations",
        Where::Guarded,
        edge::open_operations,
        "Health and metrics can be reached from other machines.",
    ),
    warns("plaintext-sign-in", Where::Development, edge::plaintext_sign_in, "Credentials travel in plain text."),
];

/// What the rule of this name complains of first, wherever it holds, with what to do.
pub(crate) fn rule_broken(name: &str, settings: &Settings) -> Option<(String, String)> {
    let rule = RULES.iter().find(|rule| rule.name == name)?;
    (rule.check)(settings).into_iter().next().map(|complaint| (complaint.message, complaint.hint))
}

/// Applies all rules that hold where `settings` are for.
pub(crate) fn check(settings: &Settings) -> Vec<Fault> {
    let guarded = settings.environment.is_guarded();
    let holds = |rule: &&Rule| match rule.holds {
        Where::Everywhere => true,
        Where::Development => !guarded,
        Where::Guarded => guarded,
    };
    let faults = RULES.iter().filter(holds).flat_map(|rule| {
        (rule.check)(settings).into_iter().map(|complaint| {
            let origin = settings.origin_of(&complaint.path).at_line(complaint.line);
            let fault = Fault::new(complaint.path, origin, complaint.message, complaint.hint);
            Fault { rule: Some(rule.name), severity: rule.severity, concern: rule.concern, ..fault }
        })
    });
    faults.collect()
}
