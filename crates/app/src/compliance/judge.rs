//! From what a row names and what the probes saw to its status: the worst of all wins, and nothing is made up.

use super::catalogue::{Catalogue, Row};
use super::report::{
    ComplianceCatalogue, ComplianceEvidence, ComplianceRow, ComplianceStatus, ComplianceSummary, EvidenceKind,
};
use super::seen::{Observations, Seen};

/// Who looks into a probe that was not run.
const MAINTAINERS: &str = "whoever maintains smart-begin";

/// All rows of a catalogue.
pub(super) fn catalogue(catalogue: &Catalogue, seen: &Observations) -> ComplianceCatalogue {
    let rows: Vec<ComplianceRow> = catalogue.rows.iter().map(|row| judge(row, seen)).collect();
    let mut summary = ComplianceSummary::default();
    rows.iter().for_each(|row| summary.count(row.status));
    ComplianceCatalogue { name: catalogue.name.clone(), about: catalogue.about.clone(), summary, rows }
}

fn judge(row: &Row, seen: &Observations) -> ComplianceRow {
    let mut told = ComplianceRow {
        id: row.id.clone(),
        level: row.level,
        says: row.says.clone(),
        status: ComplianceStatus::Pass,
        why: None,
        who: Vec::new(),
        advice: Vec::new(),
        evidence: Vec::new(),
    };
    if let Some(why) = &row.not_applicable {
        return ComplianceRow { status: ComplianceStatus::NotApplicable, why: Some(why.clone()), ..told };
    }
    let (mut statuses, mut whys) = (Vec::new(), Vec::new());
    for name in &row.probes {
        let (status, what) = probe(name, seen, &mut told);
        if matches!(status, ComplianceStatus::Unknown | ComplianceStatus::NotApplicable) {
            whys.push(what);
        }
        statuses.push(status);
    }
    for (kind, names) in
        [(EvidenceKind::Test, &row.tests), (EvidenceKind::Gate, &row.gates), (EvidenceKind::Document, &row.documents)]
    {
        statuses.extend(names.iter().map(|_| ComplianceStatus::Pass));
        told.evidence.extend(names.iter().map(|name| ComplianceEvidence { kind, name: name.clone(), seen: None }));
    }
    if let Some(look) = &row.look {
        statuses.push(ComplianceStatus::Unknown);
        told.who.push(look.who.clone());
        whys.push(look.at.clone());
    }
    if let Some(missing) = &row.not_built {
        statuses.push(ComplianceStatus::NotBuilt);
        whys.insert(0, missing.clone());
    }
    // What a requirement has nothing of here does not spoil the rest of it.
    told.status = statuses.into_iter().min().unwrap_or(ComplianceStatus::Unknown);
    if told.status != ComplianceStatus::Pass && !whys.is_empty() {
        told.why = Some(whys.join(" "));
    }
    told
}

/// Adds what a probe saw, and tells it.
fn probe(name: &str, seen: &Observations, told: &mut ComplianceRow) -> (ComplianceStatus, String) {
    let not_run =
        Seen::unknown(format!("NOT RUN: this version has no probe {name}, or it could not run."), MAINTAINERS);
    let (status, what) = match seen.get(name).unwrap_or(&not_run) {
        Seen::Good(what) => (ComplianceStatus::Pass, what.clone()),
        Seen::Bad { what, advice } => {
            told.advice.push(advice.clone());
            (ComplianceStatus::Fail, what.clone())
        }
        Seen::Unknown { what, who } => {
            told.who.push(who.clone());
            (ComplianceStatus::Unknown, what.clone())
        }
        Seen::Nothing(why) => (ComplianceStatus::NotApplicable, why.clone()),
    };
    let evidence = ComplianceEvidence { kind: EvidenceKind::Probe, name: name.to_owned(), seen: Some(what.clone()) };
    told.evidence.push(evidence);
    (status, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ComplianceStatus::*;

    fn status(row: &str, seen: &[(&'static str, Seen)]) -> ComplianceRow {
        let row: Row = toml::from_str(&format!("id = \"X1\"\nsays = \"It holds.\"\n{row}")).unwrap();
        judge(&row, &seen.iter().cloned().collect())
    }

    #[test]
    fn the_worst_of_what_was_seen_is_the_status() {
        let bad = || Seen::bad("it is open", "Close it.");
        let good = || Seen::good("it is closed");
        let dark = || Seen::unknown("nobody sees it", "the operator");
        let none = || Seen::nothing("there is no door");
        let both = "probes = [\"a\", \"b\"]";
        for (one, other, expected) in [
            (good(), good(), Pass),
            (good(), bad(), Fail),
            (dark(), bad(), Fail),
            (good(), dark(), Unknown),
            (none(), good(), Pass),
            (none(), none(), NotApplicable),
        ] {
            assert_eq!(status(both, &[("a", one), ("b", other)]).status, expected);
        }
        let told = status(both, &[("a", bad()), ("b", dark())]);
        assert_eq!((told.advice, told.who), (vec!["Close it.".to_owned()], vec!["the operator".to_owned()]));
        assert_eq!(told.evidence[0].seen.as_deref(), Some("it is open"));
    }

    #[test]
    fn what_is_missing_is_not_hidden_by_what_is_there_and_a_failure_not_by_what_is_missing() {
        let row = "probes = [\"a\"]\ntests = [\"x::y\"]\nnot_built = \"The rest: issue 6.\"";
        let told = status(row, &[("a", Seen::good("so far"))]);
        assert_eq!((told.status, told.why.as_deref()), (NotBuilt, Some("The rest: issue 6.")));
        assert_eq!(told.evidence.len(), 2);
        assert_eq!(status(row, &[("a", Seen::bad("broken", "Mend it."))]).status, Fail);
    }

    #[test]
    fn a_probe_that_did_not_run_is_no_pass() {
        let told = status("probes = [\"gone\"]", &[]);
        assert_eq!((told.status, told.who), (Unknown, vec![MAINTAINERS.to_owned()]));
        assert!(told.why.unwrap().contains("NOT RUN"));
    }

    #[test]
    fn a_reason_and_a_person_are_told() {
        let told = status("not_applicable = \"There is no such thing.\"", &[]);
        assert_eq!((told.status, told.why.as_deref()), (NotApplicable, Some("There is no such thing.")));
        let told = status("look = { who = \"the host's operator\", at = \"The disk.\" }", &[]);
        assert_eq!((told.status, told.who.len(), told.why.as_deref()), (Unknown, 1, Some("The disk.")));
    }
}
