//! The gates of a repository: what its files show of how well it is kept, one rule a file in `rules/`.
//!
//! The rules follow the checks of OpenSSF Scorecard and the controls of the OSPS Baseline that files can show. What only the
//! host of a repository knows is UNKNOWN, never PASS or FAIL. A scanned tree is written by others: whatever is in it, the
//! answer is findings, and names of what could not be judged.

mod ci_files;
mod ci_steps;
mod commands;
mod gate;
mod pipeline;
mod rule;
mod rules;
mod survey;
mod view;
mod workflow;
mod yaml;

use std::sync::atomic::{AtomicBool, Ordering};

use source_tree::SourceTree;

pub(crate) use ci_files::ci_systems;
pub use gate::{Evidence, Gate, GateStatus, RepositorySeen};
pub(crate) use rules::is_test_file;
pub(crate) use view::is_aside;

/// What the rules say of the files in `tree`.
#[must_use]
pub fn check(tree: &SourceTree) -> RepositorySeen {
    check_unless(tree, &AtomicBool::new(false))
}

/// The same; setting `cancelled` ends it after the rule at hand, and what comes back is a part.
#[must_use]
pub fn check_unless(tree: &SourceTree, cancelled: &AtomicBool) -> RepositorySeen {
    let repository = view::Repository::read(tree);
    let mut seen = RepositorySeen::default();
    for rule in rules::ALL.iter().take_while(|_| !cancelled.load(Ordering::Relaxed)) {
        let (gate, findings) = rule.judge(&repository);
        seen.gates.push(gate);
        seen.findings.extend(findings);
    }
    seen.not_run = repository.into_not_run();
    seen
}
