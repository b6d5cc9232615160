//! Versions that clear what is wrong, and manifests that ask for them.

mod choosing;
mod manifests;

use std::cmp::Ordering;

use dependencies::upgrade::Knowledge;
use domain::{Confidence, Dependency, Ecosystem, Finding, FindingKind, Severity};

/// An advisory: vulnerable from the first version, up to and without the second.
pub(crate) struct Advisory {
    pub(crate) id: &'static str,
    pub(crate) package: &'static str,
    pub(crate) ranges: &'static [(&'static str, Option<&'static str>)],
}

fn numbers(version: &str) -> Vec<u64> {
    version.trim_start_matches('v').split(['.', '-']).map(|part| part.parse().unwrap_or(0)).collect()
}

pub(crate) fn order(_: &Ecosystem, one: &str, other: &str) -> Option<Ordering> {
    Some(numbers(one).cmp(&numbers(other)))
}

pub(crate) fn check(advisories: &[Advisory], packages: &[Dependency]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let version = package.version.as_deref().unwrap();
        let at = numbers(version);
        for advisory in advisories.iter().filter(|advisory| advisory.package == package.name) {
            let within =
                |(from, to): &(&str, Option<&str>)| at >= numbers(from) && to.is_none_or(|to| at < numbers(to));
            if let Some((_, fixed)) = advisory.ranges.iter().find(|range| within(range)) {
                findings.push(finding(package, advisory.id, version, *fixed));
            }
        }
    }
    findings
}

fn finding(package: &Dependency, id: &str, version: &str, fixed: Option<&str>) -> Finding {
    Finding {
        kind: FindingKind::Vulnerability,
        rule: id.to_owned(),
        file: Some(package.file.clone()),
        line: None,
        column: None,
        severity: if id.starts_with("BAD") { Severity::Critical } else { Severity::Medium },
        confidence: Confidence::High,
        fingerprint: id.to_owned(),
        message: String::new(),
        hint: String::new(),
        engines: Vec::new(),
        commit: None,
        redacted: None,
        package: Some(package.name.clone()),
        ecosystem: Some(package.ecosystem.clone()),
        version: Some(version.to_owned()),
        advisory: Some(id.to_owned()),
        aliases: Vec::new(),
        fixed: fixed.map(str::to_owned),
        score: None,
        epss: None,
        direct: package.direct,
        dev: None,
    }
}

pub(crate) fn package(ecosystem: &str, name: &str, version: &str, direct: bool) -> Dependency {
    Dependency {
        ecosystem: Ecosystem::new(ecosystem),
        name: name.to_owned(),
        version: Some(version.to_owned()),
        requirement: None,
        file: "lock".to_owned(),
        line: None,
        direct: Some(direct),
        dev: false,
        license: None,
    }
}

/// Nothing is known to be wrong with anything.
pub(crate) const NOTHING_WRONG: Knowledge<'static> = Knowledge { check: &|_| Vec::new(), compare: &order };
