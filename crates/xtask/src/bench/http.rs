//! A server over HTTP, started for the run and ended with it, and one request to it.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::message;
use crate::Failure;

const PATIENCE: Duration = Duration::from_secs(30);

/// A server over HTTP.
pub(super) struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts it; it says on stderr where it listens. Its log goes to the file `log`.
    pub(super) fn start(mut command: Command, log: &Path) -> Result<Self, Failure> {
        let lost = |fault| Failure::because("a server over HTTP", fault);
        let file = File::create(log).map_err(lost)?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file).spawn().map_err(lost)?;
        let mut server = Self { child, address: String::new() };
        let give_up = Instant::now() + PATIENCE;
        while server.address.is_empty() {
            let text = fs::read_to_string(log).map_err(lost)?;
            server.address = address(&text).unwrap_or_default();
            if Instant::now() > give_up {
                return Err(Failure::because("a server over HTTP did not start", text));
            }
            sleep(Duration::from_millis(5));
        }
        Ok(server)
    }

    /// Where it serves MCP.
    pub(super) fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    /// One call on a connection of its own: what the answer holds.
    pub(super) fn post(&self, body: &str) -> Result<String, Failure> {
        let lost = |fault| Failure::because("a request over HTTP", fault);
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMCP-Protocol-Version: {}\r\nMcp-Method: tools/call\r\nMcp-Name: smart_begin\r\nContent-Length: {}\r\n\r\n",
            self.address,
            message::VERSION,
            body.len()
        );
        let mut stream = TcpStream::connect(&self.address).map_err(lost)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(lost)?;
        stream.write_all(format!("{head}{body}").as_bytes()).map_err(lost)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map_err(lost)?;
        Ok(body_of(&String::from_utf8_lossy(&answer)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The host and port in `… http://HOST:PORT/mcp …`.
fn address(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("http://")?;
    rest.split_once("/mcp").map(|(address, _)| address.to_owned())
}

/// What follows the head, put together again where it came in chunks.
fn body_of(answer: &str) -> String {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    if !head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        return body.to_owned();
    }
    let (mut whole, mut rest) = (String::new(), body);
    while let Some((size, more)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let Some(chunk) = more.get(..size).filter(|chunk| !chunk.is_empty()) else { break };
        whole.push_str(chunk);
        rest = more.get(size + 2..).unwrap_or_default();
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_server_listens_is_found_in_what_it_says() {
        assert_eq!(address("x serves MCP at http://127.0.0.1:81/mcp (here)\n").as_deref(), Some("127.0.0.1:81"));
        assert_eq!(address("starting\n"), None);
    }

    #[test]
    fn bodies_are_read_whole_and_in_chunks() {
        assert_eq!(body_of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"), "ab");
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        assert_eq!(body_of(chunked), "abcd");
    }
}
