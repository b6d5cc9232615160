//! Brings together what several engines saw, and tells what each alone saw.

use std::collections::HashMap;

use domain::{Comparison, EngineShare, Finding, FindingKind};

use super::engine::Engine;

/// More of what one engine alone saw is only counted.
const MOST_ALONE: usize = 1_000;
const OURS: &str = "smart-begin";

/// Adds what another engine saw: where it saw the same, its name joins the finding that is there.
///
/// The same is, of secrets, what stands on the same line, with the same value where several do; of vulnerabilities, an
/// advisory or another name of it for the same package of the same file.
pub fn join(findings: &mut Vec<Finding>, others: Vec<Finding>) {
    let mut places: HashMap<(FindingKind, Option<String>), Vec<usize>> = HashMap::new();
    for (at, finding) in findings.iter().enumerate() {
        places.entry((finding.kind, finding.file.clone())).or_default().push(at);
    }
    for other in others {
        let known = places.entry((other.kind, other.file.clone())).or_default();
        let same = |at: &&usize| findings[**at].fingerprint == other.fingerprint && is_same(&findings[**at], &other);
        let found = known.iter().find(same).or_else(|| known.iter().find(|at| is_same(&findings[**at], &other)));
        match found {
            Some(at) => {
                for engine in other.engines {
                    let engines = &mut findings[*at].engines;
                    if !engines.contains(&engine) {
                        engines.push(engine);
                    }
                }
            }
            None => {
                known.push(findings.len());
                findings.push(other);
            }
        }
    }
}

fn is_same(one: &Finding, other: &Finding) -> bool {
    if one.kind != FindingKind::Vulnerability {
        return one.line == other.line;
    }
    let names =
        |finding: &'_ Finding| -> Vec<String> { finding.advisory.iter().chain(&finding.aliases).cloned().collect() };
    let version =
        |finding: &Finding| finding.version.as_deref().map(|version| version.trim_start_matches('v').to_owned());
    one.package == other.package
        && version(one) == version(other)
        && names(one).iter().any(|name| names(other).contains(name))
}

/// What each of `engines` saw, and what it alone saw. What no other engine looks for is no difference between engines.
#[must_use]
pub fn compare(findings: &[Finding], engines: &[Engine]) -> Comparison {
    let compared = |finding: &&Finding| engines.iter().any(|engine| engine.kind() == finding.kind);
    let names = std::iter::once(OURS).chain(engines.iter().map(|engine| engine.name()));
    let share = |name: &str| {
        let saw = |finding: &&Finding| compared(finding) && finding.engines.iter().any(|engine| engine == name);
        let alone = findings.iter().filter(saw).filter(|finding| finding.engines.len() == 1);
        let mut listed: Vec<String> = alone.clone().take(MOST_ALONE).map(place).collect();
        listed.sort_unstable();
        let more = alone.count().saturating_sub(MOST_ALONE);
        if more > 0 {
            listed.push(format!("and {more} more"));
        }
        EngineShare { engine: name.to_owned(), found: findings.iter().filter(saw).count() as u64, alone: listed }
    };
    let all_saw = |finding: &&Finding| {
        let of_kind = engines.iter().filter(|engine| engine.kind() == finding.kind).map(|engine| engine.name());
        compared(finding) && of_kind.chain([OURS]).all(|name| finding.engines.iter().any(|engine| engine == name))
    };
    Comparison { engines: names.map(share).collect(), shared: findings.iter().filter(all_saw).count() as u64 }
}

fn place(finding: &Finding) -> String {
    let file = finding.file.as_deref().unwrap_or("-");
    let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    let package = finding.package.as_deref().map(|package| format!(" {package}")).unwrap_or_default();
    format!("{file}{line} {}{package}", finding.rule)
}
