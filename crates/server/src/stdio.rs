//! MCP on the standard streams: one message a line, read within bounds, every bad line answered.
//!
//! The library's own transport drops an overlong or unreadable line without a word, so that the client waits for ever,
//! and it ends the server when a client's first message is not a request.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use domain::{Caller, RequestId};
use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, GetExtensions, GetMeta, JsonRpcMessage, ProtocolVersion, ServerJsonRpcMessage,
};
use rmcp::service::{RoleServer, ServerInitializeError};
use rmcp::transport::Transport;
use rmcp::{ServerHandler, ServiceExt};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::call::Identity;
use crate::error::Error;
use crate::jsonrpc::{self, Bounds, Frame, Refusal};
use crate::mcp::VERSIONS;

/// Serves one client until it closes its end.
pub(crate) async fn serve<H, R, W>(handler: H, caller: Caller, input: R, output: W, bounds: Bounds) -> Result<(), Error>
where
    H: ServerHandler,
    R: AsyncRead + Unpin + Send + 'static,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let transport = Lines::new(input, output, bounds, caller);
    match handler.serve(transport).await {
        Ok(running) => running.waiting().await.map(|_| ()).map_err(Error::from),
        // A client that looks (`server/discover`) and leaves has done nothing wrong.
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(Error::Handshake(error.to_string())),
    }
}

/// How long the last answers may take to be written once the conversation is over.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// A line of output, and who waits for it to be written.
type Outgoing = (Vec<u8>, Option<oneshot::Sender<io::Result<()>>>);

struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    bounds: Bounds,
    /// An overlong line was refused, and its end is not read yet.
    skipping: bool,
    /// The client has made a request that opens a conversation; before that, the library takes nothing but requests.
    opened: bool,
    refusals: VecDeque<Vec<u8>>,
    output: Option<mpsc::Sender<Outgoing>>,
    writer: Option<JoinHandle<()>>,
    caller: Arc<Caller>,
}

enum Line {
    Whole,
    TooLong,
    End,
}

impl<R: AsyncRead + Unpin + Send> Lines<R> {
    fn new<W: AsyncWrite + Unpin + Send + 'static>(input: R, output: W, bounds: Bounds, caller: Caller) -> Self {
        let (sender, receiver) = mpsc::channel(64);
        Self {
            input: BufReader::with_capacity(16 << 10, input),
            line: Vec::new(),
            bounds,
            skipping: false,
            opened: false,
            refusals: VecDeque::new(),
            output: Some(sender),
            writer: Some(tokio::spawn(write_lines(output, receiver))),
            caller: Arc::new(caller),
        }
    }

    /// Reads up to the end of a line into `self.line`. What was read stays there when the caller stops waiting.
    async fn read_line(&mut self) -> io::Result<Line> {
        loop {
            let available = self.input.fill_buf().await?;
            if available.is_empty() {
                let rest = !self.line.is_empty() && !self.skipping;
                return Ok(if rest { Line::Whole } else { Line::End });
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(available.len(), |position| position + 1);
            let fits = self.line.len() + taken <= self.bounds.bytes + 1;
            if !self.skipping && fits {
                self.line.extend_from_slice(&available[..taken]);
            }
            self.input.consume(taken);
            match (self.skipping, fits, end.is_some()) {
                (false, true, true) => return Ok(Line::Whole),
                (true, _, true) => self.skipping = false,
                (false, false, ended) => {
                    self.line.clear();
                    self.skipping = !ended;
                    return Ok(Line::TooLong);
                }
                (false, true, false) | (true, _, false) => {}
            }
        }
    }

    /// What a whole line holds: a message for the library, or nothing.
    fn take_message(&mut self) -> Option<ClientJsonRpcMessage> {
        let line = std::mem::take(&mut self.line);
        let text = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line).trim_ascii();
        if text.is_empty() {
            return None;
        }
        let decoded = jsonrpc::screen(text, &self.bounds).and_then(|frame| decode(text, frame));
        match decoded.and_then(|message| self.admit(message)) {
            Ok(message) => message,
            Err(refusal) => {
                self.refuse(&refusal);
                None
            }
        }
    }

    /// Gives a request its identity; drops what the library does not take before the first request.
    fn admit(&mut self, mut message: ClientJsonRpcMessage) -> Result<Option<ClientJsonRpcMessage>, Refusal> {
        let JsonRpcMessage::Request(request) = &mut message else {
            return Ok(self.opened.then_some(message));
        };
        let id = || RequestId::random().map_err(|_| Refusal::new(Value::Null, -32603, "No request id could be made."));
        request.request.extensions_mut().insert(Identity { caller: Caller::clone(&self.caller), request: id()? });
        self.opened |= opens(&request.request);
        Ok(Some(message))
    }

    fn refuse(&mut self, refusal: &Refusal) {
        tracing::warn!(caller = self.caller.name, operation = "message", outcome = refusal.code, "refused");
        self.refusals.push_back(refusal.to_json().to_string().into_bytes());
    }

    /// Hands waiting refusals to the writer; `false` when nobody reads any more.
    async fn send_refusals(&mut self) -> bool {
        while !self.refusals.is_empty() {
            let Some(output) = &self.output else { return false };
            let Ok(place) = output.reserve().await else { return false };
            if let Some(text) = self.refusals.pop_front() {
                place.send((text, None));
            }
        }
        true
    }
}

/// Whether the library leaves its opening loop on this request.
fn opens(request: &ClientRequest) -> bool {
    match request {
        ClientRequest::InitializeRequest(_) => true,
        ClientRequest::DiscoverRequest(_) | ClientRequest::PingRequest(_) => false,
        other => {
            let meta = other.get_meta();
            let complete = meta.missing_required_keys(&ProtocolVersion::V_2026_07_28).is_empty();
            complete && meta.protocol_version().is_some_and(|version| VERSIONS.contains(&version))
        }
    }
}

fn decode(text: &[u8], frame: Frame) -> Result<ClientJsonRpcMessage, Refusal> {
    serde_json::from_slice(text).map_err(|error| {
        let id = frame.id.unwrap_or(Value::Null);
        Refusal::invalid_request(id, format!("This is not a message of MCP: {error}."))
    })
}

async fn write_lines<W: AsyncWrite + Unpin>(mut output: W, mut lines: mpsc::Receiver<Outgoing>) {
    while let Some((mut text, waiting)) = lines.recv().await {
        text.push(b'\n');
        let written = match output.write_all(&text).await {
            Ok(()) => output.flush().await,
            Err(error) => Err(error),
        };
        let failed = written.is_err();
        if let Some(waiting) = waiting {
            let _ = waiting.send(written);
        }
        if failed {
            return;
        }
    }
}

impl<R: AsyncRead + Unpin + Send + 'static> Transport<RoleServer> for Lines<R> {
    type Error = io::Error;

    fn send(&mut self, item: ServerJsonRpcMessage) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let output = self.output.clone();
        async move {
            let text = serde_json::to_vec(&item)?;
            let (written, waiting) = oneshot::channel();
            let closed = || io::Error::from(io::ErrorKind::BrokenPipe);
            output.ok_or_else(closed)?.send((text, Some(written))).await.map_err(|_| closed())?;
            waiting.await.map_err(|_| closed())?
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            if !self.send_refusals().await {
                return None;
            }
            match self.read_line().await {
                Ok(Line::Whole) => {
                    if let Some(message) = self.take_message() {
                        return Some(message);
                    }
                }
                Ok(Line::TooLong) => self.refuse(&Refusal::too_large(self.bounds.bytes)),
                Ok(Line::End) => return None,
                Err(error) => {
                    tracing::warn!(cause = error.to_string(), "standard input failed");
                    return None;
                }
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.output = None;
        if let Some(writer) = self.writer.take() {
            // A client that does not read any more must not keep the process alive.
            tokio::time::timeout(LAST_WRITES, writer).await.map_err(io::Error::other)?.map_err(io::Error::other)?;
        }
        Ok(())
    }
}
