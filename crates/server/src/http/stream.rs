//! The stream below HTTP: it waits neither for a client that does not write nor for one that does not read, and what the
//! HTTP library answers by itself leaves with the headers that every answer has.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_rustls::server::TlsStream;

use super::flow::Flow;

/// With or without TLS.
pub(crate) enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// How long a client may take for what.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) head: Duration,
    pub(crate) idle: Duration,
    pub(crate) write: Duration,
}

/// How long a client may take to close its end after we closed ours, and how much is read of what it still sends. Closing
/// before it has been read would make some systems throw away our last answer.
const LAST_READS: (Duration, usize) = (Duration::from_secs(1), 1 << 20);

/// Makes an answer of ours out of one of the HTTP library's.
type Rewrite = Box<dyn Fn(&[u8]) -> Vec<u8> + Send>;

/// A wire with patience.
pub(crate) struct Guarded {
    wire: Wire,
    flow: Arc<Flow>,
    patience: Patience,
    /// Until when a head must have come, while one is awaited.
    head_due: Option<Pin<Box<Sleep>>>,
    head_began: bool,
    answered_before: bool,
    /// Until when some of what is to be written must have been taken.
    write_due: Option<Pin<Box<Sleep>>>,
    rewrite: Rewrite,
    rewritten: Option<(Vec<u8>, usize)>,
    last_reads: Option<(Pin<Box<Sleep>>, usize)>,
}

impl Guarded {
    pub(crate) fn new(wire: Wire, flow: Arc<Flow>, patience: Patience, rewrite: Rewrite) -> Self {
        Self {
            wire,
            flow,
            patience,
            head_due: None,
            head_began: false,
            answered_before: false,
            write_due: None,
            rewrite,
            rewritten: None,
            last_reads: None,
        }
    }

    /// A head is awaited: from the first byte of it on, or from the start of the connection, it may take `head`; between
    /// two requests a client may be silent for `idle`.
    fn await_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let idle = self.answered_before && !self.head_began;
        let patience = if idle { self.patience.idle } else { self.patience.head };
        let due = self.head_due.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(due.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "no request came in time")))
    }

    fn head_has_begun(&mut self) {
        if !self.head_began && self.answered_before {
            self.head_due = None;
        }
        self.head_began = true;
    }

    /// An answer has left: what comes next is another request.
    fn begin_anew(&mut self) {
        self.answered_before = true;
        self.head_began = false;
        self.head_due = None;
    }

    /// Passes on the outcome of a write, but no endless wait.
    fn patiently<T>(&mut self, outcome: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.write_due = None;
            return outcome;
        }
        let patience = self.patience.write;
        let due = self.write_due.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(due.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing of its answer")))
    }

    /// True when the HTTP library answers what it could not read: nothing of ours is being written.
    fn is_not_ours(&mut self, bytes: &[u8]) -> bool {
        if self.rewritten.is_none() && self.flow.is_waiting() && !bytes.is_empty() {
            self.rewritten = Some(((self.rewrite)(bytes), 0));
        }
        self.rewritten.is_some()
    }

    fn write_rewritten(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some((bytes, written)) = &mut self.rewritten {
            if *written == bytes.len() {
                break;
            }
            let outcome = Pin::new(&mut self.wire).poll_write(cx, &bytes[*written..]);
            let count = ready!(self.patiently(outcome, cx))?;
            if let Some((_, written)) = &mut self.rewritten {
                *written += count;
            }
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Reads what the client still sends, within bounds.
    fn read_the_last(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let (patience, most) = LAST_READS;
        let (due, mut left) = self.last_reads.take().unwrap_or_else(|| (Box::pin(sleep(patience)), most));
        let mut due = due;
        let mut space = [0_u8; 4096];
        while left > 0 && due.as_mut().poll(cx).is_pending() {
            let mut buffer = ReadBuf::new(&mut space);
            match Pin::new(&mut self.wire).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => left = left.saturating_sub(buffer.filled().len()),
                Poll::Ready(_) => break,
                Poll::Pending => {
                    self.last_reads = Some((due, left));
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Guarded {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        match Pin::new(&mut this.wire).poll_read(cx, buffer) {
            Poll::Ready(outcome) => {
                if buffer.filled().len() > before && this.flow.is_waiting() {
                    this.head_has_begun();
                }
                Poll::Ready(outcome)
            }
            Poll::Pending if this.flow.is_waiting() => this.await_head(cx),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.is_not_ours(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let outcome = Pin::new(&mut this.wire).poll_write(cx, bytes);
        this.patiently(outcome, cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let first = slices.iter().find(|slice| !slice.is_empty());
        if this.is_not_ours(first.map_or(&[], |slice| slice)) {
            return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
        }
        let outcome = Pin::new(&mut this.wire).poll_write_vectored(cx, slices);
        this.patiently(outcome, cx)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.wire {
            Wire::Plain(stream) => stream.is_write_vectored(),
            Wire::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.write_rewritten(cx))?;
        let outcome = Pin::new(&mut this.wire).poll_flush(cx);
        ready!(this.patiently(outcome, cx))?;
        if this.flow.flushed() {
            this.begin_anew();
            // The library has asked for more before it wrote the last of the answer, and may not ask again.
            let _ = this.await_head(cx);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.last_reads.is_none() {
            ready!(this.write_rewritten(cx))?;
            let outcome = Pin::new(&mut this.wire).poll_shutdown(cx);
            ready!(this.patiently(outcome, cx))?;
            this.flow.flushed();
        }
        this.read_the_last(cx)
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
