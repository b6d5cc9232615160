//! The layout of the database, step by step. A step that was shipped is never edited: its checksum is recorded.
//!
//! To add one: write `migrations/NNNN_what.sql`, and name it at the end of `STEPS`.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind};
use crate::sqlite::clock::now_ms;
use crate::sqlite::statement::prepare;

struct Step {
    name: &'static str,
    sql: &'static str,
}

/// The step at index 0 has version 1.
const STEPS: &[Step] = &[Step { name: "projects", sql: include_str!("migrations/0001_projects.sql") }];

/// "SBeg": tells our files from other programs' databases.
const APPLICATION: i32 = 0x5342_6567;

const RECORD: &str = "CREATE TABLE schema_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    applied_at_ms INTEGER NOT NULL
) STRICT";

/// Gives a new, empty database its layout.
pub(super) fn lay_out(connection: &mut Connection) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(RECORD)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    apply_from(&transaction, 0)?;
    Ok(transaction.commit()?)
}

/// Brings the database to the newest layout, or refuses it. Cheap when there is nothing to do.
pub(super) fn update(connection: &mut Connection) -> Result<(), Error> {
    if check(connection)? == STEPS.len() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    let applied = check(&transaction)?;
    apply_from(&transaction, applied)?;
    Ok(transaction.commit()?)
}

fn apply_from(transaction: &Transaction<'_>, applied: usize) -> Result<(), Error> {
    (1..).zip(STEPS).skip(applied).try_for_each(|(version, step)| apply(transaction, version, step))
}

fn apply(transaction: &Transaction<'_>, version: u32, step: &Step) -> Result<(), Error> {
    tracing::info!(version, name = step.name, "changing the store's layout");
    transaction.execute_batch(step.sql)?;
    let sha256 = checksum(step);
    let sql = "INSERT INTO schema_migrations (version, name, sha256, applied_at_ms) VALUES (?1, ?2, ?3, ?4)";
    transaction.execute(sql, params![version, step.name, sha256, now_ms()])?;
    Ok(())
}

/// How many steps the database has had, after checking that they were ours.
fn check(connection: &Connection) -> Result<usize, Error> {
    let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application != APPLICATION {
        return Err(damaged("It is another program's, or was never finished."));
    }
    let sql = "SELECT version, sha256 FROM schema_migrations ORDER BY version";
    let mut statement = prepare(connection, sql)?;
    let found = statement
        .query_map([], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, [u8; 32]>(1)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    refuse_newer(found.last().map_or(0, |(version, _)| *version))?;
    for ((expected, step), (version, sha256)) in (1..).zip(STEPS).zip(&found) {
        if *version != expected || *sha256 != checksum(step) {
            return Err(damaged("The record of its layout is not this program's."));
        }
    }
    Ok(found.len())
}

fn refuse_newer(found: u32) -> Result<(), Error> {
    let supported = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
    if found <= supported {
        return Ok(());
    }
    let message = format!("The store has layout {found}; this program knows layouts up to {supported}.");
    Err(Error::new(ErrorKind::Newer { found, supported }, message))
}

fn damaged(why: &str) -> Error {
    Error::new(ErrorKind::Damaged, format!("The store is not sound. {why}"))
}

fn checksum(step: &Step) -> [u8; 32] {
    Sha256::digest(step.sql.as_bytes()).into()
}
