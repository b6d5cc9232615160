//! The thread that writes what may wait a second: lines of the access log, and refusals. A crash loses at most the last
//! second of it, and the counts of refusals that were folded since.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use audit::Entry;
use store::{AccessLine, NewEntry, Store};

use super::draft::encode;
use super::queue::{Inlet, Outlet, queue};
use super::refusals::Refusals;

/// How long the first line of a batch waits for others.
const GATHER: Duration = Duration::from_millis(500);

/// Lines of one batch.
const BATCH: usize = 2_000;

/// What may wait to be written. What comes while so much waits is dropped and counted.
const WAITING: usize = 20_000;

enum Message {
    Looked(AccessLine),
    Refused(Box<Entry>),
    /// Somebody waits until all that came before is written.
    Settle(Sender<()>),
}

/// The thread starts with the first message, and ends, with all written, when this is dropped.
pub(super) struct Background {
    store: Store,
    running: OnceLock<Option<Running>>,
    /// For the log alone, which tells of it now and then.
    dropped: AtomicU64,
}

struct Running {
    inlet: Inlet<Message>,
    thread: JoinHandle<()>,
}

impl Background {
    pub(super) fn new(store: Store) -> Self {
        Self { store, running: OnceLock::new(), dropped: AtomicU64::new(0) }
    }

    pub(super) fn looked(&self, line: AccessLine) {
        self.send(Message::Looked(line));
    }

    pub(super) fn refused(&self, entry: Entry) {
        self.send(Message::Refused(Box::new(entry)));
    }

    /// Waits until all that was told up to now is written, or lost.
    pub(super) fn settle(&self) {
        let Some(Some(running)) = self.running.get() else { return };
        let (settled, done) = channel();
        if running.inlet.put(Message::Settle(settled)) {
            // An error says that the thread is gone: then nothing comes any more.
            let _ = done.recv();
        }
    }

    fn send(&self, message: Message) {
        let running = self.running.get_or_init(|| start(self.store.clone()));
        if running.as_ref().is_some_and(|running| running.inlet.offer(message)) {
            return;
        }
        self.store.audit_counts().lines_dropped(1);
        let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
        if dropped.is_power_of_two() {
            tracing::warn!(dropped, "lines of the access log were dropped: the store does not keep up");
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(Some(Running { inlet, thread })) = self.running.take() {
            drop(inlet);
            // It has nothing to tell; what could not be written is in the log.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Background").finish_non_exhaustive()
    }
}

fn start(store: Store) -> Option<Running> {
    let (inlet, messages) = queue(WAITING);
    let thread = thread::Builder::new().name("access-log".to_owned()).spawn(move || serve(&store, &messages));
    let thread = thread.inspect_err(|cause| tracing::error!(%cause, "the access log cannot be written")).ok()?;
    Some(Running { inlet, thread })
}

fn serve(store: &Store, messages: &Outlet<Message>) {
    let mut refusals = Refusals::default();
    loop {
        let mut batch = Batch::default();
        match messages.next(refusals.due().map(|due| due.saturating_duration_since(Instant::now()))) {
            Ok(first) => {
                batch.take(first, &mut refusals, store);
                gather(&mut batch, messages, &mut refusals, store);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                batch.entries(refusals.finish(None));
                return batch.write(store);
            }
        }
        batch.entries(refusals.finish(Some(Instant::now())));
        batch.write(store);
    }
}

fn gather(batch: &mut Batch, messages: &Outlet<Message>, refusals: &mut Refusals, store: &Store) {
    let until = Instant::now() + GATHER;
    while batch.lines.len() < BATCH && batch.waiting.is_empty() {
        match messages.next(Some(until.saturating_duration_since(Instant::now()))) {
            Ok(message) => batch.take(message, refusals, store),
            Err(_) => return,
        }
    }
}

#[derive(Default)]
struct Batch {
    lines: Vec<AccessLine>,
    entries: Vec<NewEntry>,
    waiting: Vec<Sender<()>>,
}

impl Batch {
    fn take(&mut self, message: Message, refusals: &mut Refusals, store: &Store) {
        match message {
            Message::Looked(line) => self.lines.push(line),
            Message::Refused(entry) => match refusals.take(*entry, Instant::now()) {
                Some(entry) => self.entries([entry]),
                None => store.audit_counts().refusal_folded(),
            },
            Message::Settle(waiting) => self.waiting.push(waiting),
        }
    }

    fn entries(&mut self, entries: impl IntoIterator<Item = Entry>) {
        self.entries.extend(entries.into_iter().filter_map(|entry| encode(entry).ok()));
    }

    fn write(self, store: &Store) {
        let lines = if self.lines.is_empty() { Ok(()) } else { store.add_access(&self.lines) };
        for (written, count) in [(lines, self.lines.len()), (store.record(&self.entries), self.entries.len())] {
            if let Err(cause) = written {
                store.audit_counts().lines_dropped(count);
                tracing::error!(%cause, count, "lines of the access log, or refusals, could not be written and are lost");
            }
        }
        for waiting in self.waiting {
            // Whoever does not wait any more need not hear it.
            let _ = waiting.send(());
        }
    }
}
