//! Where the advisories of an ecosystem were fetched from and when that was last asked, beside the index: so that the next
//! update asks for changes alone.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use domain::Ecosystem;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::error::Error;
use super::index::{self, Index};

/// Where an index came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The address.
    pub address: String,
    /// What the server calls this version of it.
    pub etag: String,
    /// When the server was last asked, in UTC.
    pub asked: String,
}

/// Where the index of `ecosystem` came from; none where that is not known, or the index is not there or damaged.
#[must_use]
pub fn origin(folder: &Path, ecosystem: &Ecosystem) -> Option<Origin> {
    let index = index::path_of(folder, ecosystem);
    Index::open(&index).ok().filter(Index::is_whole)?;
    read(&path(&index))
}

/// Notes where the index of `ecosystem` came from; none where it came from no server.
///
/// # Errors
/// When it cannot be written.
pub fn note_origin(folder: &Path, ecosystem: &Ecosystem, origin: Option<&Origin>) -> Result<(), Error> {
    let path = path(&index::path_of(folder, ecosystem));
    let failed = |cause| Error::file(&path, "written")(cause);
    let Some(origin) = origin else {
        return match std::fs::remove_file(&path) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(failed(cause)),
            _ => Ok(()),
        };
    };
    let bytes = serde_json::to_vec(origin).map_err(|cause| failed(cause.into()))?;
    let mut file = NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(&bytes).map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// When the server of the index at `index` was last asked.
pub(super) fn asked(index: &Path) -> Option<String> {
    read(&path(index)).map(|origin| origin.asked).filter(|asked| !asked.is_empty())
}

fn read(path: &Path) -> Option<Origin> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn path(index: &Path) -> PathBuf {
    index.with_extension("origin")
}
