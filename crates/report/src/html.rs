//! Reports as one page of HTML: no script, nothing fetched, readable on a phone and in print, in plain words.

use std::fmt::Write as _;

use domain::{
    AdvisoryAge, CheckReport, Finding, FindingKind, NotRun, Severity, Suppressed, TrackedVulnerability,
    VulnerabilityReport, VulnerabilityState, visible,
};

use crate::plain;

/// Places of one problem that are named.
const PLACES: usize = 20;

/// Problems that are told on the page.
const PROBLEMS: usize = 500;

const STYLE: &str = include_str!("page.css");

/// The report as a page.
#[must_use]
pub fn html(report: &CheckReport) -> String {
    let mut body = String::new();
    let tone = if report.summary.failed { "bad" } else { "good" };
    let _ = write!(body, "<p class=\"verdict {tone}\">{}</p>", text(&plain::verdict(report)));
    let groups = plain::groups(&report.findings);
    for kind in FindingKind::ALL {
        let those: Vec<_> = groups.iter().filter(|(finding, _)| finding.kind == kind).collect();
        if those.is_empty() {
            continue;
        }
        let _ = write!(body, "<section><h2>{} ({})</h2>", plain::kind(kind), those.len());
        let _ = write!(body, "<p><strong>Why it matters.</strong> {}</p>", plain::why(kind));
        those.iter().take(PROBLEMS).for_each(|(finding, places)| problem(&mut body, finding, places));
        if those.len() > PROBLEMS {
            let _ = write!(body, "<p>And {} more, less urgent ones.</p>", those.len() - PROBLEMS);
        }
        body.push_str("</section>");
    }
    suppressed(&mut body, &report.suppressed);
    not_run(&mut body, &report.not_run);
    looked_at(&mut body, report);
    page("What this check found", &body)
}

fn problem(body: &mut String, finding: &Finding, places: &[&Finding]) {
    card(body, finding.severity, &finding.message);
    let _ = write!(body, "<dl><dt>What to do</dt><dd>{}</dd>", text(&finding.hint));
    let _ = write!(body, "<dt>When</dt><dd>{}</dd>", plain::urgency(finding.severity));
    if let Some(fixed) = &finding.fixed {
        let _ = write!(body, "<dt>Fixed in version</dt><dd><code>{}</code></dd>", text(fixed));
    }
    body.push_str("</dl><details><summary>For developers</summary><ul>");
    let mut names = vec![finding.rule.as_str()];
    names.extend(finding.aliases.iter().map(String::as_str));
    let _ = write!(body, "<li>Known as {}</li>", codes(&names));
    let named: Vec<_> = places.iter().filter_map(|place| plain::place(place)).collect();
    for place in named.iter().take(PLACES) {
        let _ = write!(body, "<li><code>{}</code></li>", text(place));
    }
    if named.len() > PLACES {
        let _ = write!(body, "<li>and {} more places</li>", named.len() - PLACES);
    }
    if let Some(redacted) = &finding.redacted {
        let _ = write!(body, "<li>Begins like this: <code>{}</code></li>", text(redacted));
    }
    body.push_str("</ul></details></article>");
}

fn card(body: &mut String, severity: Severity, title: &str) {
    let _ = write!(
        body,
        "<article class=\"{0}\"><h3><span class=\"badge\">{1}</span> {2}</h3>",
        severity.name(),
        plain::level(severity),
        text(title)
    );
}

fn suppressed(body: &mut String, all: &[Suppressed]) {
    if all.is_empty() {
        return;
    }
    let _ =
        write!(body, "<section><h2>Put aside ({})</h2><p>Somebody asked not to be told of these.</p><ul>", all.len());
    for each in all.iter().take(PROBLEMS) {
        let reason = each.reason.as_deref().unwrap_or("no reason was given");
        let place =
            plain::place(&each.finding).map(|place| format!(" <code>{}</code>", text(&place))).unwrap_or_default();
        let (what, by) = (text(&each.finding.message), text(&each.suppressed_by));
        let _ = write!(body, "<li>{what}{place}<br><small>{by}: {}</small></li>", text(reason));
    }
    body.push_str("</ul></section>");
}

fn not_run(body: &mut String, all: &[NotRun]) {
    if all.is_empty() {
        return;
    }
    let _ = write!(
        body,
        "<section><h2>NOT RUN ({})</h2><p>These were not looked at. That does not mean that they are fine.</p><ul>",
        all.len()
    );
    for each in all.iter().take(PROBLEMS) {
        let file = each.file.as_deref().map(|file| format!(" <code>{}</code>", text(file))).unwrap_or_default();
        let (what, why) = (text(&each.check), text(&each.reason));
        let _ = write!(body, "<li><strong>{what}</strong>{file}: {why} {}</li>", text(&each.hint));
    }
    body.push_str("</ul></section>");
}

fn looked_at(body: &mut String, report: &CheckReport) {
    let summary = &report.summary;
    let commits = summary.commits.map(|commits| format!(", {commits} commits")).unwrap_or_default();
    let _ = write!(
        body,
        "<section><h2>What was looked at</h2><p>{} files{commits}, {} packages.</p>",
        summary.files, summary.packages
    );
    advisories(body, &summary.advisories);
    body.push_str("</section>");
}

fn advisories(body: &mut String, ages: &[AdvisoryAge]) {
    if ages.is_empty() {
        return;
    }
    body.push_str("<p>What is known of weaknesses was last renewed:</p><ul>");
    for age in ages {
        let (ecosystem, imported) = (text(age.ecosystem.label()), text(&age.imported));
        let _ = write!(body, "<li>{ecosystem}: {imported} ({} advisories)</li>", age.advisories);
    }
    body.push_str("</ul>");
}

/// Which vulnerabilities a part of the report tells of.
type Fits = fn(VulnerabilityState) -> bool;

/// Vulnerabilities over their life as a page.
#[must_use]
pub fn vulnerabilities_html(report: &VulnerabilityReport) -> String {
    let summary = &report.summary;
    let mut body = String::new();
    let tone = if summary.open() > 0 { "bad" } else { "good" };
    let _ = write!(
        body,
        "<p class=\"verdict {tone}\">{} to clear, {} of them overdue. {} accepted for a time, {} fixed.</p>",
        summary.open(),
        summary.overdue,
        summary.accepted,
        summary.fixed
    );
    let _ = write!(body, "<p><strong>Why it matters.</strong> {}</p>", plain::why(FindingKind::Vulnerability));
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
        let _ = write!(body, "<section><h2>{title} ({})</h2>", those.len());
        those.iter().take(PROBLEMS).for_each(|each| vulnerability(&mut body, each));
        if those.len() > PROBLEMS {
            let _ = write!(body, "<p>And {} more.</p>", those.len() - PROBLEMS);
        }
        body.push_str("</section>");
    }
    not_run(&mut body, &report.not_run);
    body.push_str("<section><h2>About this report</h2>");
    let _ = write!(body, "<p>Made {}.</p>", text(&report.generated));
    advisories(&mut body, &report.advisories);
    body.push_str("</section>");
    page("Vulnerabilities", &body)
}

fn vulnerability(body: &mut String, each: &TrackedVulnerability) {
    card(body, each.severity, &each.message);
    body.push_str("<dl>");
    let name = if each.project_name.is_empty() { &each.project } else { &each.project_name };
    let _ = write!(body, "<dt>Project</dt><dd>{}</dd>", text(name));
    if each.state != VulnerabilityState::Fixed {
        let _ = write!(body, "<dt>What to do</dt><dd>{}</dd>", text(&each.hint));
    }
    when(body, each);
    let _ = write!(body, "<dt>State</dt><dd>{}</dd></dl>", state(each));
    body.push_str("<details><summary>For developers</summary><ul>");
    let mut names = vec![each.advisory.as_str()];
    names.extend(each.aliases.iter().map(String::as_str));
    let _ = write!(body, "<li>Known as {}</li>", codes(&names));
    let versions: Vec<&str> = each.versions.iter().map(String::as_str).collect();
    let _ = write!(body, "<li><code>{}</code> {}</li>", text(&each.package), codes(&versions));
    for file in each.files.iter().take(PLACES) {
        let _ = write!(body, "<li><code>{}</code></li>", text(file));
    }
    for event in &each.history {
        let (at, by, why) = (text(&event.at), text(&event.by), text(&event.why));
        let _ = write!(body, "<li>{at}: {} by {by}: {why}</li>", event.state);
    }
    body.push_str("</ul></details></article>");
}

fn when(body: &mut String, each: &TrackedVulnerability) {
    if let Some(accepted) = &each.accepted {
        let (until, why) = (text(&accepted.until), text(&accepted.why));
        let _ = write!(body, "<dt>Accepted until</dt><dd>{until}, by {}: {why}</dd>", text(&accepted.by));
    } else if let Some(due) = &each.due {
        let overdue = if each.overdue { " <strong class=\"overdue\">This day is over.</strong>" } else { "" };
        let _ = write!(body, "<dt>To be done by</dt><dd>{}{overdue}</dd>", text(due));
    } else if let Some(at) = &each.fixed_at {
        let _ = write!(body, "<dt>Gone since</dt><dd>{}</dd>", text(at));
    }
}

fn state(each: &TrackedVulnerability) -> String {
    match each.state {
        VulnerabilityState::Open => "Open: nothing was done about it yet.".to_owned(),
        VulnerabilityState::PatchReady => {
            let patch = each.patch.as_deref().map(|patch| format!(" <code>{}</code>", text(patch))).unwrap_or_default();
            format!("An upgrade is ready and waits to be taken over:{patch}")
        }
        VulnerabilityState::Accepted => "Somebody decided to live with it for a time.".to_owned(),
        VulnerabilityState::Fixed => "Fixed: a check that looked for it did not find it any more.".to_owned(),
        VulnerabilityState::Reopened => "Open again.".to_owned(),
    }
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"referrer\" content=\"no-referrer\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main>\
         <footer>smart-begin {}</footer></body></html>\n",
        env!("CARGO_PKG_VERSION")
    )
}

fn codes(names: &[&str]) -> String {
    let codes: Vec<String> = names.iter().map(|name| format!("<code>{}</code>", text(name))).collect();
    codes.join(", ")
}

/// Text that stands for itself, as an element's content or within an attribute's quotes.
fn text(words: &str) -> String {
    let shown = visible(words);
    let mut out = String::with_capacity(shown.len());
    for character in shown.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
