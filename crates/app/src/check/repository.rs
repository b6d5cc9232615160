//! The part of a check that looks at how the repository is kept.

use domain::{CheckReport, FindingKind, NotRun};
use source_tree::SourceTree;

use super::request::{CheckRequest, CheckScope, CheckSubject};
use super::watch::with_flag;
use crate::services::Call;

/// Looks at the safeguards that files show, and adds what is missing to the report.
pub(super) fn look(call: &Call<'_>, request: &CheckRequest, tree: &SourceTree, report: &mut CheckReport) {
    if !is_whole(&request.subject) {
        if request.kinds.contains(&FindingKind::Repository) {
            report.not_run.push(NotRun {
                check: "repository".to_owned(),
                file: None,
                reason: "what a repository lacks is seen in the whole of it alone, and this is a part".to_owned(),
                hint: "Check the folder as it is: smart-begin check --only repository".to_owned(),
            });
        }
        return;
    }
    let seen = with_flag(call.watch, |cancelled| scan::repository::check_unless(tree, cancelled));
    report.findings.extend(seen.findings);
    report.not_run.extend(seen.not_run);
}

fn is_whole(subject: &CheckSubject) -> bool {
    match subject {
        CheckSubject::Folder { scope, .. } => {
            matches!(scope, CheckScope::Tracked | CheckScope::All | CheckScope::History)
        }
        CheckSubject::Project { .. } => true,
        CheckSubject::Files(_) => false,
    }
}
