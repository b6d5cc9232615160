//! An export examined, with nothing but the keys at hand.

use std::io::{self, BufRead};

use merkle::{Checkpoint, ConsistencyProof};

use crate::export::{ExportFault, ExportReader, Header};
use crate::findings::Report;
use crate::kept::Kept;
use crate::keys::{KeyFault, KnownKey, KnownKeys};
use crate::verify::{Anchor, By, Examination};

/// What an export turned out to be.
#[derive(Debug)]
pub struct ExportVerdict {
    /// The log that it says it is of.
    pub origin: String,
    /// What was found.
    pub report: Report,
}

/// Examines the export in `source`: against `keys`, or against those in it, which shows only that it agrees with itself.
///
/// # Errors
/// When the operating system does not let us read it. Everything else is a finding.
pub fn verify_export(
    source: impl BufRead,
    keys: Option<KnownKeys>,
    anchors: &[Anchor],
) -> Result<ExportVerdict, io::Error> {
    let (header, mut reader) = match ExportReader::open(source) {
        Ok(opened) => opened,
        Err(ExportFault::Io(cause)) => return Err(cause),
        Err(fault) => return Ok(unreadable(&fault)),
    };
    let keys = match keys.map_or_else(|| known_keys(&header), Ok) {
        Ok(keys) => keys,
        Err(fault) => return Ok(unreadable(&fault)),
    };
    let mut examination = Examination::from(keys.clone(), header.before.clone());
    if header.origin != keys.origin() {
        let problem =
            format!("The export says that it is of another log than the keys, whose log is {:?}.", keys.origin());
        examination.find(None, problem);
    }
    let newest = newest(&header, &keys, &mut examination);
    let linked = newest.as_ref().filter(|checkpoint| checkpoint.tree().size() > header.to);
    let anchored = add_anchors(&mut examination, anchors, &keys, linked);
    examination.begin(false);
    feed(&mut examination, &mut reader)?;
    compare_end(&mut examination, &header, linked);
    let mut report = examination.finish();
    report.anchors += anchored;
    if report.entries > 0 && report.vouched_to <= report.from {
        report.find(None, "No signed checkpoint vouches for these entries. Export again, from an earlier entry or after a checkpoint (smart-begin audit checkpoint).");
    }
    Ok(ExportVerdict { origin: header.origin, report })
}

fn unreadable(fault: &dyn std::error::Error) -> ExportVerdict {
    let mut report = Report::default();
    report.find(None, format!("The export is not as it was written: {fault}."));
    ExportVerdict { origin: String::new(), report }
}

fn known_keys(header: &Header) -> Result<KnownKeys, KeyFault> {
    let known =
        |(verifier, retired_at): &(_, _)| KnownKey { verifier: Clone::clone(verifier), retired_at: *retired_at };
    KnownKeys::new(header.keys.iter().map(known).collect())
}

/// The checkpoint in the header. Where it is of a tree within the export, the entries must lead to it.
fn newest(header: &Header, keys: &KnownKeys, examination: &mut Examination) -> Option<Checkpoint> {
    const SOURCE: &str = "the checkpoint of the export";
    let Some(note) = &header.checkpoint else {
        if !header.consistency.is_empty() {
            examination.find(None, "The export has a proof, and no checkpoint that it could lead to.");
        }
        return None;
    };
    match keys.open(note) {
        Ok(checkpoint) => {
            if checkpoint.tree().size() <= header.to {
                examination.anchored_or_kept(SOURCE, *checkpoint.tree(), By::Log);
                if !header.consistency.is_empty() {
                    examination.find(None, "The export has a proof that its checkpoint does not need: it was altered.");
                }
            }
            Some(checkpoint)
        }
        Err(fault) => {
            examination.find(None, format!("Of {SOURCE}: {fault}."));
            None
        }
    }
}

/// Adds the anchors. One that is the very checkpoint of the header, beyond the last entry, is tied by its proof: how many.
fn add_anchors(
    examination: &mut Examination,
    anchors: &[Anchor],
    keys: &KnownKeys,
    linked: Option<&Checkpoint>,
) -> u64 {
    let mut tied = 0;
    for anchor in anchors {
        let opened = merkle::Note::parse(&anchor.note).ok().and_then(|note| keys.open(&note).ok());
        if linked.is_some() && opened.as_ref().map(Checkpoint::tree) == linked.map(Checkpoint::tree) {
            tied += 1;
        } else {
            examination.anchor(anchor);
        }
    }
    tied
}

fn feed(examination: &mut Examination, reader: &mut ExportReader<impl BufRead>) -> Result<(), io::Error> {
    loop {
        match reader.entry() {
            Ok(None) => return Ok(()),
            Ok(Some(line)) => examination.entry(&Kept {
                number: i64::try_from(line.number).unwrap_or(i64::MAX),
                columns: None,
                body: line.body.as_deref().map(str::as_bytes),
                leaf: line.leaf.as_bytes(),
            }),
            Err(ExportFault::Io(cause)) => return Err(cause),
            Err(fault) => examination.find(None, format!("The export is not as it was written: {fault}.")),
        }
    }
}

/// What the header says of the end, and the proof from there to a later checkpoint.
fn compare_end(examination: &mut Examination, header: &Header, linked: Option<&Checkpoint>) {
    let Some(tree) = examination.tree_head() else { return };
    if tree.size() != header.to {
        let problem = format!(
            "The export holds entries up to {}, and should hold them up to {}: the end was cut off.",
            tree.size(),
            header.to
        );
        examination.find(None, problem);
        return;
    }
    if tree.root() != header.root {
        examination.find(
            None,
            "The entries do not lead to the root that the export names: one of them, or the header, was altered.",
        );
    }
    let Some(checkpoint) = linked else { return };
    let proof = ConsistencyProof::new(header.consistency.clone());
    if tree.size() == 0 {
        return;
    }
    match proof.verify(&tree, checkpoint.tree()) {
        Ok(()) => examination.vouched_by_proof(),
        Err(fault) => {
            examination.find(None, format!("The entries do not lead to the checkpoint of the export: {fault}."))
        }
    }
}
