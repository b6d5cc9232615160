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
