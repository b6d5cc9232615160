//! Taking the log elsewhere as one file: for an auditor who checks it, or for a spreadsheet.

use std::io::{self, Write};

use audit::{CsvExport, Encoded, Header, entry_line};
use merkle::Note;
use schemars::JsonSchema;
use serde::Serialize;
use store::ReadEntry;

use super::log_keys::LogPlace;
use super::shown::{AuditEntryList, AuditEntryShown};
use crate::clock::rfc3339;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// Entries that are read at once.
const BATCH: u32 = 1_000;

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportedAs {
    /// JSON lines, which `audit verify --export` checks.
    JsonLines,
    /// CSV, for spreadsheets.
    Csv,
}

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditExport {
    /// The number of the first entry.
    pub from: u64,
    /// The number after the last one: where the next export begins.
    pub to: u64,
    /// Entries that a signed checkpoint vouches for: all before this number.
    pub vouched_to: u64,
}

/// Writes the entries from `from` up to and without `to` (all where there is none) to `out`.
///
/// # Errors
/// When the caller may not, there are no such entries, one is not as it was written, or `out` takes no more.
pub fn export_audit(
    services: &Services,
    call: &Call<'_>,
    place: &LogPlace,
    (from, to): (u64, Option<u64>),
    form: ExportedAs,
    out: &mut dyn Write,
) -> Result<AuditExport, Error> {
    let size = services.store.audit_size()?;
    super::read::open(services, call, &format!("export from {from} to {}", to.unwrap_or(size + 1)))?;
    let to = to.unwrap_or(services.store.audit_size()?);
    if from > to || to > services.store.audit_size()? {
        let hint = format!("The log has {size} entries, numbered from 0; --to is the number after the last one.");
        return Err(Error::invalid("from", "There are no such entries.", hint));
    }
    let newest = services.store.audit_checkpoint(None)?;
    let vouched_to = newest.as_ref().map_or(0, |(size, _)| *size).min(to);
    match form {
        ExportedAs::JsonLines => {
            let header = header(services, place, from, to, newest)?;
            write(out, header.line().map_err(Error::internal)?.as_bytes())?;
            each(services, from, to, |entry| {
                let body = entry.text.as_ref().map(|text| text.body.as_str());
                let line = entry_line(entry.number, &entry.leaf, body).map_err(Error::internal)?;
                write(out, line.as_bytes())
            })?;
        }
        ExportedAs::Csv => write_csv(services, from, to, out)?,
    }
    out.flush().map_err(unwritable)?;
    Ok(AuditExport { from, to, vouched_to })
}

fn header(
    services: &Services,
    place: &LogPlace,
    from: u64,
    to: u64,
    newest: Option<(u64, String)>,
) -> Result<Header, Error> {
    let (store, known) = (&services.store, place.known()?);
    let beyond = newest.as_ref().map(|(size, _)| *size).filter(|size| *size > to && to > 0);
    let consistency = beyond.map(|size| store.prove_consistency(to, size)).transpose()?;
    Ok(Header {
        origin: known.origin().to_owned(),
        before: store.audit_frontier(from)?,
        to,
        root: store.audit_frontier(to)?.root(),
        keys: known.keys().iter().map(|key| (key.verifier.clone(), key.retired_at)).collect(),
        checkpoint: newest.map(|(_, note)| Note::parse(note.as_bytes())).transpose().map_err(damaged)?,
        consistency: consistency.map_or_else(Vec::new, |proof| proof.hashes().to_vec()),
    })
}

fn write_csv(services: &Services, from: u64, to: u64, out: &mut dyn Write) -> Result<(), Error> {
    let mut csv = CsvExport::new(out).map_err(io::Error::from).map_err(unwritable)?;
    each(services, from, to, |entry| {
        let kept = entry.text.as_ref().map(|text| {
            let text = text.clone();
            let (at_ms, action, caller, project) = (text.at_ms, text.action, text.caller, text.project);
            (rfc3339(at_ms), Encoded { at_ms, action, caller, project, request: text.request, body: text.body })
        });
        let kept = kept.as_ref().map(|(time, encoded)| (time.as_str(), encoded));
        csv.entry(entry.number, &entry.leaf, kept).map_err(io::Error::from).map_err(unwritable)
    })?;
    csv.finish().map_err(io::Error::from).map_err(unwritable)
}

fn each(
    services: &Services,
    from: u64,
    to: u64,
    mut take: impl FnMut(&ReadEntry) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut next = from;
    while next < to {
        let batch = services.store.audit_range(next..to, BATCH)?;
        for entry in &batch {
            take(entry)?;
        }
        match batch.last() {
            Some(last) if last.number + 1 > next => next = last.number + 1,
            _ => return Err(damaged(merkle::Error::NotIncluded)),
        }
    }
    Ok(())
}

fn write(out: &mut dyn Write, bytes: &[u8]) -> Result<(), Error> {
    out.write_all(bytes).map_err(unwritable)
}

fn unwritable(cause: io::Error) -> Error {
    let hint = "Look at the place it goes to and how much room is there, then try again.";
    Error::new(ErrorKind::Unavailable, "The export could not be written.", hint).because(cause)
}

/// The log does not fit together.
pub(super) fn damaged(cause: merkle::Error) -> Error {
    let hint = "Run smart-begin audit verify: it says what is not as it was written.";
    Error::new(ErrorKind::Unavailable, "The audit log is damaged.", hint).because(cause)
}

/// Entries for a spreadsheet.
///
/// # Errors
/// Never; an error is a fault of this program.
pub fn audit_csv(list: &AuditEntryList) -> Result<String, Error> {
    let mut text = Vec::new();
    let mut csv = CsvExport::new(&mut text).map_err(Error::internal)?;
    for entry in &list.entries {
        let AuditEntryShown { number, leaf_hash, time, action, caller, project, request, body, .. } = entry;
        let all = [&Some(number.to_string()), &Some(leaf_hash.clone()), time, action, caller, project, request, body];
        csv.cells(all.map(|cell| cell.as_deref().unwrap_or_default())).map_err(Error::internal)?;
    }
    csv.finish().map_err(Error::internal)?;
    String::from_utf8(text).map_err(Error::internal)
}
