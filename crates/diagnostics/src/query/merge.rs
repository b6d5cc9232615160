//! The oldest lines first: the files of several processes overlap, so the next line of each is compared. One line of each file
//! that is open is held, and a file is opened when its time has come.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;
use std::time::Duration;

use jiff::Timestamp;

use super::filter::Filter;
use super::record::Record;
use super::source::{Seen, Source};
use super::summary::Summary;
use crate::files::folder::{Entry, Folder};

/// Files that are open at once; processes that write at the same time are fewer.
const MOST_OPEN: usize = 128;

/// How long a line may have waited before the file was begun that it is in.
const LEAD: Duration = Duration::from_secs(5);

struct Head {
    record: Record,
    source: Source,
}

struct Merge<'a> {
    folder: &'a Folder,
    /// Files that were not opened yet, the one to open next at the end.
    later: Vec<Entry>,
    /// The time of the next line of each open file, with its place in `heads`.
    order: BinaryHeap<Reverse<(Timestamp, usize)>>,
    heads: Vec<Option<Head>>,
    free: Vec<usize>,
}

pub(super) fn run(
    folder: &Folder,
    mut files: Vec<Entry>,
    filter: &Filter,
    limit: usize,
    summary: &mut Summary,
    seen: &mut Seen,
    show: &mut dyn FnMut(&Record) -> ControlFlow<()>,
) {
    files.sort_by_key(|entry| Reverse(entry.name));
    let mut merge = Merge { folder, later: files, order: BinaryHeap::new(), heads: Vec::new(), free: Vec::new() };
    while let Some(record) = merge.next(filter, summary, seen) {
        if summary.shown as usize == limit {
            summary.more = true;
            return;
        }
        summary.shown += 1;
        if show(&record).is_break() {
            summary.more = true;
            return;
        }
    }
}

impl Merge<'_> {
    fn next(&mut self, filter: &Filter, summary: &mut Summary, seen: &mut Seen) -> Option<Record> {
        self.open_due(filter, summary, seen);
        let Reverse((_, place)) = self.order.pop()?;
        let Head { record, source } = self.heads.get_mut(place)?.take()?;
        self.put_back(place, source, filter, seen);
        Some(record)
    }

    /// Opens every file that may hold a line before the next one.
    fn open_due(&mut self, filter: &Filter, summary: &mut Summary, seen: &mut Seen) {
        while let Some(entry) = self.later.last() {
            if self
                .order
                .peek()
                .is_some_and(|Reverse((next, _))| entry.name.start.checked_sub(LEAD).is_ok_and(|due| due > *next))
            {
                return;
            }
            if self.order.len() >= MOST_OPEN {
                summary.out_of_order = true;
                return;
            }
            let Some(entry) = self.later.pop() else { return };
            match Source::open(self.folder, &entry) {
                Ok(Some(source)) => {
                    summary.files += 1;
                    let place = self.free.pop().unwrap_or_else(|| {
                        self.heads.push(None);
                        self.heads.len() - 1
                    });
                    self.put_back(place, source, filter, seen);
                }
                Ok(None) => {}
                Err(_) => seen.bad_files += 1,
            }
        }
    }

    /// Finds the next line that is wanted in an open file, or closes it.
    fn put_back(&mut self, place: usize, mut source: Source, filter: &Filter, seen: &mut Seen) {
        while let Some(record) = source.next(seen) {
            if filter.takes(&record) {
                self.order.push(Reverse((record.time, place)));
                self.heads[place] = Some(Head { record, source });
                return;
            }
        }
        self.free.push(place);
    }
}
