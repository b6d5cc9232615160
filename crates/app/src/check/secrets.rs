//! The part of a check that looks for secrets.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use domain::{CheckReport, Finding};
use safe_fs::OpenFolder;
use scan::secrets::{HistoryError, SecretsSeen, check_history, check_tree};
use sha2::{Digest as _, Sha256};
use source_tree::SourceTree;

use super::request::CheckScope;
use super::subject::{self, Opened};
use super::watch::with_flag;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// Looks for secrets, and adds what it saw to the report.
pub(super) fn look(
    services: &Services,
    call: &Call<'_>,
    opened: &Opened<'_>,
    tree: &SourceTree,
    report: &mut CheckReport,
) -> Result<(), Error> {
    let scanner = services.checks.scanner()?;
    let seen = with_flag(call.watch, |cancelled| check_tree(scanner, tree, cancelled));
    add(report, seen);
    match &opened.folder {
        Some(folder) if opened.scope == CheckScope::History => history(services, call, folder, report),
        _ => Ok(()),
    }
}

/// What git's history holds beyond the files that are there now.
fn history(services: &Services, call: &Call<'_>, folder: &OpenFolder, report: &mut CheckReport) -> Result<(), Error> {
    let scanner = services.checks.scanner()?;
    let cursor = services.checks.histories.as_deref().and_then(|histories| cursor(histories, folder.path()));
    let looked =
        with_flag(call.watch, |cancelled| check_history(scanner, &folder.held_path(), cursor.as_deref(), cancelled));
    let mut looked = looked.map_err(|error| match error {
        HistoryError::Source(error) => subject::unreadable(folder, error),
        HistoryError::Cursor(error) => {
            let message = "How far the history was looked through cannot be kept.";
            Error::new(ErrorKind::Unavailable, message, format!("{}.", error.hint())).because(error)
        }
    })?;
    // What stands in a file now is told with its place there.
    let known: HashSet<(String, Option<String>)> = report.findings.iter().map(place).collect();
    looked.seen.findings.retain(|finding| !known.contains(&place(finding)));
    report.summary.commits = Some(looked.commits);
    add(report, looked.seen);
    Ok(())
}

fn place(finding: &Finding) -> (String, Option<String>) {
    (finding.fingerprint.clone(), finding.file.clone())
}

/// The file that tells how far a folder's history was looked through. It may not lie in what is checked: then, and where it
/// cannot be kept, all of the history is looked through each time.
fn cursor(histories: &Path, folder: &Path) -> Option<PathBuf> {
    let histories = std::fs::create_dir_all(histories).and_then(|()| histories.canonicalize()).ok()?;
    if histories.starts_with(folder) {
        return None;
    }
    let name = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    let name: String = name.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Some(histories.join(name))
}

fn add(report: &mut CheckReport, seen: SecretsSeen) {
    report.findings.extend(seen.findings);
    report.suppressed.extend(seen.suppressed);
    report.not_run.extend(seen.not_run);
    report.summary.bytes += seen.bytes;
}
