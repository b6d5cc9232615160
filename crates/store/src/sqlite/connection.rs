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

/// How long to wait for other processes, at least.
const PATIENCE: Duration = Duration::from_secs(10);

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
    let mut connection = Connection::open_with_flags(database, FLAGS)?;
    connection.busy_handler(Some(wait_for_turn))?;
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

/// SQLite's own handler sleeps longer and longer: whoever waited longest would be the last to notice that it is free,
/// and several busy processes let another starve.
fn wait_for_turn(tries: i32) -> bool {
    const NAP: Duration = Duration::from_millis(1);
    thread::sleep(NAP);
    u32::try_from(tries).is_ok_and(|tries| NAP * tries < PATIENCE)
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicBool, Ordering};

    use tempfile::TempDir;

    use super::*;

    fn database() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("test.db");
        std::fs::File::create(&path).unwrap();
        connect(&path).unwrap().execute_batch("CREATE TABLE numbers (number INTEGER)").unwrap();
        (folder, path)
    }

    #[test]
    fn every_commit_is_flushed() {
        let (_folder, path) = database();
        let connection = connect(&path).unwrap();
        let setting = |name: &str| -> i64 { connection.pragma_query_value(None, name, |row| row.get(0)).unwrap() };
        const FULL: i64 = 2;
        assert_eq!((setting("synchronous"), setting("fullfsync"), setting("foreign_keys")), (FULL, 1, 1));
    }

    /// One who writes without a pause leaves only moments: who waits must look often to find one.
    #[test]
    fn who_waits_beside_a_busy_writer_gets_a_turn_soon() {
        let (_folder, path) = database();
        let done = AtomicBool::new(false);
        let waited = thread::scope(|scope| {
            scope.spawn(|| {
                let busy = connect(&path).unwrap();
                while !done.load(Ordering::SeqCst) {
                    busy.execute_batch("BEGIN IMMEDIATE").unwrap();
                    thread::sleep(Duration::from_millis(2));
                    busy.execute_batch("ROLLBACK").unwrap();
                    let free = Instant::now();
                    while free.elapsed() < Duration::from_micros(20) {}
                }
            });
            let waiting = connect(&path).unwrap();
            let began = Instant::now();
            let turns = (0..5).try_for_each(|_| waiting.execute_batch("INSERT INTO numbers VALUES (1)"));
            done.store(true, Ordering::SeqCst);
            turns.map(|()| began.elapsed())
        });
        assert!(waited.as_ref().is_ok_and(|waited| *waited < PATIENCE), "{waited:?}");
    }
}
