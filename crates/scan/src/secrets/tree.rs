//! Looks at all files of a tree at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use source_tree::{SourceFile, SourceTree};

use super::archive;
use super::scanner::{Scanner, Scratch};
use super::seen::SecretsSeen;

/// How many files a worker takes at a time.
const HANDFUL: usize = 16;

/// Looks for secrets in all files of `tree`, on as many threads as there are processors. Setting `cancelled` ends it after the
/// pieces at hand, which the answer says. What the tree itself could not read is for all checks, and is told by the tree.
#[must_use]
pub fn check_tree(scanner: &Scanner, tree: &SourceTree, cancelled: &AtomicBool) -> SecretsSeen {
    let files = tree.files();
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut seen, mut scratch) = (SecretsSeen::default(), Scratch::default());
        loop {
            let from = next.fetch_add(HANDFUL, Ordering::Relaxed);
            let Some(rest) = files.get(from..).filter(|rest| !rest.is_empty()) else { return seen };
            for file in &rest[..rest.len().min(HANDFUL)] {
                if cancelled.load(Ordering::Relaxed) {
                    return seen;
                }
                look(scanner, file, cancelled, &mut scratch, &mut seen);
            }
        }
    };
    let mut seen = on_all_processors(files.len().div_ceil(HANDFUL), &work);
    if cancelled.load(Ordering::Relaxed) {
        let reason = format!("the check was cancelled after {} of {} files", seen.files, files.len());
        seen.not_looked_at(None, reason, "Run it again to its end");
    }
    seen.finish()
}

fn look(scanner: &Scanner, file: &SourceFile, cancelled: &AtomicBool, scratch: &mut Scratch, seen: &mut SecretsSeen) {
    if let Some(limits) = scanner.archives() {
        return archive::look(scanner, limits, file, cancelled, scratch, seen);
    }
    match scanner.scan_file(file, cancelled, scratch) {
        Ok(outcome) => seen.add(&file.name, outcome, None),
        Err(error) => seen.unreadable(&file.name, &error.to_string()),
    }
}

/// Joins what `work` answers on as many threads as there are processors, but on no more than `most`.
pub(crate) fn on_all_processors(most: usize, work: &(dyn Fn() -> SecretsSeen + Sync)) -> SecretsSeen {
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get()).min(most.max(1));
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut seen = work();
        for other in others {
            match other.join() {
                Ok(more) => seen.join(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        seen
    })
}
