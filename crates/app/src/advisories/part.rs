//! What came of a download until now, on disk, so that the next try goes on where this one ended.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use domain::Ecosystem;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{Error, ErrorKind};

/// A download in the making.
pub(super) struct Part {
    pub(super) path: PathBuf,
    notes: PathBuf,
    file: File,
    pub(super) length: u64,
    /// What the server called the version that it is of; empty where it said nothing that can be relied on.
    pub(super) etag: String,
    address: String,
}

impl Part {
    /// That of `ecosystem` in `folder`, if it is of the same address; else an empty one.
    pub(super) fn open(folder: &Path, ecosystem: &Ecosystem, address: &str) -> Result<Self, Error> {
        let name = utf8_percent_encode(ecosystem.label(), NON_ALPHANUMERIC);
        let (path, notes) = (folder.join(format!("{name}.part")), folder.join(format!("{name}.part-notes")));
        let told = fs::read_to_string(&notes).unwrap_or_default();
        let etag = told.strip_prefix(address).and_then(|rest| rest.strip_prefix('\n')).unwrap_or_default().to_owned();
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = options.map_err(|cause| failed(&path, cause))?;
        let length = file.metadata().map_err(|cause| failed(&path, cause))?.len();
        let mut part = Self { path, notes, file, length, etag, address: address.to_owned() };
        if part.etag.is_empty() {
            part.restart("")?;
        }
        part.file.seek(io::SeekFrom::End(0)).map_err(|cause| failed(&part.path, cause))?;
        Ok(part)
    }

    /// Begins anew, with the version `etag`.
    pub(super) fn restart(&mut self, etag: &str) -> Result<(), Error> {
        let failed = |cause| failed(&self.path, cause);
        self.file.set_len(0).map_err(failed)?;
        self.file.rewind().map_err(failed)?;
        // A weak name may stand for other bytes.
        self.etag = if etag.starts_with("W/") { String::new() } else { etag.to_owned() };
        self.length = 0;
        let mut notes = File::create(&self.notes).map_err(failed)?;
        notes.write_all(format!("{}\n{}", self.address, self.etag).as_bytes()).map_err(failed)
    }

    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(|cause| failed(&self.path, cause))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Takes it away: it was taken in, or is good for nothing.
    pub(super) fn remove(self) {
        let _ = fs::remove_file(&self.path);
        let _ = fs::remove_file(&self.notes);
    }
}

fn failed(path: &Path, cause: io::Error) -> Error {
    let message = format!("{} could not be written.", path.display());
    Error::new(ErrorKind::Unavailable, message, "Look at the folder's permissions and the free space.").because(cause)
}
