//! One connection to the database, set so that what was acknowledged is durable.

use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Error, ErrorKind};

/// Earlier versions can lose data when two connections write and checkpoint at once.
const SQLITE_FLOOR: i32 = 3_051_003;

/// How long to wait for other processes.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Opens the database, which must exist; it may be empty.
pub(super) fn connect(database: &Path) -> Result<Connection, Error> {
    if rusqlite::version_number() < SQLITE_FLOOR {
        let message = format!("SQLite {} is too old: it can lose data.", rusqlite::version());
        return Err(Error::new(ErrorKind::Internal, message));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // `fullfsync` is what makes a flush reach the disk on macOS, and nothing elsewhere.
    connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;")?;
    use_write_ahead_log(&connection)?;
    Ok(connection)
}

/// Makes the connection refuse to write.
pub(super) fn make_read_only(connection: &Connection) -> Result<(), Error> {
    Ok(connection.execute_batch("PRAGMA query_only = ON")?)
}

/// Changing the mode needs the file alone and does not wait by itself.
fn use_write_ahead_log(connection: &Connection) -> Result<(), Error> {
    let give_up = Instant::now() + PATIENCE;
    loop {
        let asked = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
        match asked.map_err(Error::from) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                let message = format!("The store's folder does not allow several processes at once (mode {mode}).");
                return Err(Error::new(ErrorKind::Folder(io::ErrorKind::Unsupported), message));
            }
            Err(error) if error.kind == ErrorKind::Busy && Instant::now() < give_up => {
                thread::sleep(Duration::from_millis(2));
            }
            Err(error) => return Err(error),
        }
    }
}
