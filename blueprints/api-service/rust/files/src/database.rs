//! The SQLite database: one connection on a thread of its own, so that no request waits for the disk on a thread
//! that serves others. Writes are durable when they are acknowledged (WAL, `synchronous=FULL`).

use std::fmt;
use std::path::Path;
use std::thread;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

/// Earlier releases can lose data in WAL mode when two connections write and checkpoint together.
const OLDEST_SAFE_SQLITE: i32 = 3_051_003;
const MAX_WAITING: usize = 256;

/// Each entry changes the schema once, in this order. Entries are only ever added.
const MIGRATIONS: [&str; 1] = ["
    CREATE TABLE notes (
        id         TEXT PRIMARY KEY,
        owner      TEXT NOT NULL,
        title      TEXT NOT NULL,
        body       TEXT NOT NULL,
        created_at INTEGER NOT NULL -- milliseconds since 1970, UTC
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX notes_by_owner ON notes (owner, id);
"];

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the database. Clones share the one connection.
#[derive(Clone)]
pub struct Database {
    work: mpsc::Sender<Message>,
}

enum Message {
    Run(Work),
    Close(oneshot::Sender<()>),
}

/// Why the database did not do its work.
#[derive(Debug)]
pub enum DatabaseError {
    /// SQLite said so.
    Sqlite(rusqlite::Error),
    /// It is closed.
    Closed,
    /// It cannot be used by this program at all.
    Unusable(String),
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) => write!(f, "{error}"),
            Self::Closed => f.write_str("the database is closed"),
            Self::Unusable(reason) => f.write_str(reason),
        }
    }
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Database {
    /// Opens the database, makes it if there is none, and brings its schema up to date.
    pub fn open(path: &Path) -> Result<Self, DatabaseError> {
        let connection = connect(path)?;
        let (work, waiting) = mpsc::channel(MAX_WAITING);
        thread::Builder::new()
            .name("database".into())
            .spawn(move || serve(connection, waiting))
            .map_err(|error| DatabaseError::Unusable(format!("cannot start its thread: {error}")))?;
        Ok(Self { work })
    }

    /// Runs `task` on the database thread. It is skipped when the caller has given up before its turn.
    pub async fn run<T, F>(&self, task: F) -> Result<T, DatabaseError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            if !answer.is_closed() {
                let _ = answer.send(task(connection));
            }
        });
        self.work.send(Message::Run(work)).await.map_err(|_| DatabaseError::Closed)?;
        Ok(answered.await.map_err(|_| DatabaseError::Closed)??)
    }

    /// Can the database be read?
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        self.run(|connection| connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))).await
    }

    /// Finishes the work that waits, then closes the file.
    pub async fn close(&self) {
        let (closing, closed) = oneshot::channel();
        if self.work.send(Message::Close(closing)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

fn serve(mut connection: Connection, mut waiting: mpsc::Receiver<Message>) {
    while let Some(message) = waiting.blocking_recv() {
        match message {
            Message::Run(work) => work(&mut connection),
            Message::Close(closing) => {
                drop(connection);
                let _ = closing.send(());
                return;
            }
        }
    }
}

fn connect(path: &Path) -> Result<Connection, DatabaseError> {
    let version = rusqlite::version_number();
    if version < OLDEST_SAFE_SQLITE {
        return Err(DatabaseError::Unusable(format!("SQLite {} can lose data", rusqlite::version())));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| DatabaseError::Unusable(format!("cannot make its folder: {error}")))?;
    }
    let mut connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;",
    )?;
    migrate(&mut connection)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), DatabaseError> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let done: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let mut known = 0_u32;
    for migration in MIGRATIONS {
        known += 1;
        if known > done {
            transaction.execute_batch(migration)?;
        }
    }
    if done > known {
        return Err(DatabaseError::Unusable("it was written by a newer version of this program".into()));
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}
