//! Feeds a program's stdin and keeps the beginning of what it writes, without ever letting it wait.

use std::io::{Read, Write as _};
use std::process::ChildStdin;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use secrecy::{ExposeSecret as _, SecretSlice};
use zeroize::{Zeroize as _, Zeroizing};

use crate::ended::Output;

/// Writes `bytes` on a thread of its own. A program may end, or close its stdin, without reading; that is its affair.
pub(crate) fn feed(pipe: Option<ChildStdin>, bytes: SecretSlice<u8>) {
    let Some(mut pipe) = pipe else { return };
    if bytes.expose_secret().is_empty() {
        return;
    }
    thread::spawn(move || drop(pipe.write_all(bytes.expose_secret())));
}

/// What was read of a stream so far.
pub(crate) struct Reading {
    kept: Arc<Mutex<Kept>>,
    end: Receiver<()>,
}

#[derive(Default)]
struct Kept {
    bytes: Zeroizing<Vec<u8>>,
    cut: bool,
}

impl Reading {
    /// Reads `pipe` to its end on a thread of its own, and keeps the first `limit` bytes.
    pub(crate) fn of(pipe: Option<impl Read + Send + 'static>, limit: usize) -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let (done, end) = channel();
        if let Some(mut pipe) = pipe {
            let kept = Arc::clone(&kept);
            thread::spawn(move || {
                let mut buffer = Zeroizing::new([0_u8; 8192]);
                while let Ok(read @ 1..) = pipe.read(&mut *buffer) {
                    keep(&mut kept.lock().unwrap_or_else(PoisonError::into_inner), &buffer[..read], limit);
                }
                // Nobody waits any more when the time was up.
                let _ = done.send(());
            });
        }
        Self { kept, end }
    }

    /// What there is at the stream's end, or at `until`, whichever comes first. A program outside the group may hold
    /// the stream open for ever.
    pub(crate) fn output(self, until: Instant) -> Output {
        let left = until.saturating_duration_since(Instant::now());
        let cut_off = matches!(self.end.recv_timeout(left), Err(RecvTimeoutError::Timeout));
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Output { bytes: SecretSlice::from(kept.bytes.to_vec()), cut: kept.cut || cut_off }
    }
}

fn keep(kept: &mut Kept, read: &[u8], limit: usize) {
    let room = limit.saturating_sub(kept.bytes.len());
    let taken = read.get(..room.min(read.len())).unwrap_or_default();
    kept.cut |= taken.len() < read.len();
    if kept.bytes.len() + taken.len() > kept.bytes.capacity() {
        // A vector that grows by itself leaves a copy behind.
        let larger = Vec::with_capacity(limit.min(2 * (kept.bytes.len() + taken.len())));
        let mut old = std::mem::replace(&mut *kept.bytes, larger);
        kept.bytes.extend_from_slice(&old);
        old.zeroize();
    }
    kept.bytes.extend_from_slice(taken);
}
