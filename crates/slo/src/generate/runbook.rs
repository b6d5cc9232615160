//! The index of the runbook, and whether the runbook has all that the alerts send people to.

use std::collections::BTreeSet;

use crate::slos::Slos;

/// The runbook, from the root of the repository.
pub const PAGE: &str = "docs/runbook.md";

const BEGIN: &str = "<!-- index: alerts -->\n";
const END: &str = "<!-- end of index -->";

/// What every section of an alert has.
const PARTS: [&str; 3] = ["**What it means.**", "**How to confirm.**", "**What to do.**"];

/// The page has lost a marker.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{PAGE} has no place for the index: it must stand between {} and {END}", BEGIN.trim_end())]
pub struct NoIndex;

/// The page with its index as it should be.
///
/// # Errors
/// When it has lost a marker.
pub fn renewed(slos: &Slos, page: &str) -> Result<String, NoIndex> {
    let start = page.find(BEGIN).map(|start| start + BEGIN.len()).ok_or(NoIndex)?;
    let stop = page[start..].find(END).map(|stop| start + stop).ok_or(NoIndex)?;
    let mut table = String::from("| Alert | How soon | What it says | In Prometheus |\n| --- | --- | --- | --- |\n");
    for alert in &slos.alerts {
        let cell = |text: &str| text.replace('|', "\\|");
        table.push_str(&format!(
            "| [{}](#{}) | {} | {} | `{}` |\n",
            alert.id,
            alert.runbook,
            alert.severity,
            cell(&alert.title),
            alert.prometheus_name()
        ));
    }
    Ok(format!("{}\n{table}\n{}", &page[..start], &page[stop..]))
}

/// What the runbook lacks: a sentence for each alert without a section, and for each section without one of its parts.
#[must_use]
pub fn missing(slos: &Slos, page: &str) -> Vec<String> {
    let wanted: BTreeSet<&str> = slos.alerts.iter().map(|alert| alert.runbook.as_str()).collect();
    let mut told = Vec::new();
    for anchor in wanted {
        let Some(section) = section(page, anchor) else {
            told.push(format!("{PAGE} has no section with the anchor #{anchor}"));
            continue;
        };
        let lacks = PARTS.iter().filter(|part| !has(section, part));
        told.extend(lacks.map(|part| format!("{PAGE}: the section #{anchor} has no {part} with words behind it")));
    }
    told
}

/// The text below the heading with that anchor, up to the next one.
fn section<'a>(page: &'a str, anchor: &str) -> Option<&'a str> {
    let mut from = None;
    let mut place = 0;
    let mut in_block = false;
    for line in page.split_inclusive('\n') {
        in_block ^= line.starts_with("```");
        if line.starts_with('#') && !in_block {
            if let Some(from) = from {
                return Some(&page[from..place]);
            }
            if slug(line) == anchor {
                from = Some(place + line.len());
            }
        }
        place += line.len();
    }
    from.map(|from| &page[from..])
}

/// The anchor that a heading gets where Markdown is shown.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let letters = text.chars().filter(|each| each.is_alphanumeric() || *each == '-' || *each == ' ');
    letters.map(|each| if each == ' ' { '-' } else { each }).collect()
}

/// Whether there are words between this part and the next.
fn has(section: &str, part: &str) -> bool {
    let rest = section.find(part).map(|place| &section[place + part.len()..]);
    rest.is_some_and(|rest| {
        let end = PARTS.iter().filter_map(|next| rest.find(next)).min().unwrap_or(rest.len());
        rest[..end].trim().len() > 20
    })
}
