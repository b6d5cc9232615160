//! What retention drops from the audit log, and the holds that keep it from doing so.

use std::sync::Arc;

use rusqlite::{Connection, Row, named_params, params};

use crate::audit_log::LegalHold;
use crate::audit_record::NewEntry;
use crate::error::{Error, ErrorKind};
use crate::sqlite::audit_entries;
use crate::sqlite::columns::count;
use crate::sqlite::engine::Sqlite;
use crate::sqlite::statement::prepare;

/// Old, covered by a checkpoint, still there, and not an entry that tells of a retention: those say why others are gone.
macro_rules! old {
    () => {
        "e.at_ms < :before AND e.number < (SELECT max(size) FROM audit_checkpoints)
         AND NOT (e.action = 'manage-audit' AND instr(e.body, '\"status_detail\":\"{\\\"dropped\\\":') > 0)"
    };
}

/// Some hold fits the entry.
macro_rules! held {
    () => {
        "EXISTS (SELECT 1 FROM legal_holds h WHERE (h.caller IS NULL OR h.caller = e.caller)
            AND (h.project IS NULL OR h.project = e.project)
            AND (h.since_ms IS NULL OR e.at_ms >= h.since_ms) AND (h.until_ms IS NULL OR e.at_ms < h.until_ms))"
    };
}

impl Sqlite {
    pub(crate) fn drop_audit_texts<T: Default + Send + 'static>(
        &self,
        before_ms: i64,
        most: u32,
        mut take: impl FnMut(&mut T, u64) -> bool + Send + 'static,
        tell: impl FnOnce(&T) -> Option<NewEntry> + Send + 'static,
    ) -> Result<u64, Error> {
        let tree = Arc::clone(&self.tree);
        self.writer.write(move |connection| {
            let mut told = T::default();
            let found = droppable(connection, before_ms, most)?;
            let taken: Vec<u64> = found.into_iter().take_while(|number| take(&mut told, *number)).collect();
            if taken.is_empty() {
                return Ok(0);
            }
            taken.iter().try_for_each(|number| blank(connection, *number))?;
            let entry = tell(&told).ok_or_else(|| Error::new(ErrorKind::Internal, "No entry could be made."))?;
            audit_entries::append(connection, &entry, &tree)?;
            Ok(taken.len() as u64)
        })
    }

    pub(crate) fn keep_checkpoint(&self, size: u64, note: &str) -> Result<bool, Error> {
        let note = note.to_owned();
        self.writer.write(move |connection| {
            let there = audit_entries::size(connection)?;
            if size > there {
                let message = format!("A checkpoint of {size} entries cannot be kept: there are {there}.");
                return Err(Error::new(ErrorKind::Internal, message));
            }
            let sql = "INSERT INTO audit_checkpoints (size, note) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            Ok(prepare(connection, sql)?.execute(params![size as i64, note])? == 1)
        })
    }

    pub(crate) fn droppable_audit_texts(&self, before_ms: i64) -> Result<(u64, u64), Error> {
        let sql = concat!("SELECT count(*), coalesce(sum(", held!(), "), 0) FROM audit_entries e WHERE ", old!());
        self.readers.read(|connection| {
            let read = |row: &Row<'_>| Ok((count(row, 0)?, count(row, 1)?));
            let (old, held) = prepare(connection, sql)?.query_row(named_params! { ":before": before_ms }, read)?;
            Ok((old - held, held))
        })
    }

    pub(crate) fn add_legal_hold(&self, hold: &LegalHold, entry: &NewEntry) -> Result<bool, Error> {
        let hold = hold.clone();
        self.change(entry, move |connection| {
            let sql = "INSERT INTO legal_holds (name, caller, project, since_ms, until_ms, placed_at_ms)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
            let LegalHold { name, caller, project, since_ms, until_ms, placed_at_ms } = &hold;
            let values = params![name, caller, project, since_ms, until_ms, placed_at_ms];
            Ok(prepare(connection, sql)?.execute(values)? == 1)
        })
    }

    pub(crate) fn legal_holds(&self) -> Result<Vec<LegalHold>, Error> {
        let sql = "SELECT name, caller, project, since_ms, until_ms, placed_at_ms FROM legal_holds ORDER BY name";
        self.readers
            .read(|connection| Ok(prepare(connection, sql)?.query_map([], read_hold)?.collect::<Result<_, _>>()?))
    }

    pub(crate) fn release_legal_hold(&self, name: &str, entry: &NewEntry) -> Result<bool, Error> {
        let name = name.to_owned();
        self.change(entry, move |connection| {
            Ok(prepare(connection, "DELETE FROM legal_holds WHERE name = ?1")?.execute([name])? == 1)
        })
    }
}

fn droppable(connection: &Connection, before_ms: i64, most: u32) -> Result<Vec<u64>, Error> {
    let sql = concat!(
        "SELECT e.number FROM audit_entries e WHERE ",
        old!(),
        " AND NOT ",
        held!(),
        " ORDER BY e.number LIMIT :most"
    );
    let values = named_params! { ":before": before_ms, ":most": most };
    Ok(prepare(connection, sql)?.query_map(values, |row| count(row, 0))?.collect::<Result<_, _>>()?)
}

fn blank(connection: &Connection, number: u64) -> Result<(), Error> {
    let sql = "UPDATE audit_entries SET at_ms = NULL, action = NULL, caller = NULL, project = NULL, request = NULL,
        body = NULL WHERE number = ?1";
    prepare(connection, sql)?.execute([i64::try_from(number).unwrap_or(i64::MAX)])?;
    Ok(())
}

fn read_hold(row: &Row<'_>) -> rusqlite::Result<LegalHold> {
    Ok(LegalHold {
        name: row.get(0)?,
        caller: row.get(1)?,
        project: row.get(2)?,
        since_ms: row.get(3)?,
        until_ms: row.get(4)?,
        placed_at_ms: row.get(5)?,
    })
}
