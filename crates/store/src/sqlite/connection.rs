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

    /// SQLite's own handler would by then look every tenth of a second, and with bad luck never in the right moment.
    #[test]
    fn who_has_waited_long_still_looks_often() {
        let (_folder, path) = database();
        let mut late: Vec<Duration> = (0..5).map(|_| lateness(&path, Duration::from_millis(345))).collect();
        late.sort();
        assert!(late[2] < Duration::from_millis(40), "{late:?}");
    }

    /// How long one who waits takes to notice that the one who held the database for so long has let go.
    fn lateness(path: &Path, held: Duration) -> Duration {
        let (holder, waiting) = (connect(path).unwrap(), connect(path).unwrap());
        holder.execute_batch("BEGIN IMMEDIATE").unwrap();
        thread::scope(|scope| {
            let turn = scope.spawn(move || {
                waiting.execute_batch("BEGIN IMMEDIATE").unwrap();
                Instant::now()
            });
            thread::sleep(held);
            let free = Instant::now();
            holder.execute_batch("ROLLBACK").unwrap();
            turn.join().unwrap().saturating_duration_since(free)
        })
    }
}
