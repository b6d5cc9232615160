//! What was known to be wrong before and after, and what that says of each upgrade.

use std::collections::BTreeSet;

use dependencies::inventory;
use dependencies::upgrade::Upgrade;
use domain::{Dependency, Finding, FindingKind, NotRun};
use source_tree::SourceTree;

use super::known::Known;

/// What a tree depends on, and what is wrong with it.
pub(super) struct Seen {
    pub(super) dependencies: Vec<Dependency>,
    pub(super) relations: Vec<(usize, usize)>,
    pub(super) not_run: Vec<NotRun>,
    pub(super) wrong: BTreeSet<Wrong>,
    /// Whether something could not be looked up, so that no answer is all of it.
    pub(super) unknown: bool,
}

/// One vulnerability of one package: ecosystem, package, version, advisory.
pub(super) type Wrong = (String, String, String, String);

/// Looks at what a tree depends on.
pub(super) fn look(tree: &SourceTree, known: &Known) -> Seen {
    let inventory = inventory(tree);
    let matched = known.database().check(&inventory.dependencies);
    let vulnerable = matched.findings.iter().filter(|finding| finding.kind == FindingKind::Vulnerability);
    Seen {
        wrong: vulnerable.filter_map(wrong).collect(),
        unknown: !matched.not_run.is_empty(),
        dependencies: inventory.dependencies,
        relations: inventory.relations,
        not_run: inventory.not_run.into_iter().chain(matched.not_run).collect(),
    }
}

fn wrong(finding: &Finding) -> Option<Wrong> {
    let advisory = finding.advisory.clone().unwrap_or_else(|| finding.rule.clone());
    let ecosystem = finding.ecosystem.as_ref()?.as_str().to_owned();
    Some((ecosystem, finding.package.clone()?, finding.version.clone()?, advisory))
}

/// What an upgrade was to clear and did not.
pub(super) fn still_wrong(upgrade: &Upgrade, after: &BTreeSet<Wrong>) -> Vec<String> {
    let same = |(ecosystem, package, version, advisory): &&Wrong| {
        *ecosystem == upgrade.ecosystem.as_str()
            && *package == upgrade.package
            && (*version == upgrade.from || Some(version) == upgrade.to.as_ref())
            && upgrade.clears.contains(advisory)
    };
    after.iter().filter(same).map(|(_, _, _, advisory)| advisory.clone()).collect()
}

/// What is wrong now and was not before, whatever the version.
pub(super) fn new_wrong(before: &BTreeSet<Wrong>, after: &BTreeSet<Wrong>) -> Vec<String> {
    let was = |one: &Wrong| before.iter().any(|other| (&other.0, &other.1, &other.3) == (&one.0, &one.1, &one.3));
    after.iter().filter(|one| !was(one)).map(|(_, package, _, advisory)| format!("{advisory} of {package}")).collect()
}
