//! What is missing and what to do first, from what the gates and scanners say.

use std::collections::BTreeMap;

use domain::{Finding, Severity};
use scan::analysis::effort_of;
use scan::repository::{Gate, GateStatus};

use super::depth::AnalysisDepth;
use super::report::{AnalysisResults, FindingsSeen, MissingGate, NotKnown};
use crate::report::QualityGate;

/// How many things to do next are told.
const MOST_STEPS: usize = 7;
/// How many places a missing gate names.
const MOST_PLACES: usize = 3;

/// The gates that fail, the worst first and then in the order of the rules.
pub(super) fn missing(gates: &[Gate], findings: &[Finding]) -> Vec<MissingGate> {
    let mut of_rule: BTreeMap<&str, (usize, Severity)> = BTreeMap::new();
    for finding in findings {
        let entry = of_rule.entry(finding.rule.as_str()).or_insert((0, Severity::Low));
        entry.0 += 1;
        if finding.severity.rank() > entry.1.rank() {
            entry.1 = finding.severity;
        }
    }
    let failed = gates.iter().filter(|gate| gate.status == GateStatus::Fail);
    let mut missing: Vec<MissingGate> = failed
        .map(|gate| {
            let (places, severity) = of_rule.get(gate.id.as_str()).copied().unwrap_or((1, Severity::Low));
            MissingGate {
                gate: gate.id.clone(),
                title: gate.title.clone(),
                why: gate.why.clone(),
                severity,
                evidence: gate.evidence.iter().take(MOST_PLACES).cloned().collect(),
                places: places as u64,
                hint: gate.hint.clone(),
                effort: effort_of(&gate.id, places),
            }
        })
        .collect();
    missing.sort_by_key(|gate| u8::MAX - gate.severity.rank());
    missing
}

/// What files cannot show.
pub(super) fn unknown(gates: &[Gate]) -> impl Iterator<Item = NotKnown> {
    gates.iter().filter(|gate| gate.status == GateStatus::Unknown).map(|gate| NotKnown {
        what: gate.title.clone(),
        reason: gate.evidence.first().map(|evidence| evidence.note.clone()).unwrap_or_default(),
        hint: gate.hint.clone(),
    })
}

/// The gates in the form of `smart_begin`'s answers.
pub(super) fn quality_gates(gates: &[Gate]) -> Vec<QualityGate> {
    let gate = |gate: &Gate| {
        let mut runs_in: Vec<String> = gate.evidence.iter().filter_map(|seen| seen.file.clone()).collect();
        runs_in.dedup();
        runs_in.truncate(MOST_PLACES);
        QualityGate {
            name: gate.title.clone(),
            protects_from: gate.why.clone(),
            command: "smart-begin check --only repository".to_owned(),
            runs_in: if gate.status == GateStatus::Pass { runs_in } else { Vec::new() },
            status: gate.status.as_str().to_owned(),
        }
    };
    gates.iter().map(gate).collect()
}

/// What to do next, the worst first.
pub(super) fn next_steps(results: &AnalysisResults) -> Vec<String> {
    let mut steps = Vec::new();
    if results.depth == AnalysisDepth::Quick {
        return vec![
            "Analyse it with the depth standard: gates, secrets and vulnerable packages were not looked at.".to_owned(),
        ];
    }
    if let Some(seen) = &results.findings {
        steps.extend(of_findings(seen));
    }
    let first = results.missing.iter().map(|gate| format!("{}: {}", gate.title, gate.hint));
    steps.extend(first.take(MOST_STEPS - steps.len().min(MOST_STEPS)));
    if steps.is_empty() {
        steps.push(
            "In what was looked at, nothing is missing that files can show. Look at what is unknown: only people can tell it.".to_owned(),
        );
    }
    steps
}

fn of_findings(seen: &FindingsSeen) -> Vec<String> {
    let count = |kind: domain::FindingKind| seen.worst.iter().filter(|finding| finding.kind == kind).count();
    let mut steps = Vec::new();
    if count(domain::FindingKind::Secret) > 0 {
        steps.push("Change the secrets that lie in files, then take them out: `smart-begin check --only secrets` names each place.".to_owned());
    }
    if count(domain::FindingKind::Vulnerability) > 0 {
        steps.push(
            "Raise the packages with known vulnerabilities: `smart-begin fix` proposes the smallest steps.".to_owned(),
        );
    }
    steps
}
