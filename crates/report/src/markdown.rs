//! Reports in Markdown, for pull requests, job summaries and chats. What others wrote stays text: it makes no heading, no
//! link, no image, no mention and no HTML.

use std::fmt::Write as _;

use domain::{
    AdvisoryAge, CheckReport, Finding, NotRun, Suppressed, TrackedVulnerability, VulnerabilityReport,
    VulnerabilityState, visible,
};

use crate::plain;

/// Places of one problem that are named.
const PLACES: usize = 10;

/// Problems that are told; a page of more is read by nobody, and services cut it.
const PROBLEMS: usize = 200;

/// The report as Markdown.
#[must_use]
pub fn markdown(report: &CheckReport) -> String {
    let mut page = format!("# Check\n\n{}\n", escaped(&plain::verdict(report)));
    let groups = plain::groups(&report.findings);
    if !groups.is_empty() {
        page.push_str("\n## What to do\n");
    }
    for (number, (finding, places)) in groups.iter().take(PROBLEMS).enumerate() {
        problem(&mut page, number + 1, finding, places);
    }
    if groups.len() > PROBLEMS {
        let _ = write!(page, "\nAnd {} more, less urgent ones.\n", groups.len() - PROBLEMS);
    }
    suppressed(&mut page, &report.suppressed);
    not_run(&mut page, &report.not_run);
    looked_at(&mut page, report);
    page
}

fn problem(page: &mut String, number: usize, finding: &Finding, places: &[&Finding]) {
    let _ = write!(page, "\n### {number}. {}\n\n", escaped(&finding.message));
    let _ = writeln!(page, "- **How bad:** {}", plain::level(finding.severity));
    let _ = writeln!(page, "- **What to do:** {}", escaped(&finding.hint));
    if let Some(fixed) = &finding.fixed {
        let _ = writeln!(page, "- **Fixed in:** {}", code(fixed));
    }
    let named: Vec<String> = places.iter().filter_map(|place| plain::place(place)).map(|place| code(&place)).collect();
    if !named.is_empty() {
        let more = if named.len() > PLACES { format!(" and {} more", named.len() - PLACES) } else { String::new() };
        let _ = writeln!(page, "- **Where:** {}{more}", named[..named.len().min(PLACES)].join(", "));
    }
    let mut names = vec![code(&finding.rule)];
    names.extend(finding.aliases.iter().map(|alias| code(alias)));
    let _ = writeln!(page, "- **Known as:** {}", names.join(", "));
}

fn suppressed(page: &mut String, all: &[Suppressed]) {
    if all.is_empty() {
        return;
    }
    let _ = write!(page, "\n## Not reported, because somebody asked for that ({})\n\n", all.len());
    page.push_str("| What | Where | Asked for by | Why |\n| --- | --- | --- | --- |\n");
    for each in all.iter().take(PROBLEMS) {
        let place = plain::place(&each.finding).map(|place| cell_code(&place)).unwrap_or_default();
        let reason = each.reason.as_deref().unwrap_or("no reason was given");
        let (what, by) = (cell(&each.finding.message), cell(&each.suppressed_by));
        let _ = writeln!(page, "| {what} | {place} | {by} | {} |", cell(reason));
    }
}

fn not_run(page: &mut String, all: &[NotRun]) {
    if all.is_empty() {
        return;
    }
    let _ = write!(page, "\n## NOT RUN ({})\n\nNothing is known of what was not looked at.\n\n", all.len());
    page.push_str("| What | File | Why | What to do |\n| --- | --- | --- | --- |\n");
    for each in all.iter().take(PROBLEMS) {
        let file = each.file.as_deref().map(cell_code).unwrap_or_default();
        let (what, why) = (cell(&each.check), cell(&each.reason));
        let _ = writeln!(page, "| {what} | {file} | {why} | {} |", cell(&each.hint));
    }
}

fn looked_at(page: &mut String, report: &CheckReport) {
    let summary = &report.summary;
    let commits = summary.commits.map(|commits| format!(", {commits} commits")).unwrap_or_default();
    let _ = write!(
        page,
        "\n## What was looked at\n\n{} files ({} bytes){commits}, {} packages.\n",
        summary.files, summary.bytes, summary.packages
    );
    advisories(page, &summary.advisories);
}

fn advisories(page: &mut String, ages: &[AdvisoryAge]) {
    if ages.is_empty() {
        return;
    }
    page.push_str("\n| Advisories for | How many | Taken in | Newest change |\n| --- | --- | --- | --- |\n");
    for age in ages {
        let newest = age.newest.as_deref().map_or_else(|| "unknown".to_owned(), cell);
        let ecosystem = cell(age.ecosystem.label());
        let _ = writeln!(page, "| {ecosystem} | {} | {} | {newest} |", age.advisories, cell(&age.imported));
    }
}

/// Which vulnerabilities a part of the report tells of.
type Fits = fn(VulnerabilityState) -> bool;

/// Vulnerabilities over their life as Markdown.
#[must_use]
pub fn vulnerabilities_markdown(report: &VulnerabilityReport) -> String {
    let summary = &report.summary;
    let mut page = format!("# Vulnerabilities\n\nAs of {}: ", escaped(&report.generated));
    let _ = writeln!(
        page,
        "{} to clear, {} of them overdue; {} accepted for a time; {} fixed.",
        summary.open(),
        summary.overdue,
        summary.accepted,
        summary.fixed
    );
    let parts: [(&str, Fits); 3] = [
        ("To clear", VulnerabilityState::counts),
        ("Accepted for a time", |state| state == VulnerabilityState::Accepted),
        ("Fixed", |state| state == VulnerabilityState::Fixed),
    ];
    for (title, fits) in parts {
        let those: Vec<_> = report.vulnerabilities.iter().filter(|each| fits(each.state)).collect();
        if those.is_empty() {
            continue;
        }
        let _ = write!(page, "\n## {title} ({})\n\n", those.len());
        page.push_str("| How bad | Package | Versions | Fixed in | Advisory | Project | State | Due |\n");
        page.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        those.iter().take(PROBLEMS).for_each(|each| line(&mut page, each));
        if those.len() > PROBLEMS {
            let _ = write!(page, "\nAnd {} more.\n", those.len() - PROBLEMS);
        }
    }
    not_run(&mut page, &report.not_run);
    if !report.advisories.is_empty() {
        page.push_str("\n## Advisories\n");
        advisories(&mut page, &report.advisories);
    }
    page
}

fn line(page: &mut String, each: &TrackedVulnerability) {
    let fixed = each.fixed.as_deref().map_or_else(|| "none known".to_owned(), cell_code);
    let due = match (&each.accepted, &each.due, &each.fixed_at) {
        (Some(accepted), ..) => format!("accepted until {}: {}", cell(&accepted.until), cell(&accepted.why)),
        (None, Some(due), _) => format!("{}{}", cell(due), if each.overdue { " **overdue**" } else { "" }),
        (None, None, Some(fixed)) => cell(fixed),
        (None, None, None) => String::new(),
    };
    let name = if each.project_name.is_empty() { &each.project } else { &each.project_name };
    let _ = writeln!(
        page,
        "| {} | {} | {} | {fixed} | {} | {} | {} | {due} |",
        each.severity,
        cell_code(&each.package),
        cell_code(&each.versions.join(" ")),
        cell_code(&each.advisory),
        cell(name),
        each.state,
    );
}

/// Text that stands for itself.
pub(crate) fn escaped(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = visible(&one_line).into_owned();
    let mut out = String::with_capacity(shown.len() + 16);
    for character in shown.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // An entity makes no address; a comment, no mention.
            ':' => out.push_str("&#58;"),
            '@' => out.push_str("@<!-- -->"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '-' | '.' | '!' | '|' | '~'
            | '=' => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out
}

/// Text as code, between more backticks than it has in a row.
fn code(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = visible(&one_line).into_owned();
    if shown.is_empty() {
        return String::new();
    }
    let longest = shown.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if shown.starts_with('`') || shown.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

fn cell(text: &str) -> String {
    escaped(text)
}

/// In a table a bar ends the cell even in code.
fn cell_code(text: &str) -> String {
    code(text).replace('|', "\\|")
}
