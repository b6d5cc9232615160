//! SARIF 2.1.0: findings as code-scanning services and editors read them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{CheckReport, Confidence, Finding, FindingKind, NotRun, Severity, Suppressed, visible};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::openvex::pretty;
use crate::plain;
use crate::purl::encoded;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The root that was looked at; whoever reads the file knows where it is.
const ROOT: &str = "SRCROOT";

/// The report as a SARIF log of one run.
#[must_use]
pub fn sarif(report: &CheckReport) -> String {
    let rules = Rules::of(report);
    let mut results = Results { rules: &rules, seen: HashMap::new(), all: Vec::new() };
    report.findings.iter().for_each(|finding| results.add(finding, None));
    report.suppressed.iter().for_each(|suppressed| results.add(&suppressed.finding, Some(suppressed)));
    let all = results.all;
    let notifications: Vec<Value> = report.not_run.iter().map(notification).collect();
    pretty(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "smart-begin",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.described,
            } },
            "automationDetails": { "id": "smart-begin/" },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "description": { "text": "The folder that was checked." } } },
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "results": all,
            "properties": { "summary": serde_json::to_value(&report.summary).unwrap_or_default() },
        }],
    }))
}

/// The rules that findings name, each once.
struct Rules {
    places: BTreeMap<(FindingKind, String), usize>,
    described: Vec<Value>,
}

impl Rules {
    fn of(report: &CheckReport) -> Self {
        let suppressed = report.suppressed.iter().map(|suppressed| &suppressed.finding);
        let mut worst: BTreeMap<(FindingKind, String), &Finding> = BTreeMap::new();
        for finding in report.findings.iter().chain(suppressed) {
            let there = worst.entry((finding.kind, finding.rule.clone())).or_insert(finding);
            if finding.severity.rank() > there.severity.rank() {
                *there = finding;
            }
        }
        let described = worst.values().map(|finding| described(finding)).collect();
        let places = worst.into_keys().enumerate().map(|(place, key)| (key, place)).collect();
        Self { places, described }
    }
}

fn described(finding: &Finding) -> Value {
    let kind = match finding.kind {
        FindingKind::Secret => "A secret in a file",
        FindingKind::Vulnerability => "A vulnerable package",
        FindingKind::Repository => "A missing safeguard",
    };
    let security = match finding.kind {
        FindingKind::Repository => "supply-chain",
        FindingKind::Secret => "secrets",
        FindingKind::Vulnerability => "vulnerable-dependency",
    };
    json!({
        "id": visible(&finding.rule),
        "shortDescription": { "text": text(&format!("{kind}: {}", finding.rule)) },
        "fullDescription": { "text": text(plain::why(finding.kind)) },
        "help": { "text": text(&finding.hint) },
        "defaultConfiguration": { "level": level(finding.severity) },
        "properties": {
            "tags": ["security", security],
            "precision": precision(finding.confidence),
            "security-severity": score(finding.severity),
        },
    })
}

struct Results<'a> {
    rules: &'a Rules,
    /// How often a fingerprint was seen in a file.
    seen: HashMap<(&'a str, &'a str), u32>,
    all: Vec<Value>,
}

impl<'a> Results<'a> {
    fn add(&mut self, finding: &'a Finding, suppressed: Option<&Suppressed>) {
        let file = finding.file.as_deref().unwrap_or_default();
        let nth = self.seen.entry((finding.fingerprint.as_str(), file)).and_modify(|nth| *nth += 1).or_insert(1);
        let nth = *nth;
        let place = self.rules.places.get(&(finding.kind, finding.rule.clone()));
        let mut result = json!({
            "ruleId": visible(&finding.rule),
            "kind": "fail",
            "level": level(finding.severity),
            "message": { "text": text(&format!("{} {}", finding.message, finding.hint)) },
            "locations": [location(finding)],
            "partialFingerprints": {
                "smartBegin/v1": finding.fingerprint,
                "primaryLocationLineHash": format!("{}:{nth}", line_hash(finding, file)),
            },
            "properties": properties(finding),
        });
        if let (Some(place), Some(fields)) = (place, result.as_object_mut()) {
            fields.insert("ruleIndex".to_owned(), json!(place));
        }
        if let (Some(suppressed), Some(fields)) = (suppressed, result.as_object_mut()) {
            fields.insert("suppressions".to_owned(), json!([suppression(suppressed)]));
        }
        self.all.push(result);
    }
}

/// The same for the same thing in the same file, wherever in it that moves.
fn line_hash(finding: &Finding, file: &str) -> String {
    let digest = Sha256::digest([finding.fingerprint.as_bytes(), b"\0", file.as_bytes()].concat());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn location(finding: &Finding) -> Value {
    let file = finding.file.as_deref().unwrap_or(".");
    let mut physical = json!({ "artifactLocation": { "uri": uri(file), "uriBaseId": ROOT } });
    // Services that show findings beside the code ask for a line.
    let mut region = Map::from_iter([("startLine".to_owned(), json!(finding.line.unwrap_or(1).max(1)))]);
    if let (Some(_), Some(column)) = (finding.line, finding.column) {
        region.insert("startColumn".to_owned(), json!(column.max(1)));
    }
    physical["region"] = Value::Object(region);
    json!({ "physicalLocation": physical })
}

/// A path as a relative reference: no part of it can be taken for a scheme, a host or a query.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(encoded).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

fn properties(finding: &Finding) -> Value {
    let mut properties = Map::new();
    let mut put = |name: &str, value: Value| drop(properties.insert(name.to_owned(), value));
    put("kind", json!(finding.kind));
    put("severity", json!(finding.severity));
    put("confidence", json!(finding.confidence));
    put("security-severity", json!(score(finding.severity)));
    let texts = [
        ("package", &finding.package),
        ("version", &finding.version),
        ("advisory", &finding.advisory),
        ("fixed", &finding.fixed),
        ("score", &finding.score),
        ("redacted", &finding.redacted),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            put(name, json!(value));
        }
    }
    if !finding.aliases.is_empty() {
        put("aliases", json!(finding.aliases));
    }
    let engines: BTreeSet<&String> = finding.engines.iter().collect();
    if !engines.is_empty() {
        put("engines", json!(engines));
    }
    if let Some(commit) = &finding.commit {
        put("commit", json!({ "id": commit.id, "date": commit.date }));
    }
    Value::Object(properties)
}

fn suppression(suppressed: &Suppressed) -> Value {
    let kind = if suppressed.suppressed_by == "gitleaks:allow" { "inSource" } else { "external" };
    let reason = suppressed.reason.as_deref().unwrap_or("no reason was given");
    let why = format!("{}: {reason}", suppressed.suppressed_by);
    json!({ "kind": kind, "status": "accepted", "justification": visible(&why) })
}

fn notification(not_run: &NotRun) -> Value {
    let words = format!("NOT RUN: {}: {} {}", not_run.check, not_run.reason, not_run.hint);
    let mut told = json!({ "level": "warning", "message": { "text": text(&words) } });
    if let Some(file) = &not_run.file {
        let artifact = json!({ "uri": uri(file), "uriBaseId": ROOT });
        told["locations"] = json!([{ "physicalLocation": { "artifactLocation": artifact } }]);
    }
    told
}

/// Text that stands for itself: braces would name arguments, and brackets before a parenthesis a link.
fn text(words: &str) -> String {
    visible(words).replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium | Severity::Unknown => "warning",
        Severity::Low => "note",
    }
}

/// Within the range that code-scanning services give each severity.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium | Severity::Unknown => "5.5",
        Severity::Low => "2.0",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}
