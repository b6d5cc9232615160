//! A log in memory, as a store keeps it, and what can be done to it.

use std::collections::BTreeMap;

use audit::{
    Anchor, Columns, Dropped, Encoded, Entry, Examination, Header, Kept, KnownKey, KnownKeys, Ranges, Report,
    SigningKeys, entry_line, private_key_line,
};
use domain::{AuditAction, Operation, Outcome, RequestId, SecurityEvent};
use merkle::{ConsistencyProof, Frontier, Hash, Node, TreeHead, leaf_hash};

/// Name of the log in all tests.
pub(crate) const ORIGIN: &str = "example.com/audit";

/// An entry as kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) number: i64,
    pub(crate) at_ms: Option<i64>,
    /// Action, caller, project, request.
    pub(crate) texts: [Option<Vec<u8>>; 4],
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) leaf: Vec<u8>,
}

/// All that is kept.
#[derive(Clone)]
pub(crate) struct Log {
    pub(crate) rows: Vec<Row>,
    pub(crate) nodes: Vec<(i64, i64, Vec<u8>)>,
    pub(crate) checkpoints: Vec<(i64, Vec<u8>)>,
    pub(crate) anchors: Vec<Anchor>,
    heads: Vec<TreeHead>,
    frontier: Frontier,
    all: BTreeMap<Node, Hash>,
}

/// The signing key made of this.
pub(crate) fn keys(seed: u8) -> SigningKeys {
    SigningKeys::parse(&private_key_line(ORIGIN, &[seed; 32]).unwrap()).unwrap()
}

/// The public key made of this.
pub(crate) fn known(seed: u8) -> KnownKeys {
    let verifier = keys(seed).verifiers().next().unwrap().clone();
    KnownKeys::new(vec![KnownKey { verifier, retired_at: None }]).unwrap()
}

fn entry(number: usize, action: AuditAction, detail: Option<String>) -> Encoded {
    let entry = Entry {
        at_ms: 1_795_000_000_000 + i64::try_from(number).unwrap(),
        action,
        outcome: Outcome::Success,
        caller: format!("corp:person \"{}\"", number % 7),
        credential: Some("api-token"),
        credential_id: None,
        address: Some("192.0.2.7".to_owned()),
        face: Some("http"),
        request: format!("req_{number:024}").parse().unwrap_or_else(|_| RequestId::random().unwrap()),
        project: number.is_multiple_of(3).then(|| format!("prj_{number}")),
        resource: None,
        detail,
        count: 1,
    };
    entry.encode().unwrap()
}

impl Log {
    pub(crate) fn empty() -> Self {
        let (heads, all) = (vec![TreeHead::EMPTY], BTreeMap::new());
        let (rows, nodes, checkpoints, anchors) = Default::default();
        Self { rows, nodes, checkpoints, anchors, heads, frontier: Frontier::new(), all }
    }

    /// A log of `count` entries with a checkpoint after each `every`.
    pub(crate) fn of(count: usize, every: usize) -> Self {
        let mut log = Self::empty();
        for number in 0..count {
            log.append(AuditAction::Event(SecurityEvent::SignedIn), None);
            if (number + 1) % every == 0 {
                log.sign(1);
            }
        }
        log
    }

    pub(crate) fn append(&mut self, action: AuditAction, detail: Option<String>) {
        let encoded = entry(self.rows.len(), action, detail);
        let leaf = leaf_hash(encoded.body.as_bytes());
        let (nodes, all) = (&mut self.nodes, &mut self.all);
        self.frontier
            .append_with(leaf, |node, hash| {
                all.insert(node, hash);
                if node.is_stored() && node.level() > 0 {
                    nodes.push((node.level().into(), i64::try_from(node.index()).unwrap(), hash.as_bytes().to_vec()));
                }
            })
            .unwrap();
        self.heads.push(self.frontier.tree_head());
        let text = |text: String| Some(text.into_bytes());
        self.rows.push(Row {
            number: i64::try_from(self.rows.len()).unwrap(),
            at_ms: Some(encoded.at_ms),
            texts: [text(encoded.action), text(encoded.caller), encoded.project.and_then(text), text(encoded.request)],
            body: text(encoded.body),
            leaf: leaf.as_bytes().to_vec(),
        });
    }

    /// Signs what the log is now, as `seed`'s owner.
    pub(crate) fn sign(&mut self, seed: u8) -> Vec<u8> {
        let note = keys(seed).sign(self.frontier.tree_head()).unwrap().to_string().into_bytes();
        self.checkpoints.push((i64::try_from(self.rows.len()).unwrap(), note.clone()));
        note
    }

    /// Keeps the newest checkpoint in a second place.
    pub(crate) fn anchor(&mut self) {
        let note = self.checkpoints.last().unwrap().1.clone();
        self.anchors.push(Anchor { source: "a second place".to_owned(), note });
    }

    /// Drops the texts of these entries.
    pub(crate) fn blank(&mut self, numbers: impl IntoIterator<Item = usize>) {
        for number in numbers {
            let row = &mut self.rows[number];
            (row.at_ms, row.body) = (None, None);
            row.texts = [const { None }; 4];
        }
    }

    /// The same as retention does it: told of.
    pub(crate) fn retain(&mut self, numbers: std::ops::Range<usize>) {
        let mut ranges = Ranges::default();
        numbers.clone().for_each(|number| ranges.push(number as u64));
        self.append(AuditAction::Asked(Operation::ManageAudit), Some(Dropped::of(&ranges, 0).detail().unwrap()));
        self.blank(numbers);
    }

    pub(crate) fn examine(&self) -> Report {
        self.examine_with(known(1))
    }

    pub(crate) fn examine_with(&self, keys: KnownKeys) -> Report {
        let mut examination = Examination::new(keys);
        self.checkpoints.iter().for_each(|(size, note)| examination.stored_checkpoint(*size, note));
        self.anchors.iter().for_each(|anchor| examination.anchor(anchor));
        self.nodes.iter().for_each(|(level, number, hash)| examination.stored_node(*level, *number, hash));
        examination.begin(true);
        for row in &self.rows {
            let [action, caller, project, request] = row.texts.each_ref().map(|text| text.as_deref());
            let columns = Some(Columns { at_ms: row.at_ms, action, caller, project, request });
            examination.entry(&Kept { number: row.number, columns, body: row.body.as_deref(), leaf: &row.leaf });
        }
        examination.finish()
    }

    /// An export of the entries from `from` up to `to`.
    pub(crate) fn export(&self, from: usize, to: usize) -> String {
        let read = |nodes: &[Node]| Ok::<_, merkle::Error>(nodes.iter().map(|node| self.all[node]).collect());
        let newest = self.checkpoints.last();
        let size = newest.map_or(0, |(size, _)| u64::try_from(*size).unwrap());
        let consistency = if size > to as u64 {
            ConsistencyProof::build(to as u64, size, read).unwrap().hashes().to_vec()
        } else {
            Vec::new()
        };
        let header = Header {
            origin: ORIGIN.to_owned(),
            before: Frontier::resume(from as u64, read).unwrap(),
            to: to as u64,
            root: self.heads[to].root(),
            keys: vec![(keys(1).verifiers().next().unwrap().clone(), None)],
            checkpoint: newest.map(|(_, note)| merkle::Note::parse(note).unwrap()),
            consistency,
        };
        let line = |row: &Row| {
            let body = row.body.as_ref().map(|body| std::str::from_utf8(body).unwrap());
            entry_line(row.number.unsigned_abs(), &row.leaf.as_slice().try_into().unwrap(), body).unwrap()
        };
        header.line().unwrap() + &self.rows[from..to].iter().map(line).collect::<String>()
    }
}
