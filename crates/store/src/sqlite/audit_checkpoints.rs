//! The table of signed checkpoints of the audit log, and what entries and tree must be read for to make and publish them.

use merkle::{ConsistencyProof, Hash, TreeHead, read_stored};
use rusqlite::{Connection, OptionalExtension, params};

use crate::audit_record::LoggedEntry;
use crate::error::{Error, ErrorKind};
use crate::sqlite::audit_entries::{frontier_of, hash, read_spans, size};
use crate::sqlite::columns::count;
use crate::sqlite::statement::prepare;

/// What the tree is now, from the stored hashes.
pub(super) fn head(connection: &Connection) -> Result<TreeHead, Error> {
    Ok(frontier_of(connection, size(connection)?)?.tree_head())
}

/// That the tree of `new` entries continues that of `old`, from the stored hashes.
pub(super) fn consistency(connection: &Connection, old: u64, new: u64) -> Result<ConsistencyProof, Error> {
    ConsistencyProof::build(old, new, read_stored(|spans: &[merkle::Span]| read_spans(connection, spans)))
}

pub(super) fn last(connection: &Connection) -> Result<Option<(u64, String)>, Error> {
    let sql = "SELECT size, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1";
    Ok(prepare(connection, sql)?.query_row([], |row| Ok((count(row, 0)?, row.get(1)?))).optional()?)
}

/// Keeps the note; false where there is one of this size.
pub(super) fn add(connection: &Connection, of: u64, note: &str) -> Result<bool, Error> {
    if of > size(connection)? {
        return Err(Error::new(ErrorKind::Internal, "A checkpoint of more entries than there are cannot be kept."));
    }
    let sql = "INSERT INTO audit_checkpoints (size, note) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    Ok(prepare(connection, sql)?.execute(params![i64::try_from(of).unwrap_or(i64::MAX), note])? > 0)
}

pub(super) fn entries(connection: &Connection, from: u64, limit: u32) -> Result<Vec<LoggedEntry>, Error> {
    let sql = "SELECT number, leaf_sha256, at_ms, action, body FROM audit_entries WHERE number >= ?1 ORDER BY number LIMIT ?2";
    let read = |row: &rusqlite::Row<'_>| {
        let leaf: Hash = hash(row, 1)?;
        let (at_ms, action): (Option<i64>, Option<String>) = (row.get(2)?, row.get(3)?);
        Ok(LoggedEntry {
            number: count(row, 0)?,
            leaf_sha256: *leaf.as_bytes(),
            at_ms: at_ms.unwrap_or_default(),
            action: action.unwrap_or_default(),
            body: row.get(4)?,
        })
    };
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    Ok(prepare(connection, sql)?.query_map(params![from, limit], read)?.collect::<Result<_, _>>()?)
}
