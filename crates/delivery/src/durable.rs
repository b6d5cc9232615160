//! Files that are whole, and still there after a power cut.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use crate::error::Error;

/// Only the server's user and group read what the audit says.
#[cfg(unix)]
const MODE: u32 = 0o640;

/// Makes the file with these bytes, or replaces it in one step.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let new = written(path, bytes)?;
    new.persist(path).map_err(|error| Error::file(path)(error.error))?;
    sync_folder(path)
}

/// Makes the file with these bytes; false, and nothing else, where there is one.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> Result<bool, Error> {
    match written(path, bytes)?.persist_noclobber(path) {
        Ok(_) => sync_folder(path).map(|()| true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(Error::file(path)(error.error)),
    }
}

/// At most so many bytes of the file, where there is one.
pub(crate) fn read(path: &Path, most: usize) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) if bytes.len() <= most => Ok(Some(bytes)),
        Ok(_) => Err(Error::file(path)(io::Error::other("it is longer than a checkpoint can be"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file(path)(error)),
    }
}

/// What options a file is opened with, so that nobody else reads it and no symbolic link is followed.
pub(crate) fn options() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(MODE);
    }
    options
}

/// Makes the entries of the file's folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::file(folder))
    } else {
        Ok(())
    }
}

fn written(path: &Path, bytes: &[u8]) -> Result<tempfile::NamedTempFile, Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || {
        let mut new = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        new.write_all(bytes)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            new.as_file().set_permissions(fs::Permissions::from_mode(MODE))?;
        }
        new.as_file().sync_all()?;
        Ok(new)
    };
    write().map_err(Error::file(path))
}
