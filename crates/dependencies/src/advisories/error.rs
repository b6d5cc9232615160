//! Why advisories could not be taken in or asked.

use std::io;
use std::path::PathBuf;

/// What went wrong with advisories.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read or written.
    #[error("{path} cannot be {what}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What was tried: `read`, `written`, ….
        what: &'static str,
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// What was given is neither a folder nor an archive with advisories.
    #[error("there are no advisories in {0}: neither folders with all.zip, nor files that end in .json")]
    Nothing(PathBuf),
    /// Several ecosystems in one heap of records, and nobody said which of them are whole.
    #[error("{path} holds advisories of several ecosystems ({ecosystems}), and an index is always replaced as a whole")]
    Several {
        /// Where they are.
        path: PathBuf,
        /// Which there are.
        ecosystems: String,
    },
    /// An ecosystem was asked for that is not there.
    #[error("there are no advisories of {ecosystem} in {path}")]
    Missing {
        /// Which one.
        ecosystem: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The archive is damaged, or not an archive.
    #[error("{path} is no whole zip archive: {why}")]
    Archive {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// More than is taken in.
    #[error("{path} goes beyond what is taken in: {what}")]
    TooMuch {
        /// Which archive or folder.
        path: PathBuf,
        /// What there is too much of.
        what: String,
    },
    /// An entry whose name leads out of the archive.
    #[error("{path} holds an entry whose name leads elsewhere ({entry:?}); an honest archive has none")]
    Traversal {
        /// Which archive.
        path: PathBuf,
        /// The entry's name.
        entry: String,
    },
    /// A record that is no advisory.
    #[error("{entry} in {path} is no OSV record: {why}")]
    Record {
        /// Which archive or folder.
        path: PathBuf,
        /// Which file in it.
        entry: String,
        /// What is wrong.
        why: String,
    },
    /// The same id twice.
    #[error("{path} holds two records with the id {id:?}")]
    Twice {
        /// Which archive or folder.
        path: PathBuf,
        /// The id.
        id: String,
    },
    /// An index is damaged, or of a version that is not known here.
    #[error("the index {path} is damaged: {why}")]
    Damaged {
        /// Which one.
        path: PathBuf,
        /// What does not fit.
        why: &'static str,
    },
    /// The caller gave up.
    #[error("taking in advisories was stopped; nothing was changed")]
    Stopped,
}

impl Error {
    pub(super) fn file(path: impl Into<PathBuf>, what: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |cause| Self::File { path, what, cause }
    }

    /// What to do next, in plain words.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => "Look at the path and its permissions, and at the free space.",
            Self::Nothing(_) => {
                "Give a folder as OSV publishes it (ECOSYSTEM/all.zip), one all.zip, or a folder of OSV records."
            }
            Self::Several { .. } => "Say with --ecosystem which ones are complete in it.",
            Self::Missing { .. } => {
                "Look at the spelling: ecosystems are named as in OSV records, npm, PyPI, Go, cargo."
            }
            Self::Archive { .. } | Self::Record { .. } | Self::Twice { .. } => {
                "Fetch it again from where it came from. What was there before is still used."
            }
            Self::TooMuch { .. } | Self::Traversal { .. } => {
                "Do not use this archive unless you know who made it. What was there before is still used."
            }
            Self::Damaged { .. } => "Run `smart-begin advisories update`; it makes the index anew.",
            Self::Stopped => "Start it again when you like.",
        }
    }
}
