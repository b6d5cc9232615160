//! A client of the MCP server that knows nothing but lines of JSON: what goes over the wire is what is tested.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{Home, PROGRAM};

const PATIENCE: Duration = Duration::from_secs(60);

/// A server on its standard streams, and our end of them.
pub(crate) struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    replies: Receiver<Value>,
    stdout: Option<JoinHandle<Vec<String>>>,
    stderr: Option<JoinHandle<Vec<String>>>,
    kept: Vec<Value>,
    next: u64,
}

/// How a server ended, and all it wrote.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<String>,
    pub(crate) stderr: Vec<String>,
}

impl Server {
    /// Starts `serve` with these options and opens the conversation.
    pub(crate) fn start(home: &Home, options: &[&str]) -> Self {
        Self::start_beneath(home, &[], options)
    }

    /// The same, started by another program: `words` come before it.
    pub(crate) fn start_beneath(home: &Home, words: &[String], options: &[&str]) -> Self {
        let mut server = Self::start_silently(home, words, options);
        let about = json!({ "name": "raw", "version": "1" });
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": about });
        let reply = server.request("initialize", params);
        assert_eq!(reply["result"]["protocolVersion"], "2025-11-25", "{reply}");
        server.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        server
    }

    fn start_silently(home: &Home, words: &[String], options: &[&str]) -> Self {
        let line = [words, &[PROGRAM.to_owned(), "serve".to_owned()]].concat();
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]).args(options).current_dir(home.work());
        command
            .env_clear()
            .env("PATH", testkit::path())
            .env("HOME", home.home())
            .env("SMART_BEGIN_DATA_DIR", home.data());
        if let Some(profile) = std::env::var_os("LLVM_PROFILE_FILE") {
            command.env("LLVM_PROFILE_FILE", profile);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (replies, received) = mpsc::channel();
        let stdout = lines(child.stdout.take().unwrap(), move |line| {
            if let Ok(value) = serde_json::from_str::<Value>(line) {
                let _ = replies.send(value);
            }
        });
        let stderr = lines(child.stderr.take().unwrap(), |_| {});
        let stdin = child.stdin.take();
        Self { child, stdin, replies: received, stdout: Some(stdout), stderr: Some(stderr), kept: Vec::new(), next: 1 }
    }

    /// The id of its process.
    #[cfg(target_os = "linux")]
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends a message as it is. A server that is gone is noticed when its answer is missing.
    pub(crate) fn send(&mut self, message: &Value) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(format!("{message}\n").as_bytes());
        }
    }

    /// Sends a request without waiting; returns its id.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> u64 {
        let id = self.next;
        self.next += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The whole reply to a request; none when the server ended first.
    pub(crate) fn try_request(&mut self, method: &str, params: Value) -> Option<Value> {
        let id = self.ask(method, params);
        self.reply_to(id)
    }

    /// The whole reply to the request `id`, whenever it came; none when the server ended first.
    pub(crate) fn reply_to(&mut self, id: u64) -> Option<Value> {
        let is_it = |message: &Value| message["id"] == id && message.get("method").is_none();
        if let Some(at) = self.kept.iter().position(is_it) {
            return Some(self.kept.remove(at));
        }
        let give_up = Instant::now() + PATIENCE;
        while let Ok(message) = self.replies.recv_timeout(give_up.saturating_duration_since(Instant::now())) {
            if is_it(&message) {
                return Some(message);
            }
            self.kept.push(message);
        }
        assert!(Instant::now() < give_up, "no reply to request {id}");
        None
    }

    #[track_caller]
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        self.try_request(method, params).expect("a reply before the server ends")
    }

    /// The result of a call of the tool.
    #[track_caller]
    pub(crate) fn tool(&mut self, arguments: Value) -> Value {
        let mut reply = self.request("tools/call", call(arguments));
        assert!(reply.get("error").is_none(), "{reply}");
        reply["result"].take()
    }

    /// What the tool answers to programs, where it must succeed.
    #[track_caller]
    pub(crate) fn begin(&mut self, arguments: Value) -> Value {
        let mut result = self.tool(arguments);
        assert_ne!(result["isError"], true, "{result}");
        result["structuredContent"].take()
    }

    /// What the tool says, where it must refuse.
    #[track_caller]
    pub(crate) fn refusal(&mut self, arguments: Value) -> String {
        let result = self.tool(arguments);
        assert_eq!(result["isError"], true, "{result}");
        let kind = result["_meta"]["smart-begin/error"]["kind"].as_str().unwrap();
        format!("{kind}: {}", result["content"][0]["text"].as_str().unwrap())
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
    }

    /// Closes our end and waits for the program to end.
    pub(crate) fn finish(mut self) -> Ended {
        drop(self.stdin.take());
        let give_up = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < give_up, "the server does not end when its client has gone");
            thread::sleep(Duration::from_millis(2));
        };
        let all = |thread: &mut Option<JoinHandle<Vec<String>>>| thread.take().unwrap().join().unwrap();
        Ended { status, stdout: all(&mut self.stdout), stderr: all(&mut self.stderr) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// It ended well, stdout carried only JSON-RPC, and stderr only lines of the log.
    #[track_caller]
    pub(crate) fn assert_clean(&self) {
        assert!(self.status.success(), "{} {:?}", self.status, self.stderr);
        for line in &self.stdout {
            let message: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON on stdout: {line}"));
            assert_eq!(message["jsonrpc"], "2.0", "{line}");
        }
        for line in &self.stderr {
            let entry: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON on stderr: {line}"));
            assert!(entry["timestamp"].is_string() && entry["level"].is_string(), "{line}");
        }
    }
}

/// The parameters of a call of the tool.
pub(crate) fn call(arguments: Value) -> Value {
    json!({ "name": "smart_begin", "arguments": arguments })
}

fn lines(stream: impl Read + Send + 'static, each: impl Fn(&str) + Send + 'static) -> JoinHandle<Vec<String>> {
    thread::spawn(move || {
        let mut all = Vec::new();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            each(&line);
            all.push(line);
        }
        all
    })
}
