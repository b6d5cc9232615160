//! The table of jobs: how the last run of each went, and when the next is due.

use rusqlite::{Connection, Row, params};

use crate::error::Error;
use crate::job_record::{JobRun, JobStart};
use crate::sqlite::engine::Sqlite;
use crate::sqlite::presence;
use crate::sqlite::statement::prepare;

/// Rows at most; what ran longest ago makes way.
const MOST: i64 = 1_000;

impl Sqlite {
    pub(crate) fn job_started(&self, start: &JobStart) -> Result<(), Error> {
        let (start, us) = (start.clone(), self.owner().to_owned());
        self.writer.write(move |connection| {
            let sql = "INSERT INTO jobs (name, started_ms, ran_by, process_owner) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (name) DO UPDATE SET started_ms = ?2, ended_ms = NULL, result = NULL, error = NULL,
                    message = NULL, next_due_ms = NULL, ran_by = ?3, process_owner = ?4";
            prepare(connection, sql)?.execute(params![start.name, start.at_ms, start.by, us])?;
            let sql =
                "DELETE FROM jobs WHERE name IN (SELECT name FROM jobs ORDER BY started_ms DESC LIMIT -1 OFFSET ?1)";
            prepare(connection, sql)?.execute([MOST])?;
            Ok(())
        })
    }

    pub(crate) fn job_ended(
        &self,
        name: &str,
        result: &str,
        error: Option<(&str, &str)>,
        at_ms: i64,
        next_due_ms: Option<i64>,
    ) -> Result<(), Error> {
        let (name, result, us) = (name.to_owned(), result.to_owned(), self.owner().to_owned());
        let (error, message) = error.map(|(kind, message)| (kind.to_owned(), message.to_owned())).unzip();
        self.writer.write(move |connection| {
            let sql = "UPDATE jobs SET ended_ms = ?3, result = ?4, error = ?5, message = substr(?6, 1, 1000),
                    next_due_ms = ?7, last_done_ms = CASE WHEN ?4 = 'done' THEN ?3 ELSE last_done_ms END
                WHERE name = ?1 AND process_owner = ?2";
            prepare(connection, sql)?.execute(params![name, us, at_ms, result, error, message, next_due_ms])?;
            Ok(())
        })
    }

    pub(crate) fn job_runs(&self) -> Result<Vec<JobRun>, Error> {
        let sql = "SELECT name, started_ms, ended_ms, result, error, message, last_done_ms, next_due_ms, ran_by,
                process_owner FROM jobs ORDER BY name";
        let found: Vec<(JobRun, String)> = self
            .readers
            .read(|connection| Ok(prepare(connection, sql)?.query_map([], read)?.collect::<Result<_, _>>()?))?;
        let alive = |(run, owner): (JobRun, String)| {
            let alive = owner == self.owner() || !presence::is_gone(self.owners(), &owner)?;
            Ok(JobRun { alive, ..run })
        };
        found.into_iter().map(alive).collect()
    }
}

pub(super) fn erase(connection: &Connection, person: &str, nobody: &str) -> Result<(), Error> {
    prepare(connection, "UPDATE jobs SET ran_by = ?2 WHERE ran_by = ?1")?.execute([person, nobody])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<(JobRun, String)> {
    let run = JobRun {
        name: row.get(0)?,
        started_ms: row.get(1)?,
        ended_ms: row.get(2)?,
        result: row.get(3)?,
        error: row.get(4)?,
        message: row.get(5)?,
        last_done_ms: row.get(6)?,
        next_due_ms: row.get(7)?,
        ran_by: row.get(8)?,
        alive: false,
    };
    Ok((run, row.get(9)?))
}
