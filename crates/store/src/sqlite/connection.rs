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

const FLAGS: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX).union(OpenFlags::SQLITE_OPEN_NOFOLLOW);

/// Refuses to run on an SQLite that cannot be trusted with data.
pub(super) fn refuse_old_sqlite() -> Result<(), Error> {
    if rusqlite::version_number() >= SQLITE_FLOOR {
        return Ok(());
    }
    let message = format!("SQLite {} is too old: it can lose data.", rusqlite::version());
    Err(Error::new(ErrorKind::Internal, message))
}

/// Opens the database, which must exist.
///
/// Closing it leaves the log where it is: a command that writes twice would otherwise wait for the disk three times
/// as often. The writer empties the log when it has grown.
pub(super) fn connect(database: &Path) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(database, FLAGS)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // `fullfsync` is what makes a flush reach the disk on macOS, and nothing elsewhere.
    connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;")?;
    use_write_ahead_log(&connection)?;
    Ok(connection)
}

/// Makes a database of the empty file `draft`, with what `fill` puts into it, in one file without a log. Nobody else
/// may know of it yet. It is not flushed.
pub(super) fn make(draft: &Path, fill: impl FnOnce(&mut Connection) -> Result<(), Error>) -> Result<(), Error> {
    let mut connection = Connection::open_with_flags(draft, FLAGS)?;
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;")?;
    fill(&mut connection)?;
    use_write_ahead_log(&connection)?;
    connection.close().map_err(|(_, cause)| Error::from(cause))
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
