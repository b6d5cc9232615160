//! Files of this program's own that nobody else may read: whoever reads one sees all of it, old or new.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes `bytes` to `path` in one step, readable by its owner alone; what was there is gone.
///
/// # Errors
/// When the operating system does not let us; the file is as it was then.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (new, folder) = draft(path, bytes)?;
    new.persist(path).map_err(|error| error.error)?;
    sync_names(folder)
}

/// The same where nothing is there yet.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], and when the operating system does not let us.
pub fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (new, folder) = draft(path, bytes)?;
    new.persist_noclobber(path).map_err(|error| error.error)?;
    sync_names(folder)
}

/// A file in the making: it has its name once it is whole.
#[derive(Debug)]
pub struct PrivateDraft {
    new: tempfile::NamedTempFile,
    path: PathBuf,
}

impl PrivateDraft {
    /// Begins a file that will be at `path`.
    ///
    /// # Errors
    /// When the operating system does not let us.
    pub fn at(path: &Path) -> io::Result<Self> {
        Ok(Self { new: tempfile::NamedTempFile::new_in(folder_of(path)?)?, path: path.to_path_buf() })
    }

    /// It is whole: what was at its path is replaced.
    ///
    /// # Errors
    /// When the operating system does not let us; the file is as it was then.
    pub fn finish(self) -> io::Result<()> {
        self.new.as_file().sync_all()?;
        self.new.persist(&self.path).map_err(|error| error.error)?;
        sync_names(folder_of(&self.path)?)
    }
}

impl io::Write for PrivateDraft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.new.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.new.flush()
    }
}

fn folder_of(path: &Path) -> io::Result<&Path> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    Ok(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
}

/// A temporary file has mode 600 where the system has modes.
fn draft<'a>(path: &'a Path, bytes: &[u8]) -> io::Result<(tempfile::NamedTempFile, &'a Path)> {
    let folder = folder_of(path)?;
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    Ok((new, folder))
}

/// Makes the new name durable. Windows keeps no handle for this and needs none.
fn sync_names(folder: &Path) -> io::Result<()> {
    if cfg!(windows) { Ok(()) } else { std::fs::File::open(folder)?.sync_all() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_replaced_or_refused_and_nobody_else_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        create_private(&path, b"one").unwrap();
        assert_eq!(create_private(&path, b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        write_private(&path, b"three").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"three");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }
}
