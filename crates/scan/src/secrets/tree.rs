//! Walks a folder and scans many files at once.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder};

use super::scanner::{Outcome, Scanner, Scratch};

/// Something to scan.
#[derive(Debug)]
pub enum Source {
    /// A file on the disk, and what findings call it.
    File {
        /// Where it is.
        path: PathBuf,
        /// What findings call it.
        name: String,
    },
    /// Bytes: a blob of a repository, or a file that is not written yet.
    Bytes {
        /// What findings call them.
        name: String,
        /// The commit they belong to.
        commit: Option<String>,
        /// They.
        bytes: Vec<u8>,
    },
    /// Something that the walk could not enter.
    Unreadable {
        /// What it is called.
        name: String,
        /// Why.
        why: String,
    },
}

/// One source, scanned.
#[derive(Debug)]
pub struct Scanned {
    /// What the source is called.
    pub name: String,
    /// What it holds, or why that is not known.
    pub outcome: Result<Outcome, String>,
}

/// Which files a walk yields.
#[derive(Debug, Clone, Copy, Default)]
pub struct WalkOptions {
    /// Also what git ignores.
    pub ignored_too: bool,
}

/// How many sources a worker takes at a time.
const HANDFUL: usize = 16;

/// All regular files beneath `root`, hidden ones too; follows no links and leaves out `.git`.
pub fn walk(root: &Path, options: WalkOptions) -> impl Iterator<Item = Source> + Send + use<> {
    let root = root.to_path_buf();
    WalkBuilder::new(&root)
        .standard_filters(false)
        .git_ignore(!options.ignored_too)
        .git_exclude(!options.ignored_too)
        .parents(!options.ignored_too)
        .follow_links(false)
        .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git")
        .build()
        .filter_map(move |entry| source(&root, entry))
}

fn source(root: &Path, entry: Result<DirEntry, ignore::Error>) -> Option<Source> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return Some(Source::Unreadable { name: String::new(), why: error.to_string() }),
    };
    if !entry.file_type()?.is_file() {
        return None;
    }
    let path = entry.into_path();
    let relative = path.strip_prefix(root).ok().filter(|relative| !relative.as_os_str().is_empty());
    let name = relative.map_or_else(|| path.file_name().unwrap_or_default().to_string_lossy(), Path::to_string_lossy);
    let name = if cfg!(windows) { name.replace('\\', "/") } else { name.into_owned() };
    Some(Source::File { path, name })
}

impl Scanner {
    /// Scans all sources on `threads` threads (as many as there are processors, if `None`), and calls `each` with what was
    /// found, in no order, from any of them. Setting `cancelled` ends it after the files at hand.
    pub fn scan_all<S>(
        &self,
        sources: S,
        threads: Option<NonZero<usize>>,
        cancelled: &AtomicBool,
        each: &(dyn Fn(Scanned) + Sync),
    ) where
        S: Iterator<Item = Source> + Send,
    {
        let threads = threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZero::get);
        let sources = Mutex::new(sources);
        let work = || {
            let mut scratch = Scratch::default();
            loop {
                let handful: Vec<Source> = {
                    let mut sources = sources.lock().unwrap_or_else(PoisonError::into_inner);
                    sources.by_ref().take(HANDFUL).collect()
                };
                if handful.is_empty() {
                    return;
                }
                for source in handful {
                    if cancelled.load(Ordering::Relaxed) {
                        return;
                    }
                    each(self.scan_source(source, &mut scratch));
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
    }

    fn scan_source(&self, source: Source, scratch: &mut Scratch) -> Scanned {
        match source {
            Source::File { path, name } => {
                let outcome = self.scan_file(&name, &path, scratch).map_err(|error| error.to_string());
                Scanned { name, outcome }
            }
            Source::Bytes { name, commit, bytes } => {
                let outcome = Ok(self.scan_bytes(&name, commit.as_deref(), &bytes, scratch));
                Scanned { name, outcome }
            }
            Source::Unreadable { name, why } => Scanned { name, outcome: Err(why) },
        }
    }
}
