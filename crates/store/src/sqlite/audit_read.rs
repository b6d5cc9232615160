//! Reading the audit log: to examine it, to look for entries, and to prove that they are in it.

use std::ops::Range;

use merkle::{ConsistencyProof, Frontier, InclusionProof, Span, leaf_hash, read_stored};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use crate::audit_log::{AuditFilter, KeptEntry, KeptPart, ReadEntry};
use crate::audit_record::{AccessLine, NewEntry};
use crate::error::{Error, ErrorKind};
use crate::sqlite::audit_entries::{frontier_of, hash, read_spans};
use crate::sqlite::audit_indexes::IndexSums;
use crate::sqlite::columns::count;
use crate::sqlite::engine::Sqlite;
use crate::sqlite::statement::prepare;

/// All of a `ReadEntry`, in the order in which `read_entry` takes it.
macro_rules! columns {
    () => {
        "number, leaf_sha256, at_ms, action, caller, project, request, body"
    };
}

impl Sqlite {
    pub(crate) fn examine_audit(&self, mut each: impl FnMut(KeptPart<'_>)) -> Result<(), Error> {
        self.readers.read(|connection| {
            // One moment for all that follows; reading alone, there is nothing to take back.
            let moment = connection.unchecked_transaction()?;
            examine(&moment, &mut each)
        })
    }

    pub(crate) fn audit_newest(
        &self,
        filter: &AuditFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<ReadEntry>, Error> {
        let (mut conditions, mut values) = conditions(filter);
        if let Some(before) = before {
            conditions.push_str(" AND number < ?");
            values.push(Value::Integer(integer(before)));
        }
        values.push(Value::Integer(limit.into()));
        let sql = format!(
            concat!("SELECT ", columns!(), " FROM audit_entries WHERE 1{} ORDER BY number DESC LIMIT ?"),
            conditions
        );
        self.readers.read(|connection| {
            let mut statement = prepare(connection, &sql)?;
            let entries: Vec<ReadEntry> =
                statement.query_map(params_from_iter(values), read_entry)?.collect::<Result<_, _>>()?;
            // What an index led to is looked at again.
            match entries.iter().find(|entry| !fits(entry, filter)) {
                Some(entry) => Err(altered(entry.number)),
                None => checked(entries),
            }
        })
    }

    pub(crate) fn audit_range(&self, range: Range<u64>, limit: u32) -> Result<Vec<ReadEntry>, Error> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM audit_entries WHERE number >= ?1 AND number < ?2 ORDER BY number LIMIT ?3"
        );
        self.readers.read(|connection| {
            let mut statement = prepare(connection, sql)?;
            let rows = statement.query_map(params![integer(range.start), integer(range.end), limit], read_entry)?;
            checked(rows.collect::<Result<_, _>>()?)
        })
    }

    pub(crate) fn access_newest(&self, filter: &AuditFilter, limit: u32) -> Result<Vec<AccessLine>, Error> {
        let (conditions, mut values) = conditions(filter);
        values.push(Value::Integer(limit.into()));
        let sql = format!(
            "SELECT at_ms, action, outcome, caller, face, address, project, request FROM access_log
             WHERE 1{conditions} ORDER BY number DESC LIMIT ?"
        );
        self.readers.read(|connection| {
            let mut statement = prepare(connection, &sql)?;
            Ok(statement.query_map(params_from_iter(values), read_line)?.collect::<Result<_, _>>()?)
        })
    }

    pub(crate) fn audit_frontier(&self, size: u64) -> Result<Frontier, Error> {
        self.readers.read(|connection| frontier_of(connection, size))
    }

    pub(crate) fn prove_inclusion(&self, number: u64, size: u64) -> Result<InclusionProof, Error> {
        self.readers.read(|connection| {
            InclusionProof::build(number, size, read_stored(|spans: &[Span]| read_spans(connection, spans)))
        })
    }

    pub(crate) fn prove_consistency(&self, old: u64, new: u64) -> Result<ConsistencyProof, Error> {
        self.readers.read(|connection| {
            ConsistencyProof::build(old, new, read_stored(|spans: &[Span]| read_spans(connection, spans)))
        })
    }

    pub(crate) fn audit_checkpoint(&self, size: Option<u64>) -> Result<Option<(u64, String)>, Error> {
        let sql = "SELECT size, note FROM audit_checkpoints WHERE size = ?1 OR ?1 IS NULL ORDER BY size DESC LIMIT 1";
        self.readers.read(|connection| {
            let read = |row: &Row<'_>| Ok((count(row, 0)?, row.get(1)?));
            Ok(prepare(connection, sql)?.query_row([size.map(integer)], read).optional()?)
        })
    }
}

fn examine(connection: &Connection, each: &mut impl FnMut(KeptPart<'_>)) -> Result<(), Error> {
    let mut statement = prepare(connection, "SELECT size, note FROM audit_checkpoints ORDER BY size")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(KeptPart::Checkpoint { size: number(row, 0)?, note: bytes(row, 1)?.unwrap_or_default() });
    }
    let mut statement = prepare(connection, "SELECT level, number, sha256 FROM audit_nodes ORDER BY level, number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let hash = bytes(row, 2)?.unwrap_or_default();
        each(KeptPart::Node { level: number(row, 0)?, number: number(row, 1)?, hash });
    }
    each(KeptPart::Entries);
    let sql = concat!("SELECT ", columns!(), " FROM audit_entries ORDER BY number");
    let mut statement = prepare(connection, sql)?;
    let mut rows = statement.query([])?;
    let mut sums = IndexSums::default();
    while let Some(row) = rows.next()? {
        let entry = KeptEntry {
            number: number(row, 0)?,
            leaf: bytes(row, 1)?.unwrap_or_default(),
            at_ms: match row.get_ref(2)? {
                ValueRef::Null => None,
                _ => Some(number(row, 2)?),
            },
            action: bytes(row, 3)?,
            caller: bytes(row, 4)?,
            project: bytes(row, 5)?,
            request: bytes(row, 6)?,
            body: bytes(row, 7)?,
        };
        sums.add(&entry);
        each(KeptPart::Entry(entry));
    }
    sums.compare(connection, |name| each(KeptPart::IndexFault(name)))
}

/// An integer; something else in its place is told as one that no entry has.
pub(super) fn number(row: &Row<'_>, column: usize) -> Result<i64, Error> {
    Ok(row.get_ref(column)?.as_i64().unwrap_or(i64::MIN))
}

/// The bytes of a text or blob, as they lie there; a number in their place is told as bytes that are no text.
pub(super) fn bytes<'a>(row: &'a Row<'_>, column: usize) -> Result<Option<&'a [u8]>, Error> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => None,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes),
        ValueRef::Integer(_) | ValueRef::Real(_) => Some(b"\xff"),
    })
}

fn conditions(filter: &AuditFilter) -> (String, Vec<Value>) {
    let text = |text: &Option<String>| text.clone().map(Value::Text);
    let all = [
        (" AND at_ms >= ?", filter.since_ms.map(Value::Integer)),
        (" AND at_ms < ?", filter.until_ms.map(Value::Integer)),
        (" AND caller = ?", text(&filter.caller)),
        (" AND action = ?", text(&filter.action)),
        (" AND project = ?", text(&filter.project)),
        (" AND request = ?", text(&filter.request)),
    ];
    let given = all.into_iter().filter_map(|(condition, value)| value.map(|value| (condition, value)));
    given.unzip()
}

fn fits(entry: &ReadEntry, filter: &AuditFilter) -> bool {
    let Some(text) = &entry.text else { return *filter == AuditFilter::default() };
    let same = |asked: &Option<String>, is: Option<&String>| asked.is_none() || asked.as_ref() == is;
    filter.since_ms.is_none_or(|since| text.at_ms >= since)
        && filter.until_ms.is_none_or(|until| text.at_ms < until)
        && same(&filter.caller, Some(&text.caller))
        && same(&filter.action, Some(&text.action))
        && same(&filter.project, text.project.as_ref())
        && same(&filter.request, Some(&text.request))
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<ReadEntry> {
    let body: Option<String> = row.get(7)?;
    let text = body.map(|body| {
        Ok::<_, rusqlite::Error>(NewEntry {
            at_ms: row.get(2)?,
            action: row.get(3)?,
            caller: row.get(4)?,
            project: row.get(5)?,
            request: row.get(6)?,
            body,
        })
    });
    Ok(ReadEntry { number: count(row, 0)?, leaf: hash(row, 1)?, text: text.transpose()? })
}

/// Nobody is shown an entry that is not what was written.
fn checked(entries: Vec<ReadEntry>) -> Result<Vec<ReadEntry>, Error> {
    let sound =
        |entry: &ReadEntry| entry.text.as_ref().is_none_or(|text| leaf_hash(text.body.as_bytes()) == entry.leaf);
    match entries.iter().find(|entry| !sound(entry)) {
        Some(entry) => Err(altered(entry.number)),
        None => Ok(entries),
    }
}

fn altered(number: u64) -> Error {
    Error::new(ErrorKind::Damaged, format!("Entry {number} of the audit log is not as it was written."))
}

fn read_line(row: &Row<'_>) -> rusqlite::Result<AccessLine> {
    Ok(AccessLine {
        at_ms: row.get(0)?,
        action: row.get(1)?,
        outcome: row.get(2)?,
        caller: row.get(3)?,
        face: row.get(4)?,
        address: row.get(5)?,
        project: row.get(6)?,
        request: row.get(7)?,
    })
}

fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
