//! A file of JSON lines, for a log shipper or a share.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::batch::{Batch, Entry};
use crate::durable;
use crate::error::Error;

/// More than any line has.
const TAIL_BYTES: u64 = 256 << 10;

/// A file that is appended to. It is opened anew for each batch, so that whoever rotates it may rename it.
#[derive(Clone, Debug)]
pub struct JsonLines {
    path: PathBuf,
}

impl JsonLines {
    /// The file. Its folder must exist when something is delivered.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) async fn deliver(&self, batch: &Batch) -> Result<(), Error> {
        let (path, batch) = (self.path.clone(), batch.clone());
        let work = tokio::task::spawn_blocking(move || append(&path, &batch)).await;
        work.unwrap_or(Err(Error::Internal("writing to the disk failed in a way that it cannot")))
    }
}

fn append(path: &Path, batch: &Batch) -> Result<(), Error> {
    let write = || {
        let mut file = durable::options().open(path)?;
        // For the moment in which a process that lost its lease still writes.
        file.lock()?;
        let tail = tail(&mut file)?;
        let mut bytes = Vec::new();
        if !tail.half.is_empty() && cut(&mut file, tail.half.len()).is_err() {
            // A file that can only be appended to: the half line stands alone then.
            bytes.push(b'\n');
        }
        for entry in missing(batch.entries(), &tail.last) {
            bytes.extend_from_slice(entry.line.as_bytes());
            bytes.push(b'\n');
        }
        file.write_all(&bytes)?;
        file.sync_all()
    };
    write().map_err(Error::file(path))?;
    durable::sync_folder(path)
}

/// How the file ends.
#[derive(Debug, Default)]
struct Tail {
    /// The last whole line.
    last: Vec<u8>,
    /// What stands behind it, when a crash cut a line short. That batch was not confirmed.
    half: Vec<u8>,
}

fn tail(file: &mut File) -> io::Result<Tail> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let half = bytes.split_off(whole);
    bytes.pop();
    let begins = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    Ok(Tail { last: bytes.split_off(begins), half })
}

fn cut(file: &mut File, bytes: usize) -> io::Result<()> {
    let length = file.metadata()?.len();
    file.set_len(length.saturating_sub(u64::try_from(bytes).unwrap_or(u64::MAX)))
}

/// What a crash left out: the entries behind the one that the file ends with, or all.
fn missing<'a>(entries: &'a [Entry], last: &[u8]) -> &'a [Entry] {
    let there = entries.iter().rposition(|entry| entry.line.as_bytes() == last);
    there.and_then(|at| entries.get(at + 1..)).unwrap_or(entries)
}
