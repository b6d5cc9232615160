//! Tables for spreadsheets. A cell that a spreadsheet would take for a formula is made text.

use domain::{CheckReport, Finding, TrackedVulnerability, VulnerabilityReport, visible};

/// The findings as a table, one a line, with what is suppressed.
#[must_use]
pub fn csv(report: &CheckReport) -> String {
    let mut table = Table::new(&[
        "status",
        "severity",
        "kind",
        "rule",
        "file",
        "line",
        "message",
        "what to do",
        "package",
        "version",
        "fixed in",
        "advisory",
        "aliases",
        "confidence",
        "fingerprint",
        "commit",
        "reason",
    ]);
    for finding in &report.findings {
        table.row(&of_finding("found", finding, ""));
    }
    for suppressed in &report.suppressed {
        let reason = suppressed.reason.as_deref().unwrap_or_default();
        let why = if reason.is_empty() {
            suppressed.suppressed_by.clone()
        } else {
            format!("{}: {reason}", suppressed.suppressed_by)
        };
        table.row(&of_finding("suppressed", &suppressed.finding, &why));
    }
    for not_run in &report.not_run {
        let mut cells = vec![String::new(); 17];
        cells[0] = "not run".to_owned();
        cells[3].clone_from(&not_run.check);
        cells[4] = not_run.file.clone().unwrap_or_default();
        cells[6].clone_from(&not_run.reason);
        cells[7].clone_from(&not_run.hint);
        table.row(&cells);
    }
    table.text
}

fn of_finding(status: &str, finding: &Finding, reason: &str) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        status.to_owned(),
        finding.severity.name().to_owned(),
        finding.kind.as_str().to_owned(),
        finding.rule.clone(),
        text(&finding.file),
        finding.line.map(|line| line.to_string()).unwrap_or_default(),
        finding.message.clone(),
        finding.hint.clone(),
        text(&finding.package),
        text(&finding.version),
        text(&finding.fixed),
        text(&finding.advisory),
        finding.aliases.join(" "),
        finding.confidence.name().to_owned(),
        finding.fingerprint.clone(),
        finding.commit.as_ref().map(|commit| commit.id.clone()).unwrap_or_default(),
        reason.to_owned(),
    ]
}

/// Vulnerabilities over their life as a table, one a line.
#[must_use]
pub fn vulnerabilities_csv(report: &VulnerabilityReport) -> String {
    let mut table = Table::new(&[
        "project",
        "project id",
        "state",
        "severity",
        "due",
        "overdue",
        "advisory",
        "aliases",
        "ecosystem",
        "package",
        "versions",
        "fixed in",
        "files",
        "message",
        "what to do",
        "first seen",
        "last seen",
        "fixed at",
        "accepted by",
        "accepted why",
        "accepted until",
        "patch",
        "fingerprint",
    ]);
    for each in &report.vulnerabilities {
        table.row(&of_vulnerability(each));
    }
    table.text
}

fn of_vulnerability(each: &TrackedVulnerability) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let accepted =
        |part: fn(&domain::Acceptance) -> &str| each.accepted.as_ref().map(part).unwrap_or_default().to_owned();
    vec![
        each.project_name.clone(),
        each.project.clone(),
        each.state.as_str().to_owned(),
        each.severity.name().to_owned(),
        text(&each.due),
        if each.overdue { "yes" } else { "no" }.to_owned(),
        each.advisory.clone(),
        each.aliases.join(" "),
        each.ecosystem.label().to_owned(),
        each.package.clone(),
        each.versions.join(" "),
        text(&each.fixed),
        each.files.join(" "),
        each.message.clone(),
        each.hint.clone(),
        each.first_seen.clone(),
        each.last_seen.clone(),
        text(&each.fixed_at),
        accepted(|accepted| &accepted.by),
        accepted(|accepted| &accepted.why),
        accepted(|accepted| &accepted.until),
        text(&each.patch),
        each.fingerprint.clone(),
    ]
}

struct Table {
    text: String,
}

impl Table {
    fn new(head: &[&str]) -> Self {
        let mut table = Self { text: String::new() };
        table.row(&head.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        table
    }

    /// RFC 4180: every cell in quotes, lines end with CR LF.
    fn row(&mut self, cells: &[String]) {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            self.text.push('"');
            self.text.push_str(&harmless(cell).replace('"', "\"\""));
            self.text.push('"');
        }
        self.text.push_str("\r\n");
    }
}

/// The cell in one line, with an apostrophe before what a spreadsheet would work out.
fn harmless(cell: &str) -> String {
    let shown = visible(cell);
    let first = shown.trim_start().chars().next();
    let formula = matches!(first, Some('=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠' | '\\'));
    if formula { format!("'{shown}") } else { shown.into_owned() }
}
