//! The file that is written now. What cannot be written is counted and never waited for.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;

use super::config::LogConfig;
use super::counts::{LogCounts, Loss};
use super::folder::Folder;
use super::name::FileName;

/// How long the disk is left alone after it refused.
const PAUSE: Duration = Duration::from_secs(1);

/// How often the room on the disk is looked at, and whether the file still has its name.
const LOOK: Duration = Duration::from_secs(1);

/// Names that are tried: another process may be tidying up the very file that was just made.
const TRIES: usize = 8;

const LOST: &str = "lines of the log file were lost: they came faster than they could be written, or the disk was full";

/// Writes one file after the other.
pub(super) struct Active {
    config: LogConfig,
    folder: Folder,
    counts: LogCounts,
    open: Option<Open>,
    /// Lines that were lost since the last that was written.
    lost: u64,
    /// The disk is not tried before then.
    pause: Option<Instant>,
    looked: Option<Instant>,
}

struct Open {
    file: File,
    bytes: u64,
    since: Instant,
}

impl Active {
    pub(super) fn new(config: LogConfig, folder: Folder, counts: LogCounts) -> Self {
        Self { config, folder, counts, open: None, lost: 0, pause: None, looked: None }
    }

    /// Writes whole lines; `queue_lost` lines before them never came here. True when a file was closed.
    pub(super) fn write(&mut self, lines: &[u8], queue_lost: u64) -> bool {
        self.lost += queue_lost;
        if self.pause.is_some_and(|until| Instant::now() < until) {
            self.lose(lines);
            return false;
        }
        let was_well = self.pause.take().is_none();
        let outcome = match self.prepare().and_then(|()| self.tell_loss()) {
            Ok(()) => self.append(lines),
            Err(cause) => {
                self.lose(lines);
                Err(cause)
            }
        };
        if let Err(cause) = outcome {
            self.pause = Some(Instant::now() + PAUSE);
            if was_well {
                // Wherever else the log goes; here it waits for room like all others.
                let folder = self.folder.path().display();
                tracing::warn!(%cause, %folder, "the log file cannot be written: its lines are dropped until it can");
            }
        }
        self.close_if_due()
    }

    /// Closes the file when it is large or old enough. True when it did.
    pub(super) fn close_if_due(&mut self) -> bool {
        let due = self.open.as_ref().is_some_and(|open| {
            open.bytes >= self.config.rotate_bytes || (open.bytes > 0 && open.since.elapsed() >= self.config.rotate_age)
        });
        if due {
            self.open = None;
        }
        due
    }

    /// What was lost is told as a line, before the first one that is written again.
    fn tell_loss(&mut self) -> io::Result<()> {
        if self.lost == 0 {
            return Ok(());
        }
        let line = json!({
            "timestamp": Timestamp::now().to_string(), "level": "WARN", "message": LOST, "lost": self.lost,
            "target": "diagnostics",
        });
        let (_, outcome) = self.put(format!("{line}\n").as_bytes());
        outcome.inspect(|()| self.lost = 0)
    }

    fn lose(&mut self, lines: &[u8]) {
        let count = count(lines);
        self.lost += count;
        self.counts.lost(Loss::Disk, count);
    }

    /// Writes all of it, or counts what could not be written.
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let (whole, outcome) = self.put(lines);
        self.counts.wrote(count(&lines[..whole]), whole as u64);
        self.lose(&lines[whole..]);
        outcome
    }

    /// Writes all of it, or as many whole lines as there is room for; half a line never stays.
    fn put(&mut self, lines: &[u8]) -> (usize, io::Result<()>) {
        let Some(open) = self.open.as_mut() else { return (0, Err(io::ErrorKind::NotFound.into())) };
        let (written, outcome) = write_most(&mut open.file, lines);
        let whole = lines[..written].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        open.bytes += whole as u64;
        // A file that cannot be cut is closed: the next line begins another one.
        if outcome.is_err() && cut(&mut open.file, open.bytes).is_err() {
            self.open = None;
        }
        (whole, outcome)
    }

    /// Has a file open, on a disk with room.
    fn prepare(&mut self) -> io::Result<()> {
        if self.looked.is_none_or(|at| at.elapsed() >= LOOK) {
            if self.open.as_ref().is_some_and(|open| is_gone(&open.file)) {
                self.open = None;
            }
            if self.folder.free().is_some_and(|free| free < self.config.spare_bytes) {
                self.looked = None;
                return Err(io::Error::new(io::ErrorKind::StorageFull, "the room left on the disk is kept for others"));
            }
            self.looked = Some(Instant::now());
        }
        if self.open.is_none() {
            self.open = Some(begin(&self.folder)?);
        }
        Ok(())
    }
}

/// Whoever comes next may compress it, also where a program that is being started still has it open.
impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Makes a file and locks it, so that others see that it is written.
fn begin(folder: &Folder) -> io::Result<Open> {
    for _ in 0..TRIES {
        let name = FileName::new(Timestamp::now()).to_string();
        let file = match folder.create(&name) {
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => continue,
            made => made?,
        };
        // Where a file system knows no locks, nobody else compresses what is not locked either.
        let locked = !matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock));
        if locked && !is_gone(&file) {
            return Ok(Open { file, bytes: 0, since: Instant::now() });
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "no name is free"))
}

/// Whether somebody took the file's name away: what is written to it would be seen by nobody.
#[cfg(unix)]
fn is_gone(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata().is_ok_and(|about| about.nlink() == 0)
}

#[cfg(not(unix))]
fn is_gone(_file: &File) -> bool {
    false
}

fn cut(file: &mut File, bytes: u64) -> io::Result<()> {
    file.set_len(bytes)?;
    file.seek(SeekFrom::Start(bytes)).map(drop)
}

fn count(lines: &[u8]) -> u64 {
    lines.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// How much could be written, and why no more.
fn write_most(file: &mut File, bytes: &[u8]) -> (usize, io::Result<()>) {
    let mut written = 0;
    while written < bytes.len() {
        match file.write(&bytes[written..]) {
            Ok(0) => return (written, Err(io::ErrorKind::WriteZero.into())),
            Ok(more) => written += more,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return (written, Err(cause)),
        }
    }
    (written, Ok(()))
}
