//! Examining the log: everything that is kept is computed again.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use audit::{Anchor, Examination, KnownKey, KnownKeys, Report};
use domain::{Operation, Resource};
use serde::Serialize;
use store::{KeptPart, Store};

use super::anchor_folder::read_anchor;
use super::log_keys::LogPlace;
use super::parts::Parts;
use crate::authorise::authorise_change;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// Parts that wait between reading and computing.
const WAITING: usize = 4;

/// What is trusted from elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Public keys, as `name+id+key`; those that this machine knows where there are none.
    pub keys: Vec<String>,
    /// Files with signed checkpoints that were taken to a second place.
    pub checkpoints: Vec<PathBuf>,
}

impl Trust {
    pub(super) fn keys(&self) -> Result<Option<KnownKeys>, Error> {
        if self.keys.is_empty() {
            return Ok(None);
        }
        let wrong = |fault: audit::KeyFault| {
            let hint = "Give public keys as smart-begin audit key list shows them: name+id+key.";
            Error::invalid("key", format!("A key cannot be used: {fault}."), hint)
        };
        let known = |text: &String| Ok(KnownKey { verifier: text.trim().parse()?, retired_at: None });
        let keys: Result<Vec<_>, merkle::Error> = self.keys.iter().map(known).collect();
        keys.map_err(Into::into).and_then(KnownKeys::new).map(Some).map_err(wrong)
    }

    pub(super) fn anchors(&self) -> Result<Vec<Anchor>, Error> {
        self.checkpoints
            .iter()
            .map(|path| read_anchor(path).map_err(|cause| unreadable("checkpoint", path, cause)))
            .collect()
    }
}

/// What a verification says.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditVerdict {
    /// Whether nothing was found.
    pub sound: bool,
    /// The log.
    pub origin: String,
    /// Where the keys come from that were believed.
    pub keys_from: &'static str,
    /// What was found.
    #[serde(flatten)]
    pub report: Report,
}

/// Examines the log of this machine: its entries, hashes, checkpoints, and the checkpoints beside the database.
///
/// # Errors
/// When the caller may not, what is trusted cannot be read, or the store cannot. What is wrong with the log is no error.
pub fn verify_audit(
    services: &Services,
    call: &Call<'_>,
    place: &LogPlace,
    trust: &Trust,
) -> Result<AuditVerdict, Error> {
    let untold = tell(services, call)?;
    let (keys, keys_from) = match trust.keys()? {
        Some(keys) => (keys, "the keys that were given"),
        None => (place.known()?, "the keys of the data folder"),
    };
    let origin = keys.origin().to_owned();
    let mut examination = Examination::new(keys);
    place.anchors().read().iter().for_each(|anchor| examination.beside(anchor));
    trust.anchors()?.iter().for_each(|anchor| examination.anchor(anchor));
    let mut report = examine(&services.store, examination)?;
    if untold {
        report.find(None, "No entry can be added any more, not even one on this verification: what is stored at the end of the tree does not fit together.");
    }
    Ok(AuditVerdict { sound: report.is_sound(), origin, keys_from, report })
}

/// Writes that the log is verified. True where it is too damaged for an entry: then most of all it must be looked at, and a
/// verification shows nothing of what entries say.
fn tell(services: &Services, call: &Call<'_>) -> Result<bool, Error> {
    let draft = authorise_change(services, call, Operation::ReadAudit, Resource::default())?;
    match services.store.record(&[draft.detail("verify").finish()?]) {
        Ok(()) => Ok(false),
        Err(fault) if fault.kind == store::ErrorKind::Damaged => Ok(true),
        Err(fault) => Err(fault.into()),
    }
}

/// One thread reads, another computes.
fn examine(store: &Store, mut examination: Examination) -> Result<Report, Error> {
    let (sender, receiver) = sync_channel::<Parts>(WAITING);
    thread::scope(|scope| {
        let computing = scope.spawn(move || {
            feed(&mut examination, &receiver);
            examination.finish()
        });
        let mut parts = Parts::default();
        let read = store.examine_audit(|part: KeptPart<'_>| {
            parts.add(&part);
            if parts.is_full() {
                // The other thread takes all until this one is gone.
                let _ = sender.send(std::mem::take(&mut parts));
            }
        });
        let _ = sender.send(parts);
        drop(sender);
        let mut report = computing.join().map_err(|_| Error::internal("the computing thread broke down"))?;
        read.map_or_else(|fault| tell_damage(&mut report, fault), Ok)?;
        Ok(report)
    })
}

fn feed(examination: &mut Examination, parts: &Receiver<Parts>) {
    for parts in parts {
        parts.feed(examination);
    }
}

/// A database that cannot be read to its end is a finding; one that cannot be reached is not.
fn tell_damage(report: &mut Report, fault: store::Error) -> Result<(), Error> {
    if fault.kind != store::ErrorKind::Damaged {
        return Err(fault.into());
    }
    report.find(Some(report.to), format!("The database is damaged: it cannot be read beyond entry {}.", report.to));
    Ok(())
}

/// Examines an export, without a store: against the keys that are trusted, else against those in it.
///
/// # Errors
/// When a file cannot be read, or a key cannot be used.
pub fn verify_audit_export(export: &Path, trust: &Trust) -> Result<AuditVerdict, Error> {
    let (keys, anchors) = (trust.keys()?, trust.anchors()?);
    let keys_from = if keys.is_some() { "the keys that were given" } else { "the keys in the export itself" };
    let file = File::open(export).map_err(|cause| unreadable("export", export, cause))?;
    let verdict = audit::verify_export(BufReader::with_capacity(1 << 16, file), keys, &anchors)
        .map_err(|cause| unreadable("export", export, cause))?;
    Ok(AuditVerdict { sound: verdict.report.is_sound(), origin: verdict.origin, keys_from, report: verdict.report })
}

pub(super) fn unreadable(field: &'static str, path: &Path, cause: io::Error) -> Error {
    let message = format!("The file cannot be read: {}.", path.display());
    let hint = "Name a file that is there and that you may read.";
    Error { field: Some(field), ..Error::new(ErrorKind::Invalid, message, hint).because(cause) }
}
