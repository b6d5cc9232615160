//! How bad it is: from CVSS vectors, else from the words of a database, else unknown. Nothing is made up.

use std::str::FromStr as _;

use cvss::Cvss;
use domain::Severity;

use super::record::{Affected, Record, Score};
use super::words::Words;

/// The severity of a record for one of its packages, and what it comes from.
pub(super) fn of(record: &Record, affected: &Affected) -> (Severity, Option<String>) {
    let mine = || worst(&affected.severity);
    let vectors = mine().or_else(|| worst(&record.severity)).or_else(|| from_field(&affected.database_specific));
    let found = vectors.or_else(|| {
        [&affected.database_specific, &affected.ecosystem_specific, &record.database_specific]
            .into_iter()
            .find_map(said_in_words)
    });
    found.map_or((Severity::Unknown, None), |(severity, score)| (severity, Some(score)))
}

/// The worst of several vectors. One of version 2 counts only where there is no newer one: it rates too coarsely.
fn worst(scores: &[Score]) -> Option<(Severity, String)> {
    let read = || scores.iter().filter_map(|score| Some((vector(&score.score)?, score)));
    let old = |score: &Score| score.scheme == "CVSS_V2";
    let newer = read().filter(|(_, score)| !old(score));
    let best = newer.max_by(|one, other| one.0.1.total_cmp(&other.0.1));
    let best = best.or_else(|| read().max_by(|one, other| one.0.1.total_cmp(&other.0.1)));
    let vectors = best.map(|((severity, _), score)| (severity, score.score.clone()));
    // Ubuntu has a scheme of its own, whose score is a word.
    vectors.or_else(|| scores.iter().find_map(|score| Some((word(&score.score)?, score.score.clone()))))
}

fn from_field(words: &Words) -> Option<(Severity, String)> {
    let text = words.cvss.as_deref()?;
    Some((vector(text)?.0, text.to_owned()))
}

fn said_in_words(words: &Words) -> Option<(Severity, String)> {
    let text = words.severity.as_deref()?;
    Some((word(text)?, text.to_owned()))
}

fn vector(text: &str) -> Option<(Severity, f64)> {
    let read = Cvss::from_str(text.trim()).ok()?;
    let severity = match read.severity() {
        cvss::Severity::Critical => Severity::Critical,
        cvss::Severity::High => Severity::High,
        cvss::Severity::Medium => Severity::Medium,
        // It does harm to nobody by its own account, but somebody found it worth an advisory.
        cvss::Severity::Low | cvss::Severity::None => Severity::Low,
    };
    Some((severity, read.score()))
}

fn word(text: &str) -> Option<Severity> {
    match text.trim().to_ascii_lowercase().as_str() {
        "critical" => Some(Severity::Critical),
        "high" | "important" => Some(Severity::High),
        "moderate" | "medium" => Some(Severity::Medium),
        "low" | "negligible" | "unimportant" | "minor" => Some(Severity::Low),
        _ => None,
    }
}
