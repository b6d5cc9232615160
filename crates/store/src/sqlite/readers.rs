//! A few connections that only read, so that readers wait neither for the writer nor for each other.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::error::Error;
use crate::sqlite::connection::{connect, make_read_only};

const LIMIT: usize = 4;

pub(super) struct Readers {
    database: PathBuf,
    pool: Mutex<Pool>,
    returned: Condvar,
}

struct Pool {
    idle: Vec<Connection>,
    open: usize,
}

impl Readers {
    /// A pool that begins with `first`, which becomes read-only.
    pub(super) fn new(database: PathBuf, first: Connection) -> Result<Self, Error> {
        make_read_only(&first)?;
        let pool = Mutex::new(Pool { idle: vec![first], open: 1 });
        Ok(Self { database, pool, returned: Condvar::new() })
    }

    /// Runs `work` on a connection of the pool; waits for one where all are in use.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let mut place = Place { readers: self, connection: self.idle_connection() };
        let connection = match place.connection.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        work(place.connection.insert(connection))
    }

    /// None when there is room for one more connection; its place is taken then.
    fn idle_connection(&self) -> Option<Connection> {
        let full = |pool: &mut Pool| pool.idle.is_empty() && pool.open >= LIMIT;
        let mut pool = self.returned.wait_while(self.lock(), full).unwrap_or_else(PoisonError::into_inner);
        let idle = pool.idle.pop();
        if idle.is_none() {
            pool.open += 1;
        }
        idle
    }

    fn connect(&self) -> Result<Connection, Error> {
        let connection = connect(&self.database)?;
        make_read_only(&connection)?;
        Ok(connection)
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Readers").field("database", &self.database).finish_non_exhaustive()
    }
}

/// A place among the `LIMIT` connections: given back with its connection, or free for another where there is none.
struct Place<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.lock();
        match self.connection.take() {
            Some(connection) => pool.idle.push(connection),
            None => pool.open -= 1,
        }
        drop(pool);
        self.readers.returned.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use tempfile::TempDir;

    use super::*;

    fn readers() -> (TempDir, Readers) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("test.db");
        fs::File::create(&path).unwrap();
        let first = connect(&path).unwrap();
        first.execute_batch("CREATE TABLE numbers (number INTEGER)").unwrap();
        (folder, Readers::new(path, first).unwrap())
    }

    fn count(connection: &Connection) -> Result<i64, Error> {
        Ok(connection.query_row("SELECT count(*) FROM numbers", [], |row| row.get(0))?)
    }

    #[test]
    fn no_connection_of_the_pool_writes() {
        let (_folder, readers) = readers();
        let write = |connection: &Connection| Ok(connection.execute_batch("INSERT INTO numbers VALUES (1)")?);
        readers.read(write).unwrap_err();
        readers.read(|_| readers.read(write)).unwrap_err();
        assert_eq!(readers.read(count).unwrap(), 0);
    }

    #[test]
    fn many_readers_share_a_few_connections() {
        let (_folder, readers) = readers();
        let (reading, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..LIMIT * 3 {
                scope.spawn(|| {
                    let read = |connection: &Connection| {
                        most.fetch_max(reading.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        thread::sleep(Duration::from_millis(50));
                        reading.fetch_sub(1, Ordering::SeqCst);
                        count(connection)
                    };
                    assert_eq!(readers.read(read).unwrap(), 0);
                });
            }
        });
        assert_eq!(most.into_inner(), LIMIT);
    }

    #[test]
    fn a_connection_that_can_not_be_made_leaves_its_place() {
        let (_folder, readers) = readers();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let away = readers.database.with_extension("away");
            let result = readers.read(|_| {
                fs::rename(&readers.database, &away).unwrap();
                (0..LIMIT * 2).for_each(|_| drop(readers.read(count).unwrap_err()));
                fs::rename(&away, &readers.database).unwrap();
                readers.read(count)
            });
            sender.send(result).unwrap();
        });
        let result = receiver.recv_timeout(Duration::from_secs(30));
        assert_eq!(result.expect("a reader waits for a place for ever").unwrap(), 0);
    }
}
