//! The report as a document.

use app::{ComplianceCatalogue, ComplianceReport, ComplianceRow, ComplianceStatus};

use super::words;

/// The report.
pub(super) fn page(report: &ComplianceReport) -> String {
    let mut text = format!(
        "# Compliance\n\nsmart-begin {}, environment `{}`.\n\n{}\n\n## Summary\n\n",
        report.version, report.environment, report.how_to_read
    );
    let names = ComplianceStatus::ALL.map(ComplianceStatus::as_str).join(" | ");
    text.push_str(&format!("| Requirements | {names} |\n| --- | ---: | ---: | ---: | ---: | ---: |\n"));
    let totals = report.catalogues.iter().map(|each| (each.name.as_str(), &each.summary));
    for (name, summary) in totals.chain([("all", &report.summary)]) {
        let counts: Vec<String> = words::counts(summary).iter().map(|(_, count)| count.to_string()).collect();
        text.push_str(&format!("| {name} | {} |\n", counts.join(" | ")));
    }
    for (status, title) in [(ComplianceStatus::Fail, "What fails"), (ComplianceStatus::Unknown, "Who must look")] {
        marked(&mut text, report, status, title);
    }
    report.catalogues.iter().for_each(|each| catalogue(&mut text, each));
    text
}

/// The rows of a status that somebody has to act on.
fn marked(text: &mut String, report: &ComplianceReport, status: ComplianceStatus, title: &str) {
    text.push_str(&format!("\n## {title}\n\n"));
    let rows: Vec<&ComplianceRow> =
        report.catalogues.iter().flat_map(|each| &each.rows).filter(|row| row.status == status).collect();
    if rows.is_empty() {
        text.push_str("Nothing.\n");
        return;
    }
    for row in rows {
        let who = if row.who.is_empty() { String::new() } else { format!(" ({})", cell(&row.who.join(", "))) };
        let why = row.why.iter().chain(&row.advice).map(|each| cell(each)).collect::<Vec<_>>().join(" ");
        text.push_str(&format!("- **{}**{who}: {} {why}\n", cell(&row.id), cell(&row.says)));
    }
}

fn catalogue(text: &mut String, catalogue: &ComplianceCatalogue) {
    text.push_str(&format!("\n## {}\n\n{}\n\n", catalogue.name, cell(&catalogue.about)));
    text.push_str("| Id | Status | What must hold | What shows it |\n| --- | --- | --- | --- |\n");
    for row in &catalogue.rows {
        let shown: Vec<String> = row.why.iter().map(|why| cell(why)).chain(row.evidence.iter().map(evidence)).collect();
        let (id, status) = (cell(&words::id(row)), row.status.as_str());
        text.push_str(&format!("| {id} | {status} | {} | {} |\n", cell(&row.says), shown.join("; ")));
    }
}

fn evidence(evidence: &app::ComplianceEvidence) -> String {
    let name = format!("{} `{}`", evidence.kind.as_str(), evidence.name);
    evidence.seen.as_ref().map_or(name.clone(), |seen| format!("{name}: {}", cell(seen)))
}

/// Text that keeps no meaning in Markdown, on one line.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '|' | '*' | '_' | '[' | ']' | '<' | '>' | '`' | '#' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn what_a_value_holds_stays_text_in_its_cell() {
        assert_eq!(cell("a|b\n<b>*x*</b> [y](z) `c`"), "a\\|b \\<b\\>\\*x\\*\\</b\\> \\[y\\](z) \\`c\\`");
    }
}
