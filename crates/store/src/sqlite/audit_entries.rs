//! The table of the audit log: only added to, each entry in the transaction of what it tells, with its leaf of the
//! Merkle tree and the nodes that are complete with it.

use std::sync::{Mutex, PoisonError};

use merkle::{Frontier, Hash, Node, Span, leaf_hash, read_stored};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::audit_record::NewEntry;
use crate::error::{Error, ErrorKind};
use crate::sqlite::columns::count;
use crate::sqlite::statement::prepare;

/// The right edge of the tree as this process last left it. It counts only where the table still ends with the same leaf:
/// another process may have added to it, or a transaction was taken back.
#[derive(Debug, Default)]
pub(super) struct Tree(Mutex<Option<Edge>>);

#[derive(Clone, Debug)]
struct Edge {
    frontier: Frontier,
    last: Hash,
}

impl Tree {
    /// Where the table ends with `last`, and has as many entries.
    fn after(&self, last: Option<(u64, Hash)>) -> Option<Frontier> {
        let (number, last) = last?;
        let edge = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        (edge.frontier.size() == number + 1 && edge.last == last).then_some(edge.frontier)
    }

    fn keep(&self, frontier: Frontier, last: Hash) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Edge { frontier, last });
    }
}

/// Adds an entry. Called last in its transaction.
pub(super) fn append(connection: &Connection, entry: &NewEntry, tree: &Tree) -> Result<(), Error> {
    add(connection, entry, tree).map_err(|error| match error.kind {
        ErrorKind::Internal => Error::new(ErrorKind::AuditLog, "The audit log took no entry.").because(error),
        _ => error,
    })
}

fn add(connection: &Connection, entry: &NewEntry, tree: &Tree) -> Result<(), Error> {
    let last = last(connection)?;
    let mut frontier = match tree.after(last) {
        Some(frontier) => frontier,
        None => frontier_of(connection, last.map_or(0, |(number, _)| number + 1))?,
    };
    let leaf = leaf_hash(entry.body.as_bytes());
    let sql = "INSERT INTO audit_entries (number, at_ms, action, caller, project, request, body, leaf_sha256)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let NewEntry { at_ms, action, caller, project, request, body } = entry;
    let number = frontier.size() as i64;
    prepare(connection, sql)?.execute(params![
        number,
        at_ms,
        action,
        caller,
        project,
        request,
        body,
        leaf.as_bytes()
    ])?;
    let mut complete: Vec<(Node, Hash)> = Vec::new();
    frontier.append_with(leaf, |node, hash| {
        if node.level() > 0 && node.is_stored() {
            complete.push((node, hash));
        }
    })?;
    for (node, hash) in complete {
        let sql = "INSERT INTO audit_nodes (level, number, sha256) VALUES (?1, ?2, ?3)";
        prepare(connection, sql)?.execute(params![node.level(), node.index() as i64, hash.as_bytes()])?;
    }
    tree.keep(frontier, leaf);
    Ok(())
}

/// How many entries there are.
pub(super) fn size(connection: &Connection) -> Result<u64, Error> {
    Ok(last(connection)?.map_or(0, |(number, _)| number + 1))
}

/// The right edge of the tree with so many leaves, from what is stored.
pub(super) fn frontier_of(connection: &Connection, size: u64) -> Result<Frontier, Error> {
    Frontier::resume(size, read_stored(|spans: &[Span]| read_spans(connection, spans)))
}

/// The stored hashes of each span.
pub(super) fn read_spans(connection: &Connection, spans: &[Span]) -> Result<Vec<Vec<Hash>>, Error> {
    spans.iter().map(|span| read_span(connection, span)).collect()
}

fn read_span(connection: &Connection, span: &Span) -> Result<Vec<Hash>, Error> {
    let (first, end) = (span.first as i64, span.first as i64 + i64::from(span.count));
    let hash = |row: &Row<'_>| hash(row, 0);
    if span.level == 0 {
        let sql = "SELECT leaf_sha256 FROM audit_entries WHERE number >= ?1 AND number < ?2 ORDER BY number";
        return Ok(prepare(connection, sql)?.query_map([first, end], hash)?.collect::<Result<_, _>>()?);
    }
    let sql = "SELECT sha256 FROM audit_nodes WHERE level = ?3 AND number >= ?1 AND number < ?2 ORDER BY number";
    Ok(prepare(connection, sql)?.query_map([first, end, i64::from(span.level)], hash)?.collect::<Result<_, _>>()?)
}

fn last(connection: &Connection) -> Result<Option<(u64, Hash)>, Error> {
    let sql = "SELECT number, leaf_sha256 FROM audit_entries ORDER BY number DESC LIMIT 1";
    Ok(prepare(connection, sql)?.query_row([], |row| Ok((count(row, 0)?, hash(row, 1)?))).optional()?)
}

pub(super) fn hash(row: &Row<'_>, column: usize) -> rusqlite::Result<Hash> {
    row.get::<_, [u8; 32]>(column).map(Hash::from)
}

impl From<merkle::Error> for Error {
    fn from(cause: merkle::Error) -> Self {
        let message = "The audit log is damaged: what is stored of its tree does not fit together.";
        Self::new(ErrorKind::Damaged, message).because(cause)
    }
}
