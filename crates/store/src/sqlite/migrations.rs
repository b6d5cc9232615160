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
const STEPS: &[Step] = &[
    Step { name: "projects", sql: include_str!("migrations/0001_projects.sql") },
    Step { name: "access", sql: include_str!("migrations/0002_access.sql") },
    Step { name: "audit", sql: include_str!("migrations/0003_audit.sql") },
    Step { name: "secrets", sql: include_str!("migrations/0004_secrets.sql") },
    Step { name: "delivery", sql: include_str!("migrations/0005_delivery.sql") },
    Step { name: "holds", sql: include_str!("migrations/0006_holds.sql") },
    Step { name: "checks", sql: include_str!("migrations/0007_checks.sql") },
    Step { name: "jobs", sql: include_str!("migrations/0008_jobs.sql") },
];

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
    lay_out_to(connection, STEPS)
}

/// Brings the database to the newest layout, or refuses it. Cheap when there is nothing to do.
pub(super) fn update(connection: &mut Connection) -> Result<(), Error> {
    update_to(connection, STEPS)
}

fn lay_out_to(connection: &mut Connection, steps: &[Step]) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(RECORD)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    apply_from(&transaction, 0, steps)?;
    Ok(transaction.commit()?)
}

fn update_to(connection: &mut Connection, steps: &[Step]) -> Result<(), Error> {
    if check(connection, steps)? == steps.len() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    let applied = check(&transaction, steps)?;
    apply_from(&transaction, applied, steps)?;
    Ok(transaction.commit()?)
}

fn apply_from(transaction: &Transaction<'_>, applied: usize, steps: &[Step]) -> Result<(), Error> {
    (1..).zip(steps).skip(applied).try_for_each(|(version, step)| apply(transaction, version, step))
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
fn check(connection: &Connection, steps: &[Step]) -> Result<usize, Error> {
    let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application != APPLICATION {
        return Err(damaged("It is another program's, or was never finished."));
    }
    let sql = "SELECT version, sha256 FROM schema_migrations ORDER BY version";
    let mut statement = prepare(connection, sql)?;
    let found = statement
        .query_map([], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, [u8; 32]>(1)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    refuse_newer(found.last().map_or(0, |(version, _)| *version), steps)?;
    for ((expected, step), (version, sha256)) in (1..).zip(steps).zip(&found) {
        if *version != expected || *sha256 != checksum(step) {
            return Err(damaged("The record of its layout is not this program's."));
        }
    }
    Ok(found.len())
}

fn refuse_newer(found: u32, steps: &[Step]) -> Result<(), Error> {
    let supported = u32::try_from(steps.len()).unwrap_or(u32::MAX);
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

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::sqlite::connection::connect;

    const ONE: Step = Step { name: "one", sql: "CREATE TABLE one (number INTEGER); INSERT INTO one VALUES (1);" };
    const TWO: Step =
        Step { name: "two", sql: "ALTER TABLE one ADD COLUMN more TEXT; INSERT INTO one VALUES (2, 'x');" };
    const BROKEN: Step = Step { name: "broken", sql: "INSERT INTO one VALUES (3); CREATE TABLE one (number INTEGER);" };

    fn laid_out(steps: &[Step]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("test.db");
        std::fs::File::create(&path).unwrap();
        lay_out_to(&mut connect(&path).unwrap(), steps).unwrap();
        (folder, path)
    }

    fn count(connection: &Connection, table: &str) -> i64 {
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_older_layout_gets_the_steps_it_lacks() {
        let (_folder, path) = laid_out(&[ONE]);
        let mut connection = connect(&path).unwrap();
        update_to(&mut connection, &[ONE, TWO]).unwrap();
        update_to(&mut connection, &[ONE, TWO]).unwrap();
        assert_eq!((count(&connection, "one"), count(&connection, "schema_migrations")), (2, 2));
    }

    #[test]
    fn projects_of_the_first_layout_are_kept_with_what_they_lack() {
        let (_folder, path) = laid_out(&STEPS[..1]);
        let mut connection = connect(&path).unwrap();
        let old = "INSERT INTO projects VALUES (1, 'prj_1', 'n', 'o', 't', 's', 'v', 'h', 'c', 'p', '{}', NULL, 0, 'started', 'x',
            NULL, 0, NULL)";
        connection.execute_batch(old).unwrap();
        update(&mut connection).unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let found: (Option<String>, i64) = connection.query_row("SELECT team, bytes FROM projects", [], read).unwrap();
        assert_eq!(found, (None, 0));
    }

    #[test]
    fn a_step_is_applied_once_however_many_open_at_once() {
        let (_folder, path) = laid_out(&[ONE]);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| update_to(&mut connect(&path).unwrap(), &[ONE, TWO]).unwrap());
            }
        });
        assert_eq!(count(&connect(&path).unwrap(), "one"), 2);
    }

    #[test]
    fn steps_that_fail_leave_the_older_layout() {
        let (_folder, path) = laid_out(&[ONE]);
        let mut connection = connect(&path).unwrap();
        assert!(update_to(&mut connection, &[ONE, TWO, BROKEN]).is_err());
        assert_eq!((count(&connection, "one"), count(&connection, "schema_migrations")), (1, 1));
        update_to(&mut connection, &[ONE]).unwrap();
    }

    #[test]
    fn a_step_that_was_edited_after_it_was_shipped_is_refused() {
        let (_folder, path) = laid_out(&[ONE]);
        let edited = Step { sql: "CREATE TABLE one (number TEXT)", ..ONE };
        let error = update_to(&mut connect(&path).unwrap(), &[edited, TWO]).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Damaged);
    }

    #[test]
    fn a_newer_layout_is_refused() {
        let (_folder, path) = laid_out(&[ONE, TWO]);
        let error = update_to(&mut connect(&path).unwrap(), &[ONE]).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Newer { found: 2, supported: 1 });
    }
}
