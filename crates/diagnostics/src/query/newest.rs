//! The newest lines first. Compressed files can only be read forwards, so the best lines so far are held, as many as were asked
//! for and never more than a number of bytes; files that can only hold older ones are not opened.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::filter::Filter;
use super::record::Record;
use super::source::{Seen, Source};
use super::summary::{Summary, after_slack};
use crate::files::folder::{Entry, Folder};

/// Bytes of lines that are held.
const MOST_BYTES: usize = 64 << 20;

/// Lines by time; those of the same time by their file and place in it.
type Place = (Timestamp, usize, u64);

#[derive(Default)]
struct Held {
    lines: BTreeMap<Place, Record>,
    bytes: usize,
}

impl Held {
    /// Takes a line, and gives up the oldest one where there are too many; true when one was given up.
    fn take(&mut self, place: Place, record: Record, limit: usize) -> bool {
        if self.lines.len() >= limit && self.lines.first_key_value().is_some_and(|(oldest, _)| place < *oldest) {
            return true;
        }
        self.bytes += record.weight();
        self.lines.insert(place, record);
        let mut gave_up = false;
        while self.lines.len() > limit || (self.bytes > MOST_BYTES && self.lines.len() > 1) {
            let Some((_, oldest)) = self.lines.pop_first() else { break };
            self.bytes -= oldest.weight();
            gave_up = true;
        }
        gave_up
    }
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
    files.sort_by_key(|entry| (Reverse(entry.modified), Reverse(entry.name)));
    let mut held = Held::default();
    for (file, entry) in files.iter().enumerate() {
        let oldest = held.lines.first_key_value().map(|((time, ..), _)| *time);
        // All that follow were last changed even earlier.
        if held.lines.len() >= limit && oldest.is_some_and(|oldest| after_slack(entry.modified) < oldest) {
            summary.more = true;
            break;
        }
        let mut source = match Source::open(folder, entry) {
            Ok(Some(source)) => source,
            Ok(None) => continue,
            Err(_) => {
                seen.bad_files += 1;
                continue;
            }
        };
        summary.files += 1;
        let mut line = 0;
        while let Some(record) = source.next(seen) {
            line += 1;
            if filter.takes(&record) {
                // Of two files the one that was changed later counts as the later one.
                let place = (record.time, files.len() - file, line);
                summary.more |= held.take(place, record, limit);
            }
        }
    }
    for record in held.lines.values().rev() {
        summary.shown += 1;
        if show(record).is_break() {
            break;
        }
    }
}
