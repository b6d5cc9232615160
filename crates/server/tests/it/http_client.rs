//! A small HTTP client that shows every byte: one request a connection, nothing hidden or repaired.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const MODERN: &str = "2026-07-28";
pub(crate) const LEGACY: &str = "2025-11-25";

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The JSON of the body, or of the last event of a stream.
    pub(crate) fn json(&self) -> Value {
        self.events().pop().unwrap_or_else(|| panic!("no JSON in {self:?}"))
    }

    pub(crate) fn events(&self) -> Vec<Value> {
        let text = self.text();
        if self.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream")) {
            let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
            return data.filter_map(|data| serde_json::from_str(data.trim()).ok()).collect();
        }
        serde_json::from_str(&text).into_iter().collect()
    }
}

/// Sends `head` (request line and headers, without the last empty line) and `body`.
pub(crate) async fn raw(address: SocketAddr, head: &str, body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("{}\r\nconnection: close\r\n\r\n", head.trim().replace('\n', "\r\n"));
    stream.write_all(head.as_bytes()).await.unwrap();
    // A server that refuses early closes while we still write.
    let _ = stream.write_all(body).await;
    read(&mut stream).await
}

pub(crate) async fn read(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    parse(&bytes)
}

pub(crate) fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or_else(|| {
        panic!("no HTTP answer in {:?}", String::from_utf8_lossy(bytes));
    });
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let headers: Vec<_> = lines.filter_map(header).collect();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = &bytes[end + 4..];
    Answer { status, headers, body: if chunked { unchunk(body) } else { body.to_vec() } }
}

fn unchunk(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|window| window == b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(&body[..end]), 16).unwrap_or(0);
        let start = end + 2;
        if size == 0 || body.len() < start + size {
            break;
        }
        whole.extend_from_slice(&body[start..start + size]);
        body = &body[(start + size + 2).min(body.len())..];
    }
    whole
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> Answer {
    raw(address, &format!("GET {path} HTTP/1.1\nhost: {address}"), b"").await
}

/// The head of a POST to `/mcp` with `headers`.
pub(crate) fn post_head(address: SocketAddr, headers: &str, length: usize) -> String {
    format!(
        "POST /mcp HTTP/1.1\nhost: {address}\ncontent-type: application/json\n\
        accept: application/json, text/event-stream\ncontent-length: {length}\n{}",
        headers.trim()
    )
}

pub(crate) async fn post(address: SocketAddr, headers: &str, body: impl AsRef<[u8]>) -> Answer {
    let body = body.as_ref();
    raw(address, &post_head(address, headers, body.len()), body).await
}

/// What a request of the newest revision says about itself.
pub(crate) fn meta(capabilities: Value) -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": capabilities,
    })
}

/// A request of the newest revision, with its headers.
pub(crate) fn modern_request(method: &str, mut params: Value) -> (String, Value) {
    if params.get("_meta").is_none() {
        params["_meta"] = meta(json!({}));
    }
    let mut headers = format!("mcp-protocol-version: {MODERN}\nmcp-method: {method}");
    if let Some(name) = params.get("name").or_else(|| params.get("uri")).and_then(Value::as_str) {
        headers.push_str(&format!("\nmcp-name: {name}"));
    }
    (headers, json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }))
}

pub(crate) async fn modern(address: SocketAddr, method: &str, params: Value) -> Answer {
    let (headers, body) = modern_request(method, params);
    post(address, &headers, body.to_string()).await
}

pub(crate) async fn legacy(address: SocketAddr, method: &str, params: Value) -> Answer {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    post(address, &format!("mcp-protocol-version: {LEGACY}"), body.to_string()).await
}

pub(crate) fn call(arguments: Value) -> Value {
    json!({ "name": "smart_begin", "arguments": arguments })
}

/// Arguments that leave nothing open to ask about.
pub(crate) fn complete_arguments(name: &str, more: Value) -> Value {
    let mut arguments = json!({ "projectName": name, "stack": "typescript", "description": "It keeps things.", "author": "Ada Lovelace" });
    for (key, value) in more.as_object().unwrap() {
        arguments[key] = value.clone();
    }
    arguments
}
