//! Files of this program's own that nobody else may read: whoever reads one sees all of it, old or new.

use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// Writes `bytes` to `path` in one step, readable by its owner alone; what was there is gone. A pipe or a device, such as
/// `/dev/stdout`, is written to and stays what it is.
///
/// # Errors
/// When the operating system does not let us; the file is as it was then.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if is_device(path) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
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
    pub fn finish(mut self) -> io::Result<()> {
        if is_device(&self.path) {
            let mut device = std::fs::OpenOptions::new().write(true).open(&self.path)?;
            self.new.rewind()?;
            return io::copy(&mut self.new, &mut device).map(drop);
        }
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

/// Whether something is there that is neither a file nor a folder: root could put a file in its place.
fn is_device(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
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

    #[cfg(unix)]
    #[test]
    #[allow(clippy::disallowed_methods, reason = "a pipe is made by the program that makes pipes")]
    fn a_device_is_written_to_and_stays_a_device() {
        use std::os::unix::fs::FileTypeExt as _;
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::read(pipe).unwrap()
        });
        write_private(&pipe, b"through").unwrap();
        assert_eq!(reader.join().unwrap(), b"through");
        assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
    }
}
