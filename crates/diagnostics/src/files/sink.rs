//! Where lines are handed over: never waiting, whatever the disk does. What does not fit in the queue is dropped and counted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use super::active::Active;
use super::config::LogConfig;
use super::counts::{LogCounts, Loss};
use super::folder::Folder;
use super::queue::{Item, State, no_thread};
use super::{keeper, worker};
use crate::Error;

/// How long the end of a program waits for its last lines.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// Log files that are written. When it goes, the lines that wait are written, within two seconds.
#[derive(Debug)]
pub struct LogFiles {
    lines: LogLines,
    worker: Option<JoinHandle<()>>,
    keeper: Option<JoinHandle<()>>,
}

/// Takes lines for log files; for `tracing_subscriber`'s `with_writer`. Clones go to the same files.
#[derive(Clone, Debug)]
pub struct LogLines(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    queue: SyncSender<Item>,
    state: Arc<State>,
    most_bytes: usize,
}

impl LogFiles {
    /// Opens the folder, and starts the two threads that write and tidy up. The file is made with its first line.
    ///
    /// # Errors
    /// When the configuration makes no sense, the folder cannot be made, or others may write in it.
    pub fn start(config: LogConfig) -> Result<Self, Error> {
        config.check()?;
        let (folder, state) = (Folder::make(&config.folder)?, Arc::new(State::default()));
        let (queue, items) = sync_channel(config.queue_lines);
        let most_bytes = config.queue_bytes;
        let (keeper, wake) = keeper::start(config.clone(), &state)?;
        let active = Active::new(config, folder, state.counts.clone());
        let worker = start_worker(items, active, &state, wake)?;
        let lines = LogLines(Arc::new(Shared { queue, state, most_bytes }));
        Ok(Self { lines, worker: Some(worker), keeper: Some(keeper) })
    }

    /// Where to hand lines over.
    #[must_use]
    pub fn lines(&self) -> LogLines {
        self.lines.clone()
    }

    /// What is counted.
    #[must_use]
    pub fn counts(&self) -> LogCounts {
        self.lines.0.state.counts.clone()
    }

    /// Waits until every line that was handed over before is written or lost. False when that takes longer than `most`.
    #[must_use]
    pub fn flush(&self, most: Duration) -> bool {
        self.lines.flush(most)
    }
}

fn start_worker(
    items: Receiver<Item>,
    active: Active,
    state: &Arc<State>,
    wake: SyncSender<()>,
) -> Result<JoinHandle<()>, Error> {
    let state = Arc::clone(state);
    let thread = std::thread::Builder::new().name("log-writer".to_owned());
    thread.spawn(move || worker::run(&items, active, &state, &wake)).map_err(no_thread)
}

impl Drop for LogFiles {
    fn drop(&mut self) {
        // A disk that hangs must not keep the program from ending.
        let written = self.lines.flush(LAST_WAIT);
        self.lines.0.state.stop.store(true, Ordering::Release);
        let _ = self.lines.flush(Duration::ZERO);
        if written {
            // The writer ends with its next item; the keeper when its wake-up line breaks, if it is not at work.
            let _ = self.worker.take().map(JoinHandle::join);
            let idle = self.keeper.take().filter(JoinHandle::is_finished);
            let _ = idle.map(JoinHandle::join);
        }
    }
}

impl LogLines {
    /// Hands a line over, with or without its end. Never waits.
    pub fn push(&self, line: &[u8]) {
        let shared = &*self.0;
        let mut bytes = Vec::with_capacity(line.len() + 1);
        bytes.extend_from_slice(line);
        if bytes.last() != Some(&b'\n') {
            bytes.push(b'\n');
        }
        let length = bytes.len();
        let waiting = shared.state.waiting.fetch_add(length, Ordering::AcqRel);
        let fits = waiting.saturating_add(length) <= shared.most_bytes;
        if !fits || shared.queue.try_send(Item::Line(bytes)).is_err() {
            shared.state.waiting.fetch_sub(length, Ordering::AcqRel);
            shared.state.lost.fetch_add(1, Ordering::AcqRel);
            shared.state.counts.lost(Loss::Queue, 1);
        }
    }

    fn flush(&self, most: Duration) -> bool {
        let (done, told) = sync_channel(1);
        let since = std::time::Instant::now();
        let mut item = Item::Done(done);
        loop {
            match self.0.queue.try_send(item) {
                Ok(()) => return told.recv_timeout(most.saturating_sub(since.elapsed())).is_ok(),
                Err(TrySendError::Disconnected(_)) => return false,
                Err(TrySendError::Full(back)) if since.elapsed() < most => item = back,
                Err(TrySendError::Full(_)) => return false,
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// One line; the formatter writes each in one piece.
impl io::Write for LogLines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogLines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
