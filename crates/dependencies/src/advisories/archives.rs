//! The archives that the indexes were made of, kept as OSV publishes them: a scanner that is asked for a second opinion reads
//! the same advisories.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use domain::Ecosystem;
use tempfile::NamedTempFile;

use super::error::Error;

/// The folder with the archives, each as `ECOSYSTEM/all.zip`; one is missing where an index was made of single records.
#[must_use]
pub fn archives(folder: &Path) -> PathBuf {
    folder.join("archives")
}

/// Keeps a copy of `archive`; without one an older copy goes, because it is no longer what the index holds.
pub(super) fn keep(folder: &Path, ecosystem: &Ecosystem, archive: Option<&Path>) -> Result<(), Error> {
    let place = archives(folder).join(ecosystem.label().replace(['/', '\\'], "_"));
    let path = place.join("all.zip");
    let failed = |cause: io::Error| Error::file(&path, "written")(cause);
    let Some(archive) = archive else {
        return match fs::remove_file(&path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(failed(cause)),
            _ => Ok(()),
        };
    };
    fs::create_dir_all(&place).map_err(failed)?;
    let mut copy = NamedTempFile::new_in(&place).map_err(failed)?;
    let mut source = File::open(archive).map_err(Error::file(archive, "read"))?;
    io::copy(&mut source, &mut copy).map_err(failed)?;
    copy.persist(&path).map_err(|error| failed(error.error))?;
    Ok(())
}
