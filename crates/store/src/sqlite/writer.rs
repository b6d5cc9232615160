//! The one thread of this process that writes.
//!
//! It takes all requests that wait, runs each in a savepoint of one transaction, commits, and only then answers:
//! a flush of the disk serves everyone who waited for it. The thread starts with the first request.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use crate::error::{Error, ErrorKind};
use crate::sqlite::connection::connect;

/// How many requests share a transaction at most, so that none waits for ever and the log stays short.
const BATCH: usize = 128;

/// How large a log may be left behind, in bytes: whoever opens the store next reads all of it.
const LEFT_BEHIND: u64 = 256 * 1024;

/// Tells the caller the result, once the fate of the transaction is known.
type Answer = Box<dyn FnOnce(Result<(), Error>)>;

/// Does the work on the connection it is given, or passes on why there is none. Says how the work went.
type Request = Box<dyn FnOnce(Result<&Connection, Error>) -> (Result<(), Error>, Answer) + Send>;

pub(super) struct Writer {
    database: PathBuf,
    running: Mutex<Option<Running>>,
}

struct Running {
    requests: Sender<Request>,
    thread: JoinHandle<()>,
}

impl Writer {
    pub(super) fn new(database: PathBuf) -> Self {
        Self { database, running: Mutex::new(None) }
    }

    /// Runs `work` in a transaction; when this returns `Ok`, what it wrote is durable. Waits for its turn.
    pub(super) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (request, answer) = request(work);
        self.send(request)?;
        answer.recv().map_err(|_| Error::new(ErrorKind::Internal, "The writing thread broke down."))?
    }

    fn send(&self, request: Request) -> Result<(), Error> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let request = match running.as_ref() {
            Some(live) => match live.requests.send(request) {
                Ok(()) => return Ok(()),
                // It broke down earlier: start another.
                Err(mpsc::SendError(request)) => request,
            },
            None => request,
        };
        let started = self.start()?;
        let sent = started.requests.send(request);
        *running = Some(started);
        sent.map_err(|_| Error::new(ErrorKind::Internal, "The writing thread broke down."))
    }

    fn start(&self) -> Result<Running, Error> {
        let connection = connect(&self.database)?;
        // What a savepoint may have to put back stays out of temporary files: an entry of the audit log touches many pages.
        connection.execute_batch("PRAGMA temp_store = MEMORY")?;
        let database = self.database.clone();
        let (requests, waiting) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                serve(&connection, &waiting);
                empty_log(&connection, &database);
            })
            .map_err(|cause| Error::new(ErrorKind::Internal, "Could not start the writing thread.").because(cause))?;
        Ok(Running { requests, thread })
    }
}

fn request<T: Send + 'static>(
    work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
) -> (Request, Receiver<Result<T, Error>>) {
    let (sender, receiver) = mpsc::sync_channel(1);
    let request: Request = Box::new(move |connection| {
        let result = connection.and_then(work);
        let outcome = result.as_ref().map(|_| ()).map_err(Error::clone);
        let answer = move |fate: Result<(), Error>| {
            // Nobody is told only if the caller's thread is gone.
            let _ = sender.send(result.and_then(|value| fate.map(|()| value)));
        };
        (outcome, Box::new(answer) as Answer)
    });
    (request, receiver)
}

impl Drop for Writer {
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(Running { requests, thread }) = running.take() {
            drop(requests);
            // Wait until the connection is closed: what comes after may count on it.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Writer").field("database", &self.database).finish_non_exhaustive()
    }
}

fn serve(connection: &Connection, waiting: &Receiver<Request>) {
    while let Ok(first) = waiting.recv() {
        let more = waiting.try_iter().take(BATCH - 1);
        commit_together(connection, std::iter::once(first).chain(more).collect());
    }
}

/// Best effort: what is in the log is safe there, and others may be reading from it.
fn empty_log(connection: &Connection, database: &Path) {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    if fs::metadata(log).is_ok_and(|about| about.len() > LEFT_BEHIND) {
        let _ = connection.execute_batch("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)");
    }
}

fn commit_together(connection: &Connection, requests: Vec<Request>) {
    let mut fate = connection.execute_batch("BEGIN IMMEDIATE").map_err(Error::from);
    let mut answers = Vec::with_capacity(requests.len());
    let alone = requests.len() == 1;
    for request in requests {
        answers.push(match &fate {
            // It fails with its transaction, and a savepoint would copy each page that it touches.
            Ok(()) if alone => {
                let (outcome, answer) = request(Ok(connection));
                fate = outcome;
                answer
            }
            Ok(()) => run_in_savepoint(connection, request, &mut fate),
            Err(error) => request(Err(error.clone())).1,
        });
    }
    if fate.is_ok() {
        fate = connection.execute_batch("COMMIT").map_err(Error::from);
    }
    if !connection.is_autocommit() {
        // Should this fail too, the next `BEGIN` fails and says so.
        let _ = connection.execute_batch("ROLLBACK");
    }
    for answer in answers {
        answer(fate.clone());
    }
}

/// A request that fails takes back its own work alone, unless the transaction went down with it: then `fate` says why.
fn run_in_savepoint(connection: &Connection, request: Request, fate: &mut Result<(), Error>) -> Answer {
    if let Err(cause) = connection.execute_batch("SAVEPOINT request") {
        let error = Error::from(cause);
        *fate = Err(error.clone());
        return request(Err(error)).1;
    }
    let (outcome, answer) = request(Ok(connection));
    *fate = match outcome {
        Ok(()) => connection.execute_batch("RELEASE request").map_err(Error::from),
        Err(error) if connection.is_autocommit() => Err(error),
        Err(_) => connection.execute_batch("ROLLBACK TO request; RELEASE request").map_err(Error::from),
    };
    answer
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use tempfile::TempDir;

    use super::*;

    fn database(layout: &str) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("test.db");
        File::create(&path).unwrap();
        connect(&path).unwrap().execute_batch(layout).unwrap();
        (folder, path)
    }

    /// Runs `statements` as requests of one group: which of them were acknowledged.
    fn run_group(connection: &Connection, statements: &[&'static str]) -> Vec<Result<(), ErrorKind>> {
        let work = |sql: &'static str| move |connection: &Connection| Ok(connection.execute_batch(sql)?);
        let (requests, answers): (Vec<_>, Vec<_>) = statements.iter().map(|sql| request(work(sql))).unzip();
        commit_together(connection, requests);
        answers.into_iter().map(|answer| answer.recv().unwrap().map_err(|error| error.kind)).collect()
    }

    fn numbers(connection: &Connection) -> Vec<i64> {
        let mut statement = connection.prepare("SELECT number FROM numbers ORDER BY number").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_request_that_fails_takes_back_its_own_work_alone() {
        let (_folder, path) = database("CREATE TABLE numbers (number INTEGER UNIQUE)");
        let connection = connect(&path).unwrap();
        let group = [
            "INSERT INTO numbers VALUES (1)",
            "INSERT INTO numbers VALUES (2); INSERT INTO numbers VALUES (1)",
            "INSERT INTO numbers VALUES (3)",
        ];
        assert_eq!(run_group(&connection, &group), [Ok(()), Err(ErrorKind::Internal), Ok(())]);
        assert_eq!(
            run_group(&connection, &["INSERT INTO numbers VALUES (4); INSERT INTO numbers VALUES (1)"]).len(),
            1
        );
        assert_eq!(numbers(&connection), [1, 3]);
        assert_eq!(run_group(&connection, &["INSERT INTO numbers VALUES (4)"]), [Ok(())]);
        assert_eq!(numbers(&connection), [1, 3, 4]);
    }

    #[test]
    fn a_request_that_ends_the_transaction_fails_its_group() {
        let (_folder, path) = database("CREATE TABLE numbers (number INTEGER UNIQUE)");
        let connection = connect(&path).unwrap();
        let group = [
            "INSERT INTO numbers VALUES (1)",
            "INSERT INTO numbers VALUES (2); INSERT OR ROLLBACK INTO numbers VALUES (1)",
            "INSERT INTO numbers VALUES (3)",
        ];
        assert_eq!(run_group(&connection, &group), [Err(ErrorKind::Internal); 3]);
        assert!(numbers(&connection).is_empty());
        assert_eq!(run_group(&connection, &group[2..]), [Ok(())]);
    }

    #[test]
    fn a_group_that_can_not_be_committed_is_acknowledged_to_nobody() {
        let layout = "CREATE TABLE numbers (number INTEGER UNIQUE,
            same INTEGER REFERENCES numbers (number) DEFERRABLE INITIALLY DEFERRED)";
        let (_folder, path) = database(layout);
        let connection = connect(&path).unwrap();
        let group = ["INSERT INTO numbers VALUES (1, 1)", "INSERT INTO numbers VALUES (2, 7)"];
        assert_eq!(run_group(&connection, &group), [Err(ErrorKind::Internal); 2]);
        assert!(numbers(&connection).is_empty());
        assert_eq!(run_group(&connection, &group[..1]), [Ok(())]);
        assert_eq!(numbers(&connection), [1]);
    }

    #[test]
    fn a_group_that_does_not_get_its_turn_is_busy() {
        let (_folder, path) = database("CREATE TABLE numbers (number INTEGER UNIQUE)");
        let (connection, other) = (connect(&path).unwrap(), connect(&path).unwrap());
        connection.busy_timeout(Duration::from_millis(20)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let group = ["INSERT INTO numbers VALUES (1)"; 2];
        assert_eq!(run_group(&connection, &group), [Err(ErrorKind::Busy); 2]);
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(run_group(&connection, &group[..1]), [Ok(())]);
    }

    #[test]
    fn a_request_that_does_not_fit_leaves_what_was_acknowledged() {
        let (_folder, path) = database("CREATE TABLE numbers (number INTEGER UNIQUE, weight BLOB)");
        let connection = connect(&path).unwrap();
        connection.execute_batch("PRAGMA max_page_count = 20").unwrap();
        let group = [
            "INSERT INTO numbers VALUES (1, NULL)",
            "INSERT INTO numbers VALUES (2, zeroblob(1000000))",
            "INSERT INTO numbers VALUES (3, NULL)",
        ];
        let answers = run_group(&connection, &group);
        assert_eq!(answers[1], Err(ErrorKind::DiskFull));
        let kept: Vec<i64> =
            (1..).zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(number, _)| number).collect();
        assert_eq!(numbers(&connection), kept);
        assert_eq!(run_group(&connection, &["INSERT INTO numbers VALUES (4, NULL)"]), [Ok(())]);
    }

    #[test]
    fn a_thread_that_broke_down_is_replaced() {
        let (_folder, path) = database("CREATE TABLE numbers (number INTEGER UNIQUE)");
        let writer = Writer::new(path.clone());
        let broken = writer.write(|connection| -> Result<(), Error> {
            connection.execute_batch("INSERT INTO numbers VALUES (1)")?;
            panic!("meant to");
        });
        assert_eq!(broken.unwrap_err().kind, ErrorKind::Internal);
        // The thread may take a moment to be gone: until then it refuses.
        let insert = |connection: &Connection| Ok(connection.execute_batch("INSERT INTO numbers VALUES (2)")?);
        let refused = (0..1000).take_while(|_| {
            thread::sleep(Duration::from_millis(1));
            writer.write(insert).is_err()
        });
        assert!(refused.count() < 1000);
        assert_eq!(numbers(&connect(&path).unwrap()), [2]);
    }
}
