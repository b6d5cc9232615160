//! A client on the standard streams: one JSON message a line, over a pipe in memory.

use std::time::Duration;

use serde_json::{Value, json};
use server::{Config, Error};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, split};
use tokio::task::JoinHandle;

use crate::http_client::LEGACY;
use crate::running::data_owner;

pub(crate) struct Client {
    input: Option<WriteHalf<DuplexStream>>,
    output: Lines<BufReader<ReadHalf<DuplexStream>>>,
    server: JoinHandle<Result<(), Error>>,
}

impl Client {
    /// Connects to what `serve` serves on its two ends.
    pub(crate) fn connect<F>(serve: impl FnOnce(ReadHalf<DuplexStream>, WriteHalf<DuplexStream>) -> F) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let (their_input, their_output) = split(theirs);
        let (output, input) = split(ours);
        let server = tokio::spawn(serve(their_input, their_output));
        Self { input: Some(input), output: BufReader::new(output).lines(), server }
    }

    pub(crate) fn to_product(services: &std::sync::Arc<app::Services>) -> Self {
        let services = std::sync::Arc::clone(services);
        Self::connect(|input, output| async move {
            server::serve_streams(services, data_owner(), input, output, &Config::default()).await
        })
    }

    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).await.unwrap();
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.send_raw(format!("{message}\n").as_bytes()).await;
    }

    /// The next message, or `None` when the server has closed its end.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let line = tokio::time::timeout(Duration::from_secs(20), self.output.next_line()).await;
        let line = line.expect("an answer within 20 seconds").unwrap()?;
        Some(serde_json::from_str(&line).unwrap())
    }

    /// Sends a request and reads up to its answer; what came before it is returned first.
    pub(crate) async fn ask(&mut self, id: i64, method: &str, params: Value) -> (Vec<Value>, Value) {
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })).await;
        let mut before = Vec::new();
        loop {
            let message = self.next().await.expect("an answer");
            if message["id"] == id && message.get("method").is_none() {
                return (before, message);
            }
            before.push(message);
        }
    }

    /// Opens the conversation as clients of the older revisions do.
    pub(crate) async fn initialize(&mut self, capabilities: Value) -> Value {
        let info = json!({ "name": "test", "version": "1" });
        let params = json!({ "protocolVersion": LEGACY, "capabilities": capabilities, "clientInfo": info });
        let (_, answer) = self.ask(0, "initialize", params).await;
        self.send(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
        answer
    }

    /// Closes our end; the server's answers can still be read.
    pub(crate) async fn end_input(&mut self) {
        if let Some(mut input) = self.input.take() {
            input.shutdown().await.unwrap();
        }
    }

    /// Closes our end and waits for the server to end.
    pub(crate) async fn close(mut self) -> Result<(), Error> {
        self.end_input().await;
        while self.output.next_line().await.unwrap().is_some() {}
        self.server.await.unwrap()
    }
}
