//! Looks through a repository's history: every content that any commit brought, once.
//!
//! What was looked at can be kept in a cursor, so that the next run looks only at what is new and still tells all.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use domain::CommitInfo;
use source_tree::{Error, History, HistoryBlob, HistoryReader, Pending, Portion};

use super::cursor::{Cursor, CursorError, Key, key};
use super::scanner::{Scanner, Scratch};
use super::seen::SecretsSeen;
use super::tree::on_all_processors;

/// After about so many contents the cursor is written.
const PORTION: usize = 50_000;
/// How many contents a worker takes at a time: what lies side by side in a pack is unpacked from the same.
const HANDFUL: usize = 64;

/// What a look through the history found.
#[derive(Clone, Debug, Default)]
pub struct HistorySeen {
    /// The secrets; each value is told once for each file, with the commit that brought it first.
    pub seen: SecretsSeen,
    /// The commits that were looked at, in this run and in those before it that the cursor tells of.
    pub commits: u64,
    /// Those of this run.
    pub new_commits: u64,
}

/// Why a history cannot be looked through.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// There is no repository, or it cannot be read.
    #[error(transparent)]
    Source(#[from] Error),
    /// The cursor cannot be used.
    #[error(transparent)]
    Cursor(#[from] CursorError),
}

impl HistoryError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Source(error) => error.hint(),
            Self::Cursor(error) => error.hint(),
        }
    }
}

/// Looks for secrets in the history of the repository that `root` lies in, of the files beneath `root`. With a cursor, goes on
/// where the last run with the same rules ended, and keeps there how far this one came, also when it is cancelled.
///
/// # Errors
/// There is no repository, it cannot be read at all, or the cursor cannot be used. What cannot be read of it is told in the
/// answer.
pub fn check_history(
    scanner: &Scanner,
    root: &Path,
    cursor: Option<&Path>,
    cancelled: &AtomicBool,
) -> Result<HistorySeen, HistoryError> {
    let history = History::open(root)?;
    let file: Option<PathBuf> = cursor.map(|path| Cursor::place(path, root)).transpose()?;
    let mut kept = file.as_deref().map_or_else(Cursor::default, |file| Cursor::read(file, &scanner.version()));
    // What it tells of commits that are gone, perhaps of another repository that lay here before, is told no more.
    if !kept.done.is_empty() && !history.holds(&kept.done, cancelled) {
        kept = Cursor::default();
    }
    let before = kept.commits;
    let mut pending = history.since(&kept.done, cancelled)?;
    let total = pending.commits() as u64;
    let mut known: HashSet<Key> =
        kept.findings.iter().chain(kept.suppressed.iter().map(|each| &each.finding)).map(key).collect();
    let mut new_commits = 0;
    while let Some(portion) = pending.next(PORTION, cancelled) {
        let seen = one_portion(scanner, &history, &portion, cancelled);
        if cancelled.load(Ordering::Relaxed) {
            // It is looked at again as a whole; what was found of it is told all the same.
            kept.take(seen, &mut known);
            break;
        }
        new_commits += portion.commits;
        kept.take(seen, &mut known);
        kept.commits += portion.commits;
        kept.done = portion.done;
        if let Some(file) = &file {
            kept.write(file, &scanner.version())?;
        }
    }
    Ok(tell(
        kept,
        &history,
        &pending,
        Told { before, new_commits, total, cancelled: cancelled.load(Ordering::Relaxed) },
    ))
}

struct Told {
    before: u64,
    new_commits: u64,
    total: u64,
    cancelled: bool,
}

fn tell(kept: Cursor, history: &History, pending: &Pending<'_>, told: Told) -> HistorySeen {
    let Told { before, new_commits, total, cancelled } = told;
    let commits = before + new_commits;
    let mut seen = kept.into_seen();
    for unreadable in pending.unreadable() {
        let file = Some(unreadable.name.as_str()).filter(|name| !name.is_empty());
        let hint = "Run git fsck; where part of the history was not fetched, fetch it (git fetch --refetch)";
        seen.not_looked_at(file, format!("of the history: {}", unreadable.why), hint);
    }
    if history.is_shallow() {
        let reason = "only the newest part of the history is here (a shallow clone)".to_owned();
        seen.not_looked_at(None, reason, "Fetch the rest: git fetch --unshallow; in CI set fetch-depth: 0");
    }
    if cancelled || new_commits < total {
        let reason = format!("the check was cancelled after {new_commits} of {total} new commits of the history");
        seen.not_looked_at(None, reason, "Run it again to its end; with a cursor it goes on where it ended");
    }
    HistorySeen { seen: seen.finish(), commits, new_commits }
}

fn one_portion(scanner: &Scanner, history: &History, portion: &Portion, cancelled: &AtomicBool) -> SecretsSeen {
    let blobs = &portion.blobs;
    let next = AtomicUsize::new(0);
    let orders = Mutex::new(std::collections::HashMap::new());
    let work = || {
        let (mut seen, mut scratch, mut buffer) = (SecretsSeen::default(), Scratch::default(), Vec::new());
        let reader = history.reader();
        loop {
            let from = next.fetch_add(HANDFUL, Ordering::Relaxed);
            let Some(rest) = blobs.get(from..).filter(|rest| !rest.is_empty()) else { return seen };
            for blob in &rest[..rest.len().min(HANDFUL)] {
                if cancelled.load(Ordering::Relaxed) {
                    return seen;
                }
                if let Some(info) = look(scanner, &reader, blob, &mut buffer, &mut scratch, &mut seen) {
                    orders.lock().unwrap_or_else(PoisonError::into_inner).insert(info.id, blob.order);
                }
            }
        }
    };
    let mut seen = on_all_processors(blobs.len().div_ceil(HANDFUL), &work).finish();
    let orders = orders.into_inner().unwrap_or_else(PoisonError::into_inner);
    let order = |finding: &domain::Finding| {
        let commit = finding.commit.as_ref().and_then(|commit| orders.get(&commit.id));
        (commit.copied(), finding.file.clone(), finding.line, finding.column)
    };
    seen.findings.sort_by_cached_key(order);
    seen.suppressed.sort_by_cached_key(|each| order(&each.finding));
    seen
}

fn look(
    scanner: &Scanner,
    reader: &HistoryReader,
    blob: &HistoryBlob,
    buffer: &mut Vec<u8>,
    scratch: &mut Scratch,
    seen: &mut SecretsSeen,
) -> Option<CommitInfo> {
    let bytes = match reader.read(blob, buffer) {
        Ok(bytes) => bytes,
        Err(error) => {
            seen.unreadable(&blob.name, &error.to_string());
            return None;
        }
    };
    let commit = blob.commit();
    let outcome = scanner.scan_bytes(&blob.name, Some(&commit), bytes, scratch);
    if outcome.findings.is_empty() && outcome.suppressed.is_empty() {
        seen.add(&blob.name, outcome, None);
        return None;
    }
    let brought = reader.brought(blob);
    let info = CommitInfo { id: brought.commit, author: brought.author, date: brought.date };
    seen.add(&blob.name, outcome, Some(&info));
    Some(info)
}
