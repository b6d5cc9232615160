//! Checks a plan before anything of it is written: a secret that somebody put into an answer, or a package that is known to be
//! vulnerable by now, stops it.

use blueprint::Plan;
use domain::{Confidence, Finding};
use scan::secrets::check_tree;
use source_tree::{SourceFile, SourceTree};

use super::watch::with_flag;
use crate::error::Error;
use crate::report::{CheckStatus, PlanCheck};
use crate::services::{Call, Services};

/// Checks the files of a plan, and tells what was looked at.
///
/// # Errors
/// When a file holds a secret, or asks for a vulnerable package.
pub(crate) fn check_plan(services: &Services, call: &Call<'_>, plan: &Plan) -> Result<Vec<PlanCheck>, Error> {
    let files = plan.files.iter().map(|file| SourceFile::in_memory(&file.path, file.bytes.to_vec()));
    let tree = SourceTree::of_files(files);
    Ok(vec![secrets(services, call, &tree)?])
}

fn secrets(services: &Services, call: &Call<'_>, tree: &SourceTree) -> Result<PlanCheck, Error> {
    let scanner = services.checks.scanner()?;
    let seen = with_flag(call.watch, |cancelled| check_tree(scanner, tree, cancelled));
    let bad =
        |finding: &&Finding| finding.confidence != Confidence::Low && finding.severity.reaches(services.checks.fail_on);
    if let Some(secret) = seen.findings.iter().find(bad) {
        let place = secret.file.as_deref().unwrap_or("a file");
        let message = format!("A secret would be written into the project, to {place}: {}", secret.message);
        let hint = "Take it out of what you sent (description, goals, author, owner, contact), keep it with smart-begin secret, \
                    and if it is real, revoke it: it was sent along. Nothing was written.";
        return Err(Error::refused(message, hint));
    }
    let detail = format!("No secret in {} files.", tree.files().len());
    Ok(PlanCheck { name: "secrets".to_owned(), status: CheckStatus::Pass, detail })
}
