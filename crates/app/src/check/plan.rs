//! Checks a plan before anything of it is written: a secret that somebody put into an answer, or a package that is known to be
//! vulnerable by now, stops it.

use blueprint::Plan;
use dependencies::inventory;
use domain::{Confidence, Finding};
use scan::secrets::check_tree;
use source_tree::{SourceFile, SourceTree};

use super::vulnerabilities;
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
    Ok(vec![secrets(services, call, &tree)?, vulnerable_packages(services, &tree)?])
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

fn vulnerable_packages(services: &Services, tree: &SourceTree) -> Result<PlanCheck, Error> {
    let told = |status, detail| PlanCheck { name: "vulnerabilities".to_owned(), status, detail };
    let packages = inventory(tree).dependencies;
    let database = match vulnerabilities::open(services) {
        Ok(database) => database,
        Err(not_run) => return Ok(told(CheckStatus::NotRun, format!("{} {}", not_run.reason, not_run.hint))),
    };
    let matched = database.check(&packages);
    let bad = |finding: &&Finding| finding.severity.reaches(services.checks.fail_on);
    if let Some(found) = matched.findings.iter().find(bad) {
        let (package, version) = (found.package.as_deref().unwrap_or("a package"), found.version.as_deref());
        let message = format!(
            "The project would begin with {package} {}, which is known to be vulnerable by now ({}): {}",
            version.unwrap_or_default(),
            found.rule,
            found.message
        );
        let hint = "Take a newer version of smart-begin, whose catalogue has other versions, or another stack. Nothing was written.";
        return Err(Error::refused(message, hint));
    }
    match matched.not_run.first() {
        Some(not_run) => Ok(told(CheckStatus::NotRun, format!("{} {}", not_run.reason, not_run.hint))),
        None => Ok(told(CheckStatus::Pass, format!("No known vulnerability in {} packages.", matched.packages))),
    }
}
