//! What is measured: room on a disk, clocks, and the time that a file system gives to a file.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// Room on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskSpace {
    /// Bytes that this user may still write.
    pub free: u64,
    /// All bytes.
    pub total: u64,
    /// Files that can still be made; none where the file system has no such limit.
    pub free_files: Option<u64>,
}

/// Asks the file system of `path`.
///
/// # Errors
/// When the system does not tell.
#[cfg(unix)]
pub fn disk_space(path: &Path) -> io::Result<DiskSpace> {
    let about = rustix::fs::statvfs(path)?;
    Ok(DiskSpace {
        free: about.f_bavail.saturating_mul(about.f_frsize),
        total: about.f_blocks.saturating_mul(about.f_frsize),
        free_files: (about.f_files > 0).then_some(about.f_favail),
    })
}

/// Asks the file system of `path`.
///
/// # Errors
/// Always on this operating system: it is not known how to ask.
#[cfg(not(unix))]
pub fn disk_space(_path: &Path) -> io::Result<DiskSpace> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The time that the file system of `folder` gives to a file that is made now. The file is gone at once.
///
/// # Errors
/// When no file can be made there.
pub fn file_time(folder: &Path) -> io::Result<SystemTime> {
    tempfile::NamedTempFile::new_in(folder)?.as_file().metadata()?.modified()
}

/// Both clocks at the start, to compare with later.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    wall: SystemTime,
    steady: Instant,
}

/// What clocks say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// Now, since 1970; none where the clock is set before that.
    pub now: Option<Duration>,
    /// How far the clock that can be set has left the one that cannot since the start, in milliseconds.
    pub drift_ms: i64,
    /// How far the time of a new file is from now, in milliseconds; none where no file could be made.
    pub file_ms: Option<i64>,
}

impl Clock {
    /// Begins to compare.
    #[must_use]
    pub fn start() -> Self {
        Self { wall: SystemTime::now(), steady: Instant::now() }
    }

    /// Reads all clocks, that of the file system of `folder` as well.
    #[must_use]
    pub fn read(&self, folder: &Path) -> ClockReading {
        let (wall, steady) = (SystemTime::now(), self.steady.elapsed());
        let drift_ms = between(self.wall, wall).saturating_sub(whole(steady));
        let file_ms = file_time(folder).ok().map(|file| between(SystemTime::now(), file));
        ClockReading { now: wall.duration_since(SystemTime::UNIX_EPOCH).ok(), drift_ms, file_ms }
    }
}

fn between(from: SystemTime, until: SystemTime) -> i64 {
    match until.duration_since(from) {
        Ok(later) => whole(later),
        Err(earlier) => -whole(earlier.duration()),
    }
}

fn whole(of: Duration) -> i64 {
    i64::try_from(of.as_millis()).unwrap_or(i64::MAX)
}
