//! What a running program does beside its log: it adds its errors to the book of all processes, and takes up levels that somebody
//! put down for all of them. So a command changes what a server on stdio logs, which nobody can call.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use jiff::Timestamp;

use crate::Error;
use crate::errors::ErrorBook;
use crate::files::folder::Folder;
use crate::levels::{Levels, Wish, check_directives, check_time};

/// The file with what somebody wants to be logged for a while.
const WISH: &str = "levels.json";

const DRAFT: &str = ".levels.json.part";

/// Who puts a wish down holds this.
const LOCK: &str = ".levels.lock";

/// Bytes of the file.
const LARGEST: u64 = 16 << 10;

const EVERY: Duration = Duration::from_secs(2);

/// How long the end of a program waits for its last errors to be added.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// A thread that does so each two seconds, and for a last time when this goes.
#[derive(Debug)]
pub struct Watch {
    stop: Option<Sender<()>>,
    done: Receiver<()>,
}

impl Watch {
    /// Starts it, on the folder of the logs.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start<S: Send + 'static>(
        folder: impl Into<PathBuf>,
        book: ErrorBook,
        levels: Levels<S>,
    ) -> Result<Self, Error> {
        Self::start_every(EVERY, folder.into(), book, levels)
    }

    fn start_every<S: Send + 'static>(
        every: Duration,
        folder: PathBuf,
        book: ErrorBook,
        levels: Levels<S>,
    ) -> Result<Self, Error> {
        let ((stop, stopped), (tell, done)) = (channel(), channel());
        let work = move || {
            let (mut taken, mut was_well) = (None, true);
            loop {
                let ends = stopped.recv_timeout(every) != Err(RecvTimeoutError::Timeout);
                was_well = save(&book, &folder, was_well);
                if ends {
                    let _ = tell.send(());
                    return;
                }
                take_up(&folder, &levels, &mut taken);
            }
        };
        std::thread::Builder::new().name("log-watch".to_owned()).spawn(work).map_err(|cause| {
            Error::of_system(
                "No thread could be started for the log.",
                "Raise the limit of threads, or free memory.",
                cause,
            )
        })?;
        Ok(Self { stop: Some(stop), done })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.stop.take());
        // A disk that hangs must not keep the program from ending.
        let _ = self.done.recv_timeout(LAST_WAIT);
    }
}

/// Told once, since what is told may be noted as an error again.
fn save(book: &ErrorBook, folder: &Path, was_well: bool) -> bool {
    let saved = book.save(folder);
    if let (Err(cause), true) = (&saved, was_well) {
        tracing::warn!(cause = ?cause.source, "{}", cause.message);
    }
    saved.is_ok()
}

fn take_up<S: 'static>(folder: &Path, levels: &Levels<S>, taken: &mut Option<Wish>) {
    let wish = wish_in(folder);
    if wish == *taken {
        return;
    }
    let outcome = match &wish {
        Some(wish) => {
            let left = Timestamp::now().duration_until(wish.until);
            levels.wish(&wish.directives, left.unsigned_abs()).map(drop)
        }
        // Somebody took it back. Where its time is over it fell back already, and what holds now is somebody else's.
        None => {
            let ours = levels.in_use().wish.map(|wish| wish.directives) == taken.take().map(|wish| wish.directives);
            if ours { levels.end() } else { Ok(()) }
        }
    };
    if let Err(cause) = outcome {
        tracing::warn!(cause = ?cause.source, "{}", cause.message);
    }
    *taken = wish;
}

/// Puts down for all processes of this log folder what they shall log for a while; they take it up within seconds.
///
/// # Errors
/// When a directive or the time makes no sense, or the file cannot be written.
pub fn put_wish(folder: &Path, directives: &str, lasts: Duration) -> Result<Wish, Error> {
    check_directives(directives)?;
    check_time(lasts)?;
    let until = Timestamp::now().checked_add(lasts).unwrap_or(Timestamp::MAX);
    let wish = Wish { directives: directives.to_owned(), until };
    let folder = Folder::make(folder)?;
    let bytes = serde_json::to_vec(&wish).map_err(|cause| refused(std::io::Error::other(cause)))?;
    let _lock = folder.wait_for_lock(LOCK).map_err(refused)?;
    folder.replace(WISH, DRAFT, &bytes).map_err(refused)?;
    Ok(wish)
}

/// Takes back what was put down; the configuration holds again. True when there was something.
///
/// # Errors
/// When the file cannot be removed.
pub fn end_wish(folder: &Path) -> Result<bool, Error> {
    match Folder::open(folder)?.remove(WISH) {
        Ok(()) => Ok(true),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(refused(cause)),
    }
}

/// What was put down and holds now. A file that is damaged, or asks for more than may be asked for, counts as none.
#[must_use]
pub fn wish_in(folder: &Path) -> Option<Wish> {
    let bytes = Folder::open(folder).ok()?.read_all(WISH, LARGEST).ok()?;
    let wish: Wish = serde_json::from_slice(&bytes).ok()?;
    let left = Timestamp::now().duration_until(wish.until);
    (left.is_positive() && check_directives(&wish.directives).is_ok() && check_time(left.unsigned_abs()).is_ok())
        .then_some(wish)
}

fn refused(cause: std::io::Error) -> Error {
    Error::of_system(
        "The levels could not be put down.",
        "Look at the permissions and the room of the log folder.",
        cause,
    )
}

#[cfg(test)]
mod tests {
    use std::io;

    use tracing_subscriber::Registry;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    fn until(what: &str, mut so: impl FnMut() -> bool) {
        for _ in 0..6_000 {
            if so() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("never: {what}");
    }

    #[test]
    fn a_running_program_takes_up_levels_and_adds_its_errors() {
        let folder = tempfile::tempdir().unwrap();
        let (layer, levels) = Levels::<Registry>::new("info").unwrap();
        let subscriber = tracing_subscriber::registry().with(layer);
        let fast = Duration::from_millis(1);
        let book = ErrorBook::default();
        let watch = Watch::start_every(fast, folder.path().to_path_buf(), book.clone(), levels.clone()).unwrap();
        let hour = Duration::from_secs(3_600);
        let wish = put_wish(folder.path(), "store=debug", hour).unwrap();
        until("it is taken up", || levels.in_use().wish.is_some_and(|wish| wish.directives == "store=debug"));
        assert_eq!(wish_in(folder.path()), Some(wish));
        put_wish(folder.path(), "app=trace", hour).unwrap();
        until("the next one too", || levels.in_use().wish.is_some_and(|wish| wish.directives == "app=trace"));
        assert!(end_wish(folder.path()).unwrap() && !end_wish(folder.path()).unwrap());
        until("it is taken back", || levels.in_use().wish.is_none());
        put_wish(folder.path(), "app=trace", fast).unwrap();
        until("it ends by itself", || wish_in(folder.path()).is_none() && levels.in_use().wish.is_none());
        let record =
            crate::Record::parse(br#"{"timestamp":"2026-01-01T00:00:00Z","level":"ERROR","message":"m"}"#).unwrap();
        book.note(&crate::Occurrence::of(&record, tracing::Level::ERROR).unwrap());
        drop(watch);
        assert!(book.unsaved().is_empty());
        assert_eq!(ErrorBook::default().all(folder.path()).list().len(), 1);
        drop(subscriber);
    }

    #[test]
    fn a_file_that_asks_for_too_much_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        assert!(put_wish(at, "loud", Duration::from_secs(9)).is_err());
        assert!(put_wish(at, "debug", Duration::from_secs(90_000)).is_err());
        for text in [
            "",
            "{",
            r#"{"directives":"debug","until":"2999-01-01T00:00:00Z"}"#,
            r#"{"directives":"debug","until":"2020-01-01T00:00:00Z"}"#,
        ] {
            let mut file = std::fs::File::create(at.join(WISH)).unwrap();
            io::Write::write_all(&mut file, text.as_bytes()).unwrap();
            assert_eq!(wish_in(at), None, "{text}");
        }
    }
}
