//! How far a look through a history came, and what it found: kept between runs.
//!
//! Whoever can write a cursor can have findings forgotten, so it may not lie in what is looked at.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use domain::{Finding, NotRun, Suppressed};
use serde::{Deserialize, Serialize};

use super::seen::SecretsSeen;

const FORMAT: &str = "smart-begin history cursor 1";
const MOST_BYTES: u64 = 256 << 20;

/// How far a look through a history came.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Cursor {
    format: String,
    /// Rules, program and key: with another, everything is looked at again.
    version: String,
    /// Commits whose histories were looked at.
    pub(crate) done: Vec<String>,
    pub(crate) commits: u64,
    files: u64,
    bytes: u64,
    pub(crate) findings: Vec<Finding>,
    pub(crate) suppressed: Vec<Suppressed>,
    not_run: Vec<NotRun>,
}

/// What makes two findings the same in history: the value in the file. The oldest is told.
pub(crate) type Key = (String, Option<String>);

/// The key of a finding.
pub(crate) fn key(finding: &Finding) -> Key {
    (finding.fingerprint.clone(), finding.file.clone())
}

/// Why a cursor cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CursorError {
    /// It lies in what is looked at.
    #[error("the cursor {0} lies in the folder that is looked at, so that whoever writes the folder could forge it")]
    Inside(PathBuf),
    /// It cannot be written.
    #[error("the cursor {0} cannot be written")]
    Write(PathBuf, #[source] std::io::Error),
}

impl CursorError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Inside(_) => "name a file outside it, such as one of a cache folder",
            Self::Write(..) => "name a file in a folder that exists and may be written to",
        }
    }
}

impl Cursor {
    /// Where the cursor lies in truth, if it may.
    pub(crate) fn place(path: &Path, root: &Path) -> Result<PathBuf, CursorError> {
        let cannot = |error| CursorError::Write(path.to_owned(), error);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().map_err(cannot)?;
        let name = path.file_name().ok_or_else(|| cannot(std::io::ErrorKind::InvalidInput.into()))?;
        if root.canonicalize().is_ok_and(|root| folder.starts_with(root)) {
            return Err(CursorError::Inside(path.to_owned()));
        }
        Ok(folder.join(name))
    }

    /// What was kept; nothing where there is none, or one of another version. One that is damaged counts as none: all is
    /// looked at again.
    pub(crate) fn read(file: &Path, version: &str) -> Self {
        let small = file.metadata().is_ok_and(|about| about.is_file() && about.len() <= MOST_BYTES);
        let text = if small { std::fs::read(file).unwrap_or_default() } else { Vec::new() };
        let kept = serde_json::from_slice::<Self>(&text).ok();
        kept.filter(|kept| kept.format == FORMAT && kept.version == version).unwrap_or_default()
    }

    /// Keeps it in one step.
    pub(crate) fn write(&mut self, file: &Path, version: &str) -> Result<(), CursorError> {
        FORMAT.clone_into(&mut self.format);
        version.clone_into(&mut self.version);
        let cannot = |error| CursorError::Write(file.to_owned(), error);
        let bytes = serde_json::to_vec(self).map_err(|error| cannot(error.into()))?;
        let folder = file.parent().unwrap_or(Path::new("."));
        let mut draft = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
        draft.write_all(&bytes).map_err(cannot)?;
        draft.persist(file).map_err(|error| cannot(error.error))?;
        Ok(())
    }

    /// Adds what was seen, in the order of the commits, without what is known.
    pub(crate) fn take(&mut self, seen: SecretsSeen, known: &mut HashSet<Key>) {
        let mut is_new = |finding: &Finding| known.insert(key(finding));
        self.findings.extend(seen.findings.into_iter().filter(&mut is_new));
        self.suppressed.extend(seen.suppressed.into_iter().filter(|each| is_new(&each.finding)));
        self.not_run.extend(seen.not_run);
        self.files += seen.files;
        self.bytes += seen.bytes;
    }

    pub(crate) fn into_seen(self) -> SecretsSeen {
        let Self { findings, suppressed, not_run, files, bytes, .. } = self;
        let mut seen = SecretsSeen::default();
        (seen.findings, seen.suppressed, seen.not_run) = (findings, suppressed, not_run);
        (seen.files, seen.bytes) = (files, bytes);
        seen
    }
}
