//! A server whose every word is kept: what it logs, its metrics, and what it answers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::canary_search::Evidence;

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) base: String,
    operations: Option<String>,
    log: Option<JoinHandle<String>>,
}

impl Server {
    /// Starts it; all that it said where it does not start.
    pub(crate) fn try_start(command: &mut Command) -> Result<Self, String> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (places, told): (_, Receiver<String>) = mpsc::channel();
        let log = thread::spawn(move || {
            let mut whole = String::new();
            for line in stderr.lines().map_while(Result::ok) {
                if line.contains("serves MCP at") || line.contains("health and metrics at") {
                    let _ = places.send(line.clone());
                }
                whole.push_str(&line);
                whole.push('\n');
            }
            whole
        });
        let address = |line: &str, after: &str| {
            let rest = line.split(after).nth(1).unwrap();
            rest.split(['/', ',', ' ']).next().unwrap().to_owned()
        };
        let Ok(line) = told.recv_timeout(Duration::from_secs(60)) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(log.join().unwrap());
        };
        let base = format!("http://{}", address(&line, "http://"));
        let operations = told.recv_timeout(Duration::from_millis(300)).ok();
        let operations = operations.map(|line| format!("http://{}", address(&line, "metrics at ")));
        Ok(Self { child, base, operations, log: Some(log) })
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Has it read its configuration again.
    pub(crate) fn hang_up(&self) {
        self.signal(rustix::process::Signal::HUP);
    }

    /// Ends it properly, and adds its metrics and its whole log to the evidence.
    pub(crate) fn end(mut self, evidence: &mut Evidence) {
        if let Some(operations) = &self.operations {
            let (status, metrics) = request(operations, "GET /metrics", &[], "");
            assert!(status == 200 && metrics.contains("audit_entries_total"), "{metrics}");
            evidence.add("the metrics", metrics);
        }
        self.signal(rustix::process::Signal::TERM);
        assert!(self.child.wait().unwrap().success());
        let log = self.log.take().unwrap().join().unwrap();
        assert!(log.contains("serves MCP at") && log.lines().count() > 1, "the log is there");
        evidence.add("the log", log);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request on a connection of its own; the status, and the whole answer.
pub(crate) fn request(base: &str, line: &str, headers: &[(&str, String)], body: &str) -> (u16, String) {
    let address = base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let mut head =
        format!("{line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    // A server that has refused already may not read it all.
    let _ = stream.write_all(format!("{head}\r\n{body}").as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}
