//! Why a tree cannot be looked at.

use std::path::PathBuf;

/// Why a tree cannot be looked at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder is not there, is no folder, or may not be read.
    #[error("the folder {path} cannot be read: {source}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What was asked for needs a git repository, and there is none.
    #[error("the folder {path} is in no git repository")]
    NoRepository {
        /// The folder.
        path: PathBuf,
    },
    /// There is a repository, and it is not read.
    #[error("the git repository is not read: {why}")]
    Repository {
        /// Why.
        why: String,
    },
    /// No commit has this name.
    #[error("there is no commit {name:?} in this repository")]
    NoCommit {
        /// The name that was given.
        name: String,
    },
    /// An object is missing or damaged.
    #[error("the object {id} of the git repository cannot be read: {why}")]
    Object {
        /// Its hash.
        id: String,
        /// Why.
        why: String,
    },
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "name a folder that exists and may be read",
            Self::NoRepository { .. } => {
                "check the folder as it is, without --staged, --diff and --history; or make it a repository (git init)"
            }
            Self::Repository { .. } => {
                "look at what is said there; to check the files as they are, leave out --staged, --diff and --history, or use --all-files"
            }
            Self::NoCommit { .. } => {
                "name a branch, a tag or a commit's hash; in CI, fetch enough of the history for it to be there (fetch-depth: 0)"
            }
            Self::Object { .. } => {
                "run git fsck; where only part of the history was fetched, fetch the rest (git fetch --unshallow, git fetch --refetch)"
            }
        }
    }
}
