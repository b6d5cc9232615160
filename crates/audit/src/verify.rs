//! The log examined, entry by entry: nothing that is kept is believed before it was computed again.
//!
//! It is fed in this order: keys and checkpoints, stored nodes, entries, the end. Memory does not grow with the entries but for
//! stored nodes (one for 256 entries) and the ranges that retention dropped.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use merkle::{Frontier, Hash, Node, Note, TreeHead, leaf_hash};

use crate::body::{self, Body};
use crate::findings::Report;
use crate::kept::{Columns, Kept};
use crate::keys::KnownKeys;

/// A checkpoint from elsewhere, which the log must fit.
#[derive(Clone, Debug)]
pub struct Anchor {
    /// Where it comes from, for people.
    pub source: String,
    /// The signed note, as it was read.
    pub note: Vec<u8>,
}

/// Who says what the entries must lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The log itself.
    Log,
    /// A file beside the database.
    Beside,
    /// A checkpoint from elsewhere.
    Elsewhere,
}

/// A root that the entries must lead to at a certain size.
#[derive(Debug)]
struct Mark {
    root: Hash,
    /// Who says so.
    source: String,
    by: By,
}

/// The work.
#[derive(Debug)]
pub struct Examination {
    keys: KnownKeys,
    report: Report,
    frontier: Frontier,
    /// Why roots cannot be computed any more: entries are missing.
    broken: bool,
    marks: BTreeMap<u64, Vec<Mark>>,
    stored_sizes: Option<Vec<u64>>,
    nodes: Option<HashMap<Node, Hash>>,
    missing: Vec<Range<u64>>,
    told: Vec<(u64, Range<u64>)>,
}

impl Examination {
    /// Examines a log from its first entry; what `keys` signed is believed.
    #[must_use]
    pub fn new(keys: KnownKeys) -> Self {
        Self::from(keys, Frontier::new())
    }

    /// Examines the entries that follow on `before`, which the checkpoints must vouch for.
    #[must_use]
    pub fn from(keys: KnownKeys, before: Frontier) -> Self {
        let report = Report { from: before.size(), to: before.size(), ..Report::default() };
        Self {
            keys,
            report,
            frontier: before,
            broken: false,
            marks: BTreeMap::new(),
            stored_sizes: None,
            nodes: None,
            missing: Vec::new(),
            told: Vec::new(),
        }
    }

    /// Tells something that whoever feeds this found.
    pub fn find(&mut self, entry: Option<u64>, problem: impl Into<String>) {
        self.report.find(entry, problem);
    }

    /// A checkpoint that the log itself keeps, at `size`.
    pub fn stored_checkpoint(&mut self, size: i64, note: &[u8]) {
        let source = format!("the stored checkpoint of size {size}");
        let opened = self.mark(source.clone(), note, By::Log);
        if let Some(tree) = opened {
            if i64::try_from(tree.size()) != Ok(size) {
                self.find(
                    None,
                    format!("What is signed in {source} is of size {}: it was moved or altered.", tree.size()),
                );
            }
            self.stored_sizes.get_or_insert_default().push(tree.size());
        } else {
            self.stored_sizes.get_or_insert_default();
        }
    }

    /// A checkpoint from a second place. What was signed once must stand in the log for ever.
    pub fn anchor(&mut self, anchor: &Anchor) {
        self.mark(anchor.source.clone(), &anchor.note, By::Elsewhere);
    }

    /// The same for one that lay beside the database, where whoever replaces the one may replace the other.
    pub fn beside(&mut self, anchor: &Anchor) {
        self.mark(anchor.source.clone(), &anchor.note, By::Beside);
    }

    /// Adds what a signed note says to what the entries must lead to.
    fn mark(&mut self, source: String, note: &[u8], by: By) -> Option<TreeHead> {
        let opened = Note::parse(note).map_err(Into::into).and_then(|note| self.keys.open(&note));
        match opened {
            Ok(checkpoint) => {
                let tree = *checkpoint.tree();
                self.anchored_or_kept(source, tree, by);
                Some(tree)
            }
            Err(fault) => {
                self.find(None, format!("Of {source}: {fault}."));
                None
            }
        }
    }

    /// The entries must lead to this tree, as a checkpoint says that was opened already.
    pub(crate) fn anchored_or_kept(&mut self, source: impl Into<String>, tree: TreeHead, by: By) {
        self.marks.entry(tree.size()).or_default().push(Mark { root: tree.root(), source: source.into(), by });
    }

    /// A node of the tree as the log keeps it.
    pub fn stored_node(&mut self, level: i64, number: i64, hash: &[u8]) {
        let nodes = self.nodes.get_or_insert_default();
        let node = u8::try_from(level)
            .ok()
            .zip(u64::try_from(number).ok())
            .and_then(|(level, number)| Node::new(level, number));
        match (node.filter(|node| node.level() > 0 && node.is_stored()), Hash::try_from(hash)) {
            (Some(node), Ok(hash)) => drop(nodes.insert(node, hash)),
            _ => self.find(
                None,
                format!("The stored node {number} of level {level} is none that a tree keeps: it was altered."),
            ),
        }
    }

    /// Entries come now. With `all` they come from the log itself, which keeps nodes and checkpoints as well: each is missed.
    pub fn begin(&mut self, all: bool) {
        if all {
            self.nodes.get_or_insert_default();
            self.stored_sizes.get_or_insert_default();
        }
        self.meet_marks();
    }

    /// The next entry.
    pub fn entry(&mut self, kept: &Kept<'_>) {
        let Some(number) = self.in_order(kept.number) else { return };
        self.report.entries += 1;
        let computed = kept.body.map(leaf_hash);
        let leaf = Hash::try_from(kept.leaf);
        if leaf.is_err() {
            self.find(Some(number), format!("The hash of entry {number} is not 32 bytes: it was altered."));
        }
        match (computed, &leaf) {
            (Some(computed), Ok(leaf)) if computed != *leaf => {
                self.find(
                    Some(number),
                    format!(
                        "Entry {number} is not what was hashed when it was written: its text or its hash was altered."
                    ),
                );
            }
            _ => {}
        }
        match kept.body {
            Some(body) => self.check_body(number, body, kept.columns.as_ref()),
            None => self.check_dropped(number, kept.columns.as_ref()),
        }
        match leaf.ok().or(computed) {
            Some(leaf) => self.append(leaf),
            None => self.broken = true,
        }
    }

    /// Whether this number is the one that comes now; what is between is missing.
    fn in_order(&mut self, number: i64) -> Option<u64> {
        let next = self.report.to;
        let Some(number) = u64::try_from(number).ok().filter(|number| *number >= next) else {
            self.find(
                u64::try_from(number).ok(),
                format!("Entry {number} stands where entry {next} should: it was put in, doubled or moved."),
            );
            return None;
        };
        if number > next {
            let which = if number == next + 1 {
                format!("Entry {next} is missing")
            } else {
                format!("Entries {next} to {} are missing", number - 1)
            };
            self.find(Some(next), format!("{which}: taken out, or given another number."));
            self.broken = true;
        }
        self.report.to = number.saturating_add(1);
        Some(number)
    }

    fn check_body(&mut self, number: u64, bytes: &[u8], columns: Option<&Columns<'_>>) {
        let Some(body) = body::read(bytes) else {
            self.find(
                Some(number),
                format!("The text of entry {number} is none that this log writes: it was altered."),
            );
            return;
        };
        if let Some(columns) = columns {
            self.check_columns(number, &body, columns);
        }
        if let Some(dropped) = body.dropped() {
            self.told.extend(dropped.ranges().map(|range| (number, range)));
        }
    }

    fn check_columns(&mut self, number: u64, body: &Body<'_>, columns: &Columns<'_>) {
        let said = body.columns();
        let differ = [
            ("time", said.at_ms != columns.at_ms),
            ("action", said.action != columns.action),
            ("caller", said.caller != columns.caller),
            ("project", said.project != columns.project),
            ("request", said.request != columns.request),
        ];
        for (name, _) in differ.into_iter().filter(|(_, differ)| *differ) {
            self.find(
                Some(number),
                format!("The {name} that is kept of entry {number} is not what the entry says: it was altered."),
            );
        }
    }

    fn check_dropped(&mut self, number: u64, columns: Option<&Columns<'_>>) {
        self.report.dropped += 1;
        match self.missing.last_mut() {
            Some(last) if last.end == number => last.end += 1,
            _ => self.missing.push(number..number + 1),
        }
        if columns.is_some_and(|columns| *columns != Columns::default()) {
            self.find(
                Some(number),
                format!("Entry {number} has no text any more, and yet columns: one of both was altered."),
            );
        }
    }

    fn append(&mut self, leaf: Hash) {
        if self.broken {
            return;
        }
        let (nodes, report) = (&mut self.nodes, &mut self.report);
        let appended = self.frontier.append_with(leaf, |node, hash| {
            if let Some(nodes) = nodes.as_mut().filter(|_| node.level() > 0 && node.is_stored()) {
                let leaves = node.leaves();
                let (first, last) = (leaves.start, leaves.end - 1);
                match nodes.remove(&node) {
                    Some(stored) if stored == hash => {}
                    Some(_) => report.find(Some(first), format!("Entries {first} to {last} do not lead to the node that is stored above them: one of them, or the node, was altered.")),
                    None => report.find(Some(first), format!("The stored node above the entries {first} to {last} is missing.")),
                }
            }
        });
        if appended.is_err() {
            self.broken = true;
        }
        self.meet_marks();
    }

    /// Compares the tree with the checkpoints of its size.
    fn meet_marks(&mut self) {
        let size = self.frontier.size();
        if self.marks.first_key_value().is_none_or(|(first, _)| *first > size) {
            return;
        }
        let root = self.frontier.root();
        for mark in self.marks.remove(&size).unwrap_or_default() {
            if mark.root == root {
                self.report.checkpoints += 1;
                self.report.beside += u64::from(mark.by == By::Beside);
                self.report.anchors += u64::from(mark.by == By::Elsewhere);
                self.report.vouched_to = self.report.vouched_to.max(size);
            } else {
                self.find(None, format!("The first {size} entries do not lead to the root in {}: an entry was altered, put in, taken out or moved after it was signed, or two histories were signed.", mark.source));
            }
            if let Some(sizes) = self.stored_sizes.as_ref().filter(|_| mark.by != By::Log)
                && !sizes.contains(&size)
                && size > 0
            {
                self.find(
                    None,
                    format!(
                        "The log no longer keeps its checkpoint of size {size}, which is in {}: it was taken out.",
                        mark.source
                    ),
                );
            }
        }
        // Checkpoints of trees before the first entry here cannot be compared.
        self.marks = self.marks.split_off(&size);
    }

    /// The tree as far as it could be computed.
    #[must_use]
    pub fn tree_head(&self) -> Option<TreeHead> {
        (!self.broken).then(|| self.frontier.tree_head())
    }

    /// Believes that a checkpoint vouches for all entries until `size`, as a consistency proof showed.
    pub fn vouched_by_proof(&mut self) {
        self.report.checkpoints += 1;
        self.report.vouched_to = self.report.vouched_to.max(self.frontier.size());
    }

    /// All entries were there: what was found.
    #[must_use]
    pub fn finish(mut self) -> Report {
        let to = self.report.to;
        if self.broken {
            self.find(None, "Entries are missing, so that stored nodes and the roots of checkpoints after the first gap could not be compared.");
        }
        for (size, marks) in std::mem::take(&mut self.marks) {
            for mark in marks.into_iter().filter(|_| size > to) {
                self.find(Some(to), format!("There are {to} entries, and {} was signed when there were {size}: the end was cut off, or this is an older copy.", mark.source));
            }
        }
        if !self.broken
            && let Some(nodes) = self.nodes.take()
        {
            for node in nodes.keys() {
                let leaves = node.leaves();
                self.report.find(
                    Some(leaves.start),
                    format!(
                        "A node is stored above the entries {} to {}, which are not all there: the end was cut off.",
                        leaves.start,
                        leaves.end - 1
                    ),
                );
            }
        }
        self.check_retention();
        self.report
    }

    /// What lost its text must stand in an entry that tells of it, written later.
    fn check_retention(&mut self) {
        let mut told = std::mem::take(&mut self.told);
        told.retain(|(by, range)| range.end <= *by && range.start < range.end);
        told.sort_by_key(|(_, range)| range.start);
        let mut covered: Vec<Range<u64>> = Vec::new();
        for (_, range) in told {
            match covered.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => covered.push(range),
            }
        }
        for missing in std::mem::take(&mut self.missing) {
            let at = covered.partition_point(|range| range.end <= missing.start);
            let mut from = missing.start;
            for range in covered.iter().skip(at).take_while(|range| range.start < missing.end) {
                self.find_untold(from..range.start);
                from = range.end;
            }
            self.find_untold(from..missing.end);
        }
    }

    fn find_untold(&mut self, missing: Range<u64>) {
        if missing.start < missing.end {
            let problem = format!(
                "The text of the entries {} to {} is missing, and no entry tells that retention dropped it: it was taken out.",
                missing.start,
                missing.end - 1
            );
            self.find(Some(missing.start), problem);
        }
    }
}
