//! OpenVEX 0.2.0: what the vulnerabilities of projects mean for those who use them.

use domain::{TrackedVulnerability, VulnerabilityReport, VulnerabilityState, visible};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::purl::{encoded, purl};

/// The vulnerabilities as an OpenVEX document. Who accepted one is not told: such documents leave the house.
#[must_use]
pub fn openvex(report: &VulnerabilityReport) -> String {
    let statements: Vec<Value> = report.vulnerabilities.iter().map(statement).collect();
    let mut document = json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "",
        "author": "smart-begin",
        "role": "Document Creator",
        "timestamp": report.generated,
        "version": 1,
        "tooling": concat!("smart-begin ", env!("CARGO_PKG_VERSION")),
        "statements": statements,
    });
    // The same content has the same name.
    let id = urn(document.to_string().as_bytes());
    document["@id"] = Value::String(id);
    pretty(&document)
}

pub(crate) fn pretty(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// A name made of what is named: a UUID of version 8 (RFC 9562).
pub(crate) fn urn(bytes: &[u8]) -> String {
    format!("urn:uuid:{}", uuid(bytes))
}

fn uuid(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let mut hex: Vec<char> =
        digest.iter().take(16).flat_map(|byte| format!("{byte:02x}").chars().collect::<Vec<_>>()).collect();
    hex[12] = '8';
    hex[16] = '8';
    let part = |range: std::ops::Range<usize>| hex[range].iter().collect::<String>();
    format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
}

fn statement(each: &TrackedVulnerability) -> Value {
    let mut statement = json!({
        "vulnerability": { "name": each.advisory, "aliases": each.aliases },
        "products": [product(each)],
        "status": if each.state == VulnerabilityState::Fixed { "fixed" } else { "affected" },
        "timestamp": each.first_seen,
        "last_updated": each.fixed_at.as_ref().unwrap_or(&each.last_seen),
        "status_notes": notes(each),
    });
    if each.aliases.is_empty() {
        statement["vulnerability"] = json!({ "name": each.advisory });
    }
    if each.state != VulnerabilityState::Fixed {
        statement["action_statement"] = Value::String(action(each));
        statement["action_statement_timestamp"] = Value::String(each.last_seen.clone());
    }
    statement
}

fn product(each: &TrackedVulnerability) -> Value {
    let name = if each.project_name.is_empty() { &each.project } else { &each.project_name };
    let versions = each.versions.iter().filter_map(|version| purl(&each.ecosystem, &each.package, Some(version)));
    let parts: Vec<Value> = versions.map(|purl| json!({ "@id": purl, "identifiers": { "purl": purl } })).collect();
    let mut product = json!({ "@id": format!("pkg:generic/{}?project={}", encoded(name), encoded(&each.project)) });
    if !parts.is_empty() {
        product["subcomponents"] = Value::Array(parts);
    }
    product
}

fn action(each: &TrackedVulnerability) -> String {
    match (&each.accepted, &each.fixed) {
        (Some(accepted), _) => {
            format!("Accepted until {}: {}", accepted.until, visible(&accepted.why))
        }
        (None, Some(fixed)) => format!("Upgrade {} to {} or later.", visible(&each.package), visible(fixed)),
        (None, None) => visible(&each.hint).into_owned(),
    }
}

fn notes(each: &TrackedVulnerability) -> String {
    let due = each.due.as_deref().map(|due| format!(", to be cleared by {due}")).unwrap_or_default();
    format!("{}: {}, severity {}{due}", each.ecosystem.label(), each.state, each.severity)
}
