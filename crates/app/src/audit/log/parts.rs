//! Parts of the log on their way from the thread that reads to the one that computes: many at once, their bytes in one piece.

use std::ops::Range;

use audit::{Columns, Examination, Kept};
use store::{KeptEntry, KeptPart};

/// Bytes of one batch.
const FULL: usize = 1 << 18;

#[derive(Debug, Default)]
pub(super) struct Parts {
    bytes: Vec<u8>,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Checkpoint(i64, Range<usize>),
    Node(i64, i64, Range<usize>),
    Entries,
    Entry(EntryPart),
    IndexFault(&'static str),
}

#[derive(Debug)]
struct EntryPart {
    number: i64,
    at_ms: Option<i64>,
    texts: [Option<Range<usize>>; 5],
    leaf: Range<usize>,
}

impl Parts {
    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= FULL
    }

    pub(super) fn add(&mut self, part: &KeptPart<'_>) {
        let part = match part {
            KeptPart::Checkpoint { size, note } => Part::Checkpoint(*size, self.keep(note)),
            KeptPart::Node { level, number, hash } => Part::Node(*level, *number, self.keep(hash)),
            KeptPart::Entries => Part::Entries,
            KeptPart::IndexFault(name) => Part::IndexFault(name),
            KeptPart::Entry(KeptEntry { number, at_ms, action, caller, project, request, body, leaf }) => {
                let texts = [action, caller, project, request, body].map(|text| text.map(|text| self.keep(text)));
                Part::Entry(EntryPart { number: *number, at_ms: *at_ms, texts, leaf: self.keep(leaf) })
            }
        };
        self.parts.push(part);
    }

    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }

    pub(super) fn feed(&self, examination: &mut Examination) {
        let bytes = |range: &Range<usize>| self.bytes.get(range.clone()).unwrap_or_default();
        for part in &self.parts {
            match part {
                Part::Checkpoint(size, note) => examination.stored_checkpoint(*size, bytes(note)),
                Part::Node(level, number, hash) => examination.stored_node(*level, *number, bytes(hash)),
                Part::Entries => examination.begin(true),
                Part::IndexFault(name) => {
                    let problem = format!(
                        "The index by {name} does not lead to the entries: a search by it may miss some. It was altered."
                    );
                    examination.find(None, problem);
                }
                Part::Entry(entry) => {
                    let [action, caller, project, request, body] =
                        entry.texts.each_ref().map(|text| text.as_ref().map(bytes));
                    let columns = Some(Columns { at_ms: entry.at_ms, action, caller, project, request });
                    examination.entry(&Kept { number: entry.number, columns, body, leaf: bytes(&entry.leaf) });
                }
            }
        }
    }
}
