//! Which package goes to which version, and what that leaves open.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Dependency, Ecosystem, Finding, FindingKind, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::climb::Knowledge;

/// One package at one version, with where it should go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Upgrade {
    /// Where the package comes from.
    pub ecosystem: Ecosystem,
    /// Its name.
    pub package: String,
    /// The version in use.
    pub from: String,
    /// The smallest version on the same major line that clears what can be cleared there; none where nothing can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The files that name the version in use.
    pub files: Vec<String>,
    /// Whether the project asks for it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// Whether it is used in development alone.
    pub dev: bool,
    /// What the project asks for that brings it in, where that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<String>,
    /// The worst of what is wrong with it.
    pub severity: Severity,
    /// The advisories that the new version clears.
    pub clears: Vec<String>,
    /// Those that it does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Left>,
}

/// An advisory that no version on the same major line clears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Left {
    /// The advisory.
    pub advisory: String,
    /// How bad it is.
    pub severity: Severity,
    /// What would clear it.
    #[serde(flatten)]
    pub remedy: Remedy,
}

/// What would clear an advisory that stays open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "remedy", content = "version")]
pub enum Remedy {
    /// A version on another major line, which may break what uses it.
    NeedsMajor(String),
    /// Nothing that is known of.
    NoneKnown,
}

/// The upgrades that clear what is wrong with `dependencies`, the worst first. `relations` says which brings in which.
#[must_use]
pub fn upgrades(dependencies: &[Dependency], relations: &[(usize, usize)], known: Knowledge<'_>) -> Vec<Upgrade> {
    let pinned: Vec<usize> = (0..dependencies.len()).filter(|at| dependencies[*at].version.is_some()).collect();
    let all: Vec<Dependency> = pinned.iter().map(|at| dependencies[*at].clone()).collect();
    let wrong = (known.check)(&all);
    let named: BTreeSet<_> =
        wrong.iter().filter(|finding| finding.kind == FindingKind::Vulnerability).filter_map(key).collect();
    let mut places: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for at in pinned {
        let dependency = &dependencies[at];
        let version = dependency.version.as_deref().unwrap_or_default();
        let key = (dependency.ecosystem.as_str(), dependency.name.as_str(), version);
        if named.contains(&key) {
            places.entry(key).or_default().push(at);
        }
    }
    let mut upgrades: Vec<Upgrade> =
        places.into_values().filter_map(|places| upgrade(dependencies, relations, &places, known)).collect();
    upgrades
        .sort_by(|one, other| other.severity.rank().cmp(&one.severity.rank()).then(one.package.cmp(&other.package)));
    upgrades
}

fn key(finding: &Finding) -> Option<(&str, &str, &str)> {
    Some((finding.ecosystem.as_ref()?.as_str(), finding.package.as_deref()?, finding.version.as_deref()?))
}

fn upgrade(
    all: &[Dependency],
    relations: &[(usize, usize)],
    places: &[usize],
    known: Knowledge<'_>,
) -> Option<Upgrade> {
    let package = &all[*places.first()?];
    let from = package.version.clone()?;
    let trail = known.climb(package, &from, true);
    let first = &trail.first()?.1;
    let before = advisories(first);
    // The last step that brings nothing new: to trade one vulnerability for another is no upgrade.
    let good = |step: &&(String, Vec<Finding>)| advisories(&step.1).is_subset(&before) && step.1.len() < first.len();
    let best = trail.iter().skip(1).rev().find(good);
    let (to, open) = best.map_or((None, first), |(version, open)| (Some(version.clone()), open));
    let left = left(package, to.as_deref().unwrap_or(&from), open, known);
    let open: BTreeSet<&str> = open.iter().map(advisory).collect();
    let directs: BTreeSet<Option<bool>> = places.iter().map(|at| all[*at].direct).collect();
    let direct = if directs.contains(&Some(true)) { Some(true) } else { directs.first().copied().flatten() };
    Some(Upgrade {
        ecosystem: package.ecosystem.clone(),
        package: package.name.clone(),
        from,
        to,
        files: places.iter().map(|at| all[*at].file.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
        direct,
        dev: places.iter().all(|at| all[*at].dev),
        through: through(all, relations, places),
        severity: first.iter().map(|finding| finding.severity).max_by_key(|severity| severity.rank())?,
        clears: before.into_iter().filter(|id| !open.contains(id)).map(str::to_owned).collect(),
        left,
    })
}

fn left(package: &Dependency, at: &str, open: &[Finding], known: Knowledge<'_>) -> Vec<Left> {
    let above = if open.is_empty() { Vec::new() } else { known.climb(package, at, false) };
    let last = above.last().filter(|(version, _)| version != at);
    open.iter()
        .map(|finding| {
            let still = last.is_none_or(|(_, open)| open.iter().any(|other| advisory(other) == advisory(finding)));
            let remedy = match last {
                Some((version, _)) if !still => Remedy::NeedsMajor(version.clone()),
                _ => Remedy::NoneKnown,
            };
            Left { advisory: advisory(finding).to_owned(), severity: finding.severity, remedy }
        })
        .collect()
}

fn advisories(findings: &[Finding]) -> BTreeSet<&str> {
    findings.iter().map(advisory).collect()
}

fn advisory(finding: &Finding) -> &str {
    finding.advisory.as_deref().unwrap_or(&finding.rule)
}

/// What the project asks for itself from which one comes to these places.
fn through(all: &[Dependency], relations: &[(usize, usize)], places: &[usize]) -> Vec<String> {
    let mut brings: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (user, used) in relations {
        brings.entry(*used).or_default().push(*user);
    }
    let (mut waiting, mut seen, mut found) = (places.to_vec(), BTreeSet::new(), BTreeSet::new());
    while let Some(at) = waiting.pop() {
        if !seen.insert(at) {
            continue;
        }
        match all.get(at) {
            Some(package) if package.direct == Some(true) && !places.contains(&at) => {
                found.insert(package.name.clone());
            }
            _ => waiting.extend(brings.get(&at).into_iter().flatten()),
        }
    }
    found.into_iter().collect()
}
