//! What was known to be wrong before and after, and what that says of each upgrade.

use std::collections::BTreeSet;

use dependencies::inventory;
use domain::{Dependency, Finding, FindingKind, NotRun};
use source_tree::SourceTree;

use super::known::Known;

/// What a tree depends on, and what is wrong with it.
pub(super) struct Seen {
    pub(super) dependencies: Vec<Dependency>,
    pub(super) relations: Vec<(usize, usize)>,
    pub(super) not_run: Vec<NotRun>,
    pub(super) wrong: BTreeSet<Wrong>,
}

/// One vulnerability of one package: ecosystem, package, advisory.
pub(super) type Wrong = (String, String, String);

/// Looks at what a tree depends on.
pub(super) fn look(tree: &SourceTree, known: &Known) -> Seen {
    let inventory = inventory(tree);
    let pinned: Vec<Dependency> = inventory.dependencies.iter().filter(|one| one.version.is_some()).cloned().collect();
    let findings = (known.check)(&pinned);
    let vulnerable = findings.iter().filter(|finding| finding.kind == FindingKind::Vulnerability);
    Seen {
        wrong: vulnerable.filter_map(wrong).collect(),
        dependencies: inventory.dependencies,
        relations: inventory.relations,
        not_run: inventory.not_run,
    }
}

fn wrong(finding: &Finding) -> Option<Wrong> {
    let advisory = finding.advisory.clone().unwrap_or_else(|| finding.rule.clone());
    Some((finding.ecosystem.as_ref()?.as_str().to_owned(), finding.package.clone()?, advisory))
}
