//! Every rule on the configuration: what it refuses, alone, and that nothing of it is served.

use std::collections::BTreeSet;

use crate::configured::Configured;
use crate::program::Home;

/// A rule, where it is broken, and the variables (without their prefix) that break it.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const CASES: &[Case] = &[
    ("sign-in-required", "production", &[("SIGN_IN__REQUIRED", "false")]),
    ("sign-in-required", "staging", &[("SIGN_IN__REQUIRED", "false")]),
    ("sign-in-beyond-this-machine", "development", &[("SERVER__LISTEN", "0.0.0.0:8080")]),
    ("sign-in-beyond-this-machine", "development", &[("SERVER__PUBLIC_URL", "https://begin.example")]),
    ("https-or-proxy", "production", &[("SERVER__TRUSTED_PROXIES", "")]),
    ("https-or-proxy", "staging", &[("SERVER__LISTEN", "0.0.0.0:8080")]),
    ("https-or-proxy", "production", &[("SERVER__LISTEN", "[::]:8080")]),
    ("public-url", "production", &[("SERVER__PUBLIC_URL", "")]),
    ("public-url", "staging", &[("SERVER__PUBLIC_URL", "http://begin.example")]),
    ("no-wildcard-origins", "production", &[("SERVER__ALLOWED_ORIGINS", "https://begin.example:*")]),
    ("https-origins", "production", &[("SERVER__ALLOWED_ORIGINS", "https://begin.example,http://begin.example")]),
    ("narrow-proxies", "production", &[("SERVER__TRUSTED_PROXIES", "127.0.0.1,0.0.0.0/0")]),
    ("narrow-proxies", "staging", &[("SERVER__TRUSTED_PROXIES", "::/0")]),
    ("https-issuers", "production", &[("SIGN_IN__PROVIDERS__COMPANY__ISSUER", "http://sso.example")]),
    ("narrow-private-networks", "production", &[("SIGN_IN__PRIVATE_NETWORKS", "10.0.0.0/8")]),
    ("narrow-private-networks", "staging", &[("SIGN_IN__PRIVATE_NETWORKS", "127.0.0.1")]),
    ("narrow-private-networks", "production", &[("SIGN_IN__PRIVATE_NETWORKS", "169.254.169.254")]),
    ("narrow-private-networks", "production", &[("SIGN_IN__PRIVATE_NETWORKS", "::/0")]),
    (
        "no-admin-for-everybody",
        "production",
        &[
            ("SIGN_IN__PROVIDERS__COMPANY__ISSUER", "https://sso.example"),
            ("SIGN_IN__PROVIDERS__COMPANY__DEFAULT_ROLES", "viewer,admin"),
        ],
    ),
    ("quiet-log", "production", &[("LOG__FILTER", "info,store=debug")]),
    ("quiet-log", "production", &[("LOG", "trace")]),
    ("quiet-log", "staging", &[("LOG__FILTER", "info,store")]),
    ("https-openbao", "production", &[("OPENBAO__ADDRESS", "http://bao.example:8200")]),
    ("https-openbao", "staging", &[("VAULT__TRANSIT__ADDRESS", "http://bao.example:8200")]),
    ("vault-transit-complete", "development", &[("VAULT__KEY", "transit")]),
    ("vault-keys-differ", "development", &[("VAULT__KEY", "cred:one"), ("VAULT__PREVIOUS_KEYS", "cred:two,cred:one")]),
    ("vault-key-apart", "production", &[("VAULT__KEY", "file:[here]/data/keys/vault.key")]),
    (
        "vault-key-apart",
        "staging",
        &[("VAULT__KEY", "cred:one"), ("VAULT__PREVIOUS_KEYS", "file:[here]/data/keys/vault.key")],
    ),
    ("engines-known", "development", &[("CHECKS__ENGINES__NOBODY__PATH", "/none")]),
    ("engines-known", "development", &[("CHECKS__ENGINES__GITLEAKS__SHA256", "abc")]),
    ("engines-pinned", "production", &[("CHECKS__ENGINES__GITLEAKS__PATH", "/none")]),
    ("https-needs-both", "development", &[("SERVER__TLS__CERTIFICATE", "/none")]),
    ("https-needs-both", "development", &[("SERVER__TLS__KEY", "/none")]),
    ("client-certificates", "development", &[("SERVER__TLS__CLIENT_CERTIFICATES", "required")]),
    ("client-certificates", "development", &[("SERVER__TLS__CLIENT_AUTHORITIES", "[here]/authorities.pem")]),
    (
        "certificate-grants",
        "development",
        &[("SIGN_IN__CERTIFICATE_GRANTS", "[{ claim = \"dns\", value = \"x\", roles = [\"viewer\"] }]")],
    ),
    ("redirect-needs-https", "production", &[("SERVER__REDIRECT_LISTEN", "127.0.0.1:8081")]),
    (
        "redirect-needs-https",
        "development",
        &[
            ("SERVER__TLS__CERTIFICATE", "/none"),
            ("SERVER__TLS__KEY", "/none"),
            ("SERVER__REDIRECT_LISTEN", "127.0.0.1:8081"),
        ],
    ),
    ("addresses-differ", "production", &[("SERVER__OPERATIONS_LISTEN", "127.0.0.1:8080")]),
    ("hosts-hold-public-url", "production", &[("SERVER__ALLOWED_HOSTS", "other.example")]),
    ("provider-has-issuer", "development", &[("SIGN_IN__PROVIDERS__COMPANY__CLIENT_ID", "x")]),
    (
        "issuers-differ",
        "production",
        &[
            ("SIGN_IN__PROVIDERS__ONE__ISSUER", "https://sso.example"),
            ("SIGN_IN__PROVIDERS__OTHER__ISSUER", "https://sso.example"),
        ],
    ),
    (
        "secret-needs-client",
        "development",
        &[
            ("SIGN_IN__PROVIDERS__COMPANY__ISSUER", "https://sso.example"),
            ("SIGN_IN__PROVIDERS__COMPANY__CLIENT_SECRET", "file:[here]/secret"),
        ],
    ),
    (
        "known-roles",
        "development",
        &[
            ("SIGN_IN__PROVIDERS__COMPANY__ISSUER", "https://sso.example"),
            ("SIGN_IN__PROVIDERS__COMPANY__DEFAULT_ROLES", "membre"),
        ],
    ),
    (
        "known-roles",
        "development",
        &[
            ("SIGN_IN__PROVIDERS__COMPANY__ISSUER", "https://sso.example"),
            ("SIGN_IN__PROVIDERS__COMPANY__GRANTS", "[{ claim = \"a\", value = \"b\", roles = [\"nobody\"] }]"),
        ],
    ),
    ("admin-stays", "development", &[("ACCESS__ROLES__ADMIN__PERMISSIONS", "project:read")]),
    ("openbao-complete", "development", &[("OPENBAO__TOKEN", "bao:secret/a#b")]),
    (
        "openbao-complete",
        "development",
        &[
            ("SIGN_IN__PROVIDERS__COMPANY__ISSUER", "https://sso.example"),
            ("SIGN_IN__PROVIDERS__COMPANY__CLIENT_ID", "x"),
            ("SIGN_IN__PROVIDERS__COMPANY__CLIENT_SECRET", "bao:secret/a#b"),
        ],
    ),
    ("checkpoints-complete", "development", &[("AUDIT__CHECKPOINTS__OFFSITE__REGION", "eu-central-1")]),
    ("checkpoints-complete", "development", &[("AUDIT__CHECKPOINTS__OFFSITE__KIND", "file")]),
    (
        "checkpoints-complete",
        "development",
        &[
            ("AUDIT__CHECKPOINTS__OFFSITE__KIND", "s3"),
            ("AUDIT__CHECKPOINTS__OFFSITE__BUCKET", "anchors"),
            ("AUDIT__CHECKPOINTS__OFFSITE__ACCESS_KEY_ID", "x"),
        ],
    ),
    ("exports-complete", "development", &[("AUDIT__EXPORTS__SIEM__KIND", "syslog")]),
    (
        "exports-complete",
        "development",
        &[
            ("AUDIT__EXPORTS__SIEM__KIND", "syslog"),
            ("AUDIT__EXPORTS__SIEM__HOST", "logs.example"),
            ("AUDIT__EXPORTS__SIEM__CERTIFICATE", "/none"),
        ],
    ),
    ("limits-fit", "development", &[("LIMITS__STRING_BYTES", "2097152")]),
    ("limits-fit", "development", &[("LIMITS__CONNECTIONS_PER_ADDRESS", "5000")]),
    (
        "limits-fit",
        "development",
        &[("LIMITS__REQUESTS_PER_MINUTE_PER_CALLER", "60"), ("LIMITS__BURST_PER_CALLER", "0")],
    ),
    (
        "limits-fit",
        "development",
        &[("SIGN_IN__SESSIONS__LONGEST_HOURS", "1"), ("SIGN_IN__SESSIONS__IDLE_MINUTES", "61")],
    ),
    ("limits-fit", "development", &[("SIGN_IN__LOCKOUT__FIRST_SECONDS", "901")]),
];

/// Those that are told and refuse nothing.
const WARNED: &[Case] = &[
    ("execute-over-http", "development", &[("ACCESS__EXECUTE_OVER_HTTP", "true")]),
    ("execute-over-http", "production", &[("ACCESS__EXECUTE_OVER_HTTP", "true")]),
    ("checkpoints-off-host", "production", &[]),
    (
        "checkpoints-off-host",
        "staging",
        &[("AUDIT__CHECKPOINTS__NEAR__KIND", "file"), ("AUDIT__CHECKPOINTS__NEAR__FOLDER", "/none")],
    ),
    ("unbounded-rate", "production", &[("LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS", "0")]),
    ("open-operations", "production", &[("SERVER__OPERATIONS_LISTEN", "0.0.0.0:9090")]),
    ("plaintext-sign-in", "development", &[("SIGN_IN__REQUIRED", "true"), ("SERVER__LISTEN", "0.0.0.0:8080")]),
];

/// The built-in configuration with the least that makes it good, behind a proxy.
fn good(environment: &'static str) -> Configured {
    let place = Configured::new(environment);
    place.beside("secret", "s3cr3t", 0o600);
    place.beside("authorities.pem", crate::certificates::authority(), 0o644);
    if environment == "development" {
        return place;
    }
    place
        .set("SMART_BEGIN_SERVER__PUBLIC_URL", "https://begin.example")
        .set("SMART_BEGIN_SERVER__TRUSTED_PROXIES", "127.0.0.1")
}

fn broken(case: &Case) -> Configured {
    let (_, environment, variables) = case;
    variables.iter().fold(good(environment), |place, (name, value)| {
        let value = value.replace("[here]", place.home.root().to_str().unwrap());
        place.set(&format!("SMART_BEGIN_{name}"), &value)
    })
}

#[test]
fn what_is_good_passes_in_every_environment() {
    for environment in ["development", "staging", "production"] {
        let told = good(environment).check();
        assert!(told.findings.is_empty(), "{environment}: {:?}", told.findings);
    }
}

#[test]
fn each_rule_refuses_what_it_is_for_and_nothing_is_served() {
    let mut wrong = Vec::new();
    for case in CASES {
        let place = broken(case);
        let told = place.check();
        let mut rules = told.rules();
        // Files that the case names and that are not there.
        rules.retain(|rule| !rule.ends_with("-usable"));
        if rules != [case.0] || told.outcome.status.code() != Some(2) {
            wrong.push(format!("{case:?}: {:?}", told.findings));
            continue;
        }
        for finding in &told.findings {
            let (message, hint) = (finding["message"].as_str().unwrap(), finding["hint"].as_str().unwrap());
            assert!(message.ends_with('.') && hint.ends_with(['.', '?']) && hint.len() > 10, "{finding}");
        }
        let served = place.call(&["serve", "--http"]).within(std::time::Duration::from_secs(10)).run();
        if served.status.code() != Some(2) || !served.stderr.contains(told.findings[0]["message"].as_str().unwrap()) {
            wrong.push(format!("{case:?} is served: {served:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn each_warning_is_told_and_refuses_nothing() {
    let mut wrong = Vec::new();
    for case in WARNED {
        let place = broken(case);
        let told = if case.0 == "checkpoints-off-host" { place.check_all() } else { place.check() };
        let warnings = told.findings.iter().all(|finding| finding["severity"] == "warning");
        if told.rules() != [case.0] || !warnings || !told.outcome.ok() {
            wrong.push(format!("{case:?}: {:?}", told.findings));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), WARNED.len(), wrong.join("\n"));
}

#[test]
fn a_bucket_or_a_webhook_for_checkpoints_is_off_the_host() {
    let place = good("production")
        .set("SMART_BEGIN_AUDIT__CHECKPOINTS__NEAR__KIND", "file")
        .set("SMART_BEGIN_AUDIT__CHECKPOINTS__NEAR__FOLDER", "/none")
        .set("SMART_BEGIN_AUDIT__CHECKPOINTS__OFFSITE__KIND", "webhook")
        .set("SMART_BEGIN_AUDIT__CHECKPOINTS__OFFSITE__URL", "https://anchors.example/audit");
    let secret = format!("file:{}", place.home.root().join("secret").display());
    let place = place.set("SMART_BEGIN_AUDIT__CHECKPOINTS__OFFSITE__SECRET", &secret);
    assert!(place.check_all().findings.is_empty(), "{:?}", place.check_all().findings);
}

#[test]
fn a_role_without_permissions_and_a_provider_without_anything_are_faults() {
    let told = Configured::new("development")
        .file("base.toml", "[access.roles.deputy]\n\n[sign_in.providers.company]\n")
        .check();
    assert_eq!(told.rules(), ["provider-has-issuer", "role-has-permissions"]);
    assert_eq!(
        told.places(),
        ["base.toml:3 sign_in.providers.company.issuer", "base.toml:1 access.roles.deputy.permissions"]
    );
}

#[test]
fn every_rule_that_the_page_names_has_a_case_and_the_other_way_round() {
    let page = Home::new().call(["config", "reference"]).run().expect_ok().stdout;
    let sections = page.split("\n## ").filter(|section| section.starts_with("What ") && section.contains("- `"));
    let sections =
        sections.filter(|section| !section.starts_with("What needs") && !section.starts_with("What is looked"));
    let named: BTreeSet<&str> =
        sections.flat_map(str::lines).filter_map(|line| line.strip_prefix("- `")?.split('`').next()).collect();
    let mut tested: BTreeSet<&str> = CASES.iter().chain(WARNED).map(|case| case.0).collect();
    tested.insert("role-has-permissions");
    assert_eq!(named, tested);
}

#[test]
fn nobody_listens_on_stdio_so_only_what_concerns_it_is_refused_there() {
    // The built-in production is not complete, and that is no matter here.
    let place = Configured::new("production");
    place.call(&["serve", "--root", "."]).run().expect_ok();
    place.call(&["projects", "list"]).run().expect_ok();
    let loud = place.set("SMART_BEGIN_LOG", "debug").call(&["serve", "--root", "."]).run();
    assert_eq!(loud.status.code(), Some(2), "{loud:?}");
}
