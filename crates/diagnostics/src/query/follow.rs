//! New lines as they come, of all processes. Every file is read on from where the last look ended; one that is closed meanwhile
//! is read to its end through the handle that is still open.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use jiff::Timestamp;

use super::filter::Filter;
use super::lines::{self, Next};
use super::record::Record;
use super::source::{Seen, Source, to_read};
use super::summary::after_slack;
use crate::Error;
use crate::files::folder::Folder;
use crate::files::name::FileName;

/// Lines of each file that one look takes; the rest comes with the next.
const MOST_LINES: usize = 2_000;

/// Lines that one look holds of files that came and were compressed since the last.
const MOST_AT_ONCE: usize = 50_000;

/// Files that are held open.
const MOST_OPEN: usize = 256;

/// Follows the logs of a folder.
#[derive(Debug)]
pub struct Follower {
    folder: Folder,
    filter: Filter,
    open: BTreeMap<FileName, Tail>,
    /// Files that were read to their end after they were closed, as long as they are there.
    done: BTreeSet<FileName>,
    since: Timestamp,
    seen: Seen,
}

#[derive(Debug)]
struct Tail {
    file: File,
    /// Behind the last whole line that was read; half a line may be cut off again when the disk is full.
    read: u64,
    /// Whether its name was gone at the last look.
    closed: bool,
}

impl Follower {
    /// Begins with lines of the time `since`; what the filter says of times counts as well.
    ///
    /// # Errors
    /// When the folder cannot be opened.
    pub fn new(folder: &Path, filter: Filter, since: Timestamp) -> Result<Self, Error> {
        let (open, done) = (BTreeMap::new(), BTreeSet::new());
        Ok(Self { folder: Folder::open(folder)?, filter, open, done, since, seen: Seen::default() })
    }

    /// Lines that could not be read so far.
    #[must_use]
    pub fn damaged_lines(&self) -> u64 {
        self.seen.damaged
    }

    /// What is new, in the order of time. Ask again after a moment; an empty answer means that nothing came.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn poll(&mut self) -> Result<Vec<Record>, Error> {
        let mut found = Vec::new();
        self.look_for_files(&mut found)?;
        for tail in self.open.values_mut() {
            // A file that vanished from under us has nothing more to say.
            if tail.read_on(&mut found, &mut self.seen).is_err() {
                self.seen.bad_files += 1;
                tail.closed = true;
            }
        }
        let done = &mut self.done;
        self.open.retain(|name, tail| !(tail.closed && done.insert(*name)));
        let (since, filter) = (self.since, &self.filter);
        found.retain(|record| record.time >= since && filter.takes(record));
        found.sort_by_key(|record| record.time);
        Ok(found)
    }

    fn look_for_files(&mut self, found: &mut Vec<Record>) -> Result<(), Error> {
        let listed = self.folder.list().map_err(|cause| {
            Error::of_system("The log folder could not be read.", "Look at its permissions and its disk.", cause)
        })?;
        let files = to_read(listed.files);
        let there: BTreeSet<FileName> = files.iter().map(|entry| entry.name.plain()).collect();
        let plain: BTreeSet<FileName> =
            files.iter().filter(|entry| !entry.name.packed).map(|entry| entry.name).collect();
        self.done.retain(|name| there.contains(name));
        for (name, tail) in &mut self.open {
            tail.closed = !plain.contains(name);
        }
        for entry in files {
            let name = entry.name.plain();
            if self.done.contains(&name) || self.open.contains_key(&name) || self.open.len() >= MOST_OPEN {
                continue;
            }
            if after_slack(entry.modified) < self.since {
                // It may be written again, unless it is compressed.
                if entry.name.packed {
                    self.done.insert(name);
                }
                continue;
            }
            match self.folder.read(&name.to_string()) {
                Ok(file) => drop(self.open.insert(name, Tail { file, read: 0, closed: false })),
                // It was compressed before it was ever looked at.
                Err(_) => {
                    self.done.insert(name);
                    let Ok(Some(mut source)) = Source::open(&self.folder, &entry) else { continue };
                    while let Some(record) = source.next(&mut self.seen) {
                        if found.len() >= MOST_AT_ONCE {
                            self.seen.bad_files += 1;
                            break;
                        }
                        if record.time >= self.since && self.filter.takes(&record) {
                            found.push(record);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

impl Tail {
    fn read_on(&mut self, found: &mut Vec<Record>, seen: &mut Seen) -> std::io::Result<()> {
        self.file.seek(SeekFrom::Start(self.read))?;
        let mut from = BufReader::new((&self.file).take(u64::MAX));
        let mut line = Vec::new();
        for _ in 0..MOST_LINES {
            let (next, taken) = lines::next(&mut from, &mut line)?;
            match next {
                Next::Line => match Record::parse(&line) {
                    Some(record) => found.push(record),
                    None => seen.damaged += u64::from(!line.is_empty()),
                },
                Next::TooLong => seen.damaged += 1,
                // The rest of it comes later.
                Next::Unfinished | Next::End => return Ok(()),
            }
            self.read += taken;
        }
        // It is not read to its end yet.
        self.closed = false;
        Ok(())
    }
}
