//! A hit as a finding: redacted, and with the fingerprint that the embedded engine gives the same value.

use domain::{Confidence, Finding, FindingKind, Severity};

use super::engine::Engine;
use super::hit::Hit;
use crate::secrets::Scanner;

const HINT: &str = "Whoever can read this file can use it: revoke it where it was issued, make a new one, and keep that outside the \
                    files";

/// The finding of a hit in `file`.
pub(crate) fn finding(engine: Engine, scanner: &Scanner, hit: &Hit, file: String) -> Finding {
    let known = scanner.judge(&hit.rule, hit.value.as_bytes());
    let (severity, own, rule) = match known.rule {
        Some((severity, confidence)) => (severity, confidence, hit.rule.clone()),
        None if hit.rule.contains("generic") => (Severity::Medium, Confidence::Low, hit.rule.clone()),
        None => (Severity::High, Confidence::Medium, hit.rule.clone()),
    };
    let what = hit.description.trim().trim_end_matches('.');
    let message = if what.is_empty() {
        format!("{engine} sees a secret here.")
    } else {
        format!("{engine} sees a secret here: {what}.")
    };
    Finding {
        kind: FindingKind::Secret,
        rule,
        file: Some(file),
        line: (hit.line > 0).then_some(hit.line),
        column: None,
        severity,
        confidence: hit.confidence.unwrap_or(own),
        fingerprint: known.fingerprint,
        message,
        hint: HINT.to_owned(),
        engines: vec![engine.name().to_owned()],
        commit: None,
        redacted: Some(known.redacted),
        package: None,
        ecosystem: None,
        version: None,
        advisory: None,
        aliases: Vec::new(),
        fixed: None,
        score: None,
        epss: None,
        direct: None,
        dev: None,
    }
}
