//! CycloneDX 1.6 with vulnerabilities: the packages that have them, and how far each has come.

use std::collections::BTreeMap;

use domain::{Severity, TrackedVulnerability, VulnerabilityReport, VulnerabilityState, visible};
use serde_json::{Map, Value, json};

use crate::openvex::{pretty, urn};
use crate::purl::purl;

/// The vulnerabilities, and the packages that have them, as a CycloneDX document.
#[must_use]
pub fn vulnerabilities_cyclonedx(report: &VulnerabilityReport) -> String {
    let mut components = BTreeMap::new();
    let vulnerabilities: Vec<Value> =
        report.vulnerabilities.iter().map(|each| vulnerability(each, &mut components)).collect();
    let components: Vec<Value> = components.into_values().collect();
    let mut document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "",
        "version": 1,
        "metadata": {
            "timestamp": report.generated,
            "tools": { "components": [
                { "type": "application", "name": "smart-begin", "version": env!("CARGO_PKG_VERSION") }
            ] },
        },
        "components": components,
        "vulnerabilities": vulnerabilities,
    });
    document["serialNumber"] = Value::String(urn(document.to_string().as_bytes()));
    pretty(&document)
}

fn vulnerability(each: &TrackedVulnerability, components: &mut BTreeMap<String, Value>) -> Value {
    let none = [String::new()];
    let versions: &[String] = if each.versions.is_empty() { &none } else { &each.versions };
    let mut affects = Vec::new();
    for version in versions {
        let reference = format!("{}:{}@{version}", each.ecosystem.label(), each.package);
        components.entry(reference.clone()).or_insert_with(|| component(each, version, &reference));
        affects.push(json!({ "ref": reference }));
    }
    let mut told = json!({
        "bom-ref": format!("{}/{}", each.project, each.fingerprint),
        "id": each.advisory,
        "ratings": [rating(each)],
        "description": visible(&each.message),
        "recommendation": visible(&each.hint),
        "analysis": analysis(each),
        "affects": affects,
        "properties": properties(each),
    });
    if !each.aliases.is_empty() {
        let of = |alias: &String| json!({ "id": alias, "source": { "name": source(alias) } });
        told["references"] = Value::Array(each.aliases.iter().map(of).collect());
    }
    told
}

fn source(name: &str) -> &'static str {
    match name.split('-').next() {
        Some("CVE") => "CVE",
        Some("GHSA") => "GitHub Advisory Database",
        Some("RUSTSEC") => "RustSec",
        Some("GO") => "Go Vulnerability Database",
        Some("PYSEC") => "Python Packaging Advisory Database",
        _ => "OSV",
    }
}

fn component(each: &TrackedVulnerability, version: &str, reference: &str) -> Value {
    let mut component = Map::new();
    component.insert("type".to_owned(), json!("library"));
    component.insert("bom-ref".to_owned(), json!(reference));
    component.insert("name".to_owned(), json!(each.package));
    let version = Some(version).filter(|version| !version.is_empty());
    if let Some(version) = version {
        component.insert("version".to_owned(), json!(version));
    }
    if let Some(purl) = purl(&each.ecosystem, &each.package, version) {
        component.insert("purl".to_owned(), json!(purl));
    }
    Value::Object(component)
}

fn rating(each: &TrackedVulnerability) -> Value {
    let severity = match each.severity {
        Severity::Unknown => "unknown",
        known => known.name(),
    };
    let mut rating = json!({ "severity": severity });
    let vector = each.score.as_deref().filter(|score| score.starts_with("CVSS:") || score.starts_with("AV:"));
    if let Some(vector) = vector {
        let method = match vector.get(..8) {
            Some("CVSS:4.0") => "CVSSv4",
            Some("CVSS:3.1") => "CVSSv31",
            Some("CVSS:3.0") => "CVSSv3",
            _ => "CVSSv2",
        };
        rating = json!({ "severity": severity, "method": method, "vector": vector });
    }
    rating
}

fn analysis(each: &TrackedVulnerability) -> Value {
    // Nobody looked whether it can be exploited here: nothing is claimed of that.
    let state = if each.state == VulnerabilityState::Fixed { "resolved" } else { "in_triage" };
    let mut analysis = json!({
        "state": state,
        "detail": detail(each),
        "firstIssued": each.first_seen,
        "lastUpdated": each.last_seen,
    });
    if each.state.counts() && each.fixed.is_some() {
        analysis["response"] = json!(["update"]);
    }
    analysis
}

fn detail(each: &TrackedVulnerability) -> String {
    if let Some(accepted) = &each.accepted {
        return format!("Accepted until {}: {}", accepted.until, visible(&accepted.why));
    }
    let due = each.due.as_deref().map(|due| format!(", to be cleared by {due}")).unwrap_or_default();
    format!("{}{due}", each.state)
}

fn properties(each: &TrackedVulnerability) -> Value {
    let mut properties = vec![
        json!({ "name": "smart-begin:project", "value": each.project }),
        json!({ "name": "smart-begin:state", "value": each.state.as_str() }),
    ];
    if let Some(due) = &each.due {
        properties.push(json!({ "name": "smart-begin:due", "value": due }));
    }
    Value::Array(properties)
}
