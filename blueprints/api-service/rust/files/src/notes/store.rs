//! Notes in the database. Every query names the owner: there is no way to reach the note of another.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::database::{Database, DatabaseError};
use crate::notes::Note;
use crate::tokens::Caller;

const INSERT: &str = "INSERT INTO notes (id, owner, title, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";
const LIST: &str = "SELECT id, owner, title, body, created_at FROM notes
    WHERE owner = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
const FIND: &str = "SELECT id, owner, title, body, created_at FROM notes WHERE owner = ?1 AND id = ?2";
const DELETE: &str = "DELETE FROM notes WHERE owner = ?1 AND id = ?2";

/// Reads and writes notes.
#[derive(Clone)]
pub struct NotesStore {
    database: Database,
}

impl NotesStore {
    /// Uses a database whose schema is up to date.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Keeps a note. It is on the disk when this returns.
    pub async fn create(&self, note: Note) -> Result<Note, DatabaseError> {
        let task = move |connection: &mut Connection| {
            let created_at = note.created_at.as_millisecond();
            connection.execute(INSERT, params![note.id, note.owner, note.title, note.body, created_at])?;
            Ok(note)
        };
        self.database.run(task).await
    }

    /// The newest notes of `owner`, or those older than `before`.
    pub async fn list(&self, owner: &Caller, limit: u8, before: Option<Uuid>) -> Result<Vec<Note>, DatabaseError> {
        let owner = owner.subject().to_owned();
        // Sorts after every id.
        let before = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
        let task = move |connection: &mut Connection| {
            connection.prepare(LIST)?.query_map(params![owner, before, limit], note)?.collect()
        };
        self.database.run(task).await
    }

    /// One note of `owner`.
    pub async fn find(&self, owner: &Caller, id: Uuid) -> Result<Option<Note>, DatabaseError> {
        let owner = owner.subject().to_owned();
        let task = move |connection: &mut Connection| {
            connection.query_row(FIND, params![owner, id.to_string()], note).optional()
        };
        self.database.run(task).await
    }

    /// Deletes one note of `owner`, and says whether there was one.
    pub async fn delete(&self, owner: &Caller, id: Uuid) -> Result<bool, DatabaseError> {
        let owner = owner.subject().to_owned();
        let task =
            move |connection: &mut Connection| Ok(connection.execute(DELETE, params![owner, id.to_string()])? == 1);
        self.database.run(task).await
    }
}

fn note(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note {
        id: row.get(0)?,
        owner: row.get(1)?,
        title: row.get(2)?,
        body: row.get(3)?,
        created_at: Timestamp::from_millisecond(row.get(4)?)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(4, Type::Integer, Box::new(error)))?,
    })
}
