//! A log file as lines, compressed or not. What is wrong with it is counted, and ends at most this one file.

use std::fs::File;
use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::lines::{self, Next};
use super::record::Record;
use crate::files::folder::{Entry, Folder};

/// Bytes that a file can unpack to: what the largest one was before it was compressed. Beyond this it is a trap.
const LARGEST: u64 = (1 << 30) + (1 << 20);

/// What was looked at, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) lines: u64,
    pub(crate) damaged: u64,
    pub(crate) bad_files: u64,
}

/// One file that is read.
pub(crate) struct Source {
    from: BufReader<Bytes>,
    line: Vec<u8>,
}

enum Bytes {
    Plain(io::Take<File>),
    Packed(Box<io::Take<MultiGzDecoder<BufReader<File>>>>),
}

impl Read for Bytes {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(to),
            Self::Packed(unpacked) => unpacked.read(to),
        }
    }
}

impl Source {
    /// Opens a file that was listed. One that was compressed since is read compressed; none where it is gone.
    pub(crate) fn open(folder: &Folder, entry: &Entry) -> io::Result<Option<Self>> {
        let packed = || folder.read(&entry.name.packed().to_string()).map(|file| (file, true));
        let opened = if entry.name.packed {
            packed()
        } else {
            match folder.read(&entry.name.to_string()) {
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => packed(),
                opened => opened.map(|file| (file, false)),
            }
        };
        match opened {
            Ok((file, packed)) => Ok(Some(Self::of(file, packed))),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(cause),
        }
    }

    fn of(file: File, packed: bool) -> Self {
        let bytes = if packed {
            Bytes::Packed(Box::new(MultiGzDecoder::new(BufReader::new(file)).take(LARGEST)))
        } else {
            Bytes::Plain(file.take(LARGEST))
        };
        Self { from: BufReader::with_capacity(32 << 10, bytes), line: Vec::new() }
    }

    /// The next line that can be read.
    pub(crate) fn next(&mut self, seen: &mut Seen) -> Option<Record> {
        loop {
            let next = match lines::next(&mut self.from, &mut self.line) {
                Ok((next, _)) => next,
                Err(_) => {
                    seen.bad_files += 1;
                    return None;
                }
            };
            match next {
                Next::End => {
                    seen.bad_files += u64::from(self.is_trap());
                    return None;
                }
                Next::TooLong => {}
                Next::Line | Next::Unfinished => {
                    if let Some(record) = Record::parse(&self.line) {
                        seen.lines += 1;
                        return Some(record);
                    }
                    if self.line.is_empty() && next == Next::Line {
                        continue;
                    }
                }
            }
            seen.lines += 1;
            seen.damaged += 1;
        }
    }

    /// Whether more was in it than any file of ours has.
    fn is_trap(&mut self) -> bool {
        let left = match self.from.get_ref() {
            Bytes::Plain(file) => file.limit(),
            Bytes::Packed(unpacked) => unpacked.limit(),
        };
        left == 0 && self.from.buffer().is_empty()
    }
}

/// All files to read, each once: a file that is there both ways is read as it was written.
pub(crate) fn to_read(files: Vec<Entry>) -> Vec<Entry> {
    let mut all: Vec<Entry> = files;
    // The plain one of a pair comes first.
    all.sort_by_key(|entry| (entry.name.plain(), entry.name.packed));
    all.dedup_by_key(|entry| entry.name.plain());
    all
}
