//! What is read of the tree and the entries of the audit log to sign it and to take it elsewhere.

use merkle::{Hash, TreeHead};
use rusqlite::{Connection, params};

use crate::audit_record::LoggedEntry;
use crate::error::Error;
use crate::sqlite::audit_entries::{frontier_of, hash, size};
use crate::sqlite::columns::count;
use crate::sqlite::statement::prepare;

/// What the tree is now, from the stored hashes.
pub(super) fn head(connection: &Connection) -> Result<TreeHead, Error> {
    Ok(frontier_of(connection, size(connection)?)?.tree_head())
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
