//! The service as a process of its own, on a free port, with a database in a folder of its own.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(30);

/// A folder that is removed with it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The program with these settings and no others.
pub(crate) fn command(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_service"));
    command.env_clear().envs(settings.iter().copied());
    // Where a coverage run gathers what was executed.
    command.envs(std::env::vars_os().filter(|(name, _)| name == "LLVM_PROFILE_FILE"));
    command
}

/// Runs the program to its end, which must come by itself.
pub(crate) fn run(settings: &[(&str, &str)]) -> Output {
    let mut process = command(settings).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while process.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            process.kill().unwrap();
            panic!("the program did not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    process.wait_with_output().unwrap()
}

pub(crate) struct Running {
    process: Child,
    pub(crate) address: String,
    rest_of_log: Option<JoinHandle<String>>,
    first_lines: Vec<Value>,
}

impl Running {
    /// Starts the service and waits until it listens.
    pub(crate) fn start(folder: &Folder, settings: &[(&str, &str)]) -> Self {
        let database = folder.file("data/notes.db");
        let mut all = vec![("PORT", "0"), ("DATABASE_PATH", &database)];
        all.extend(settings);
        let mut process = command(&all).stdout(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(process.stdout.take().unwrap());
        let mut first_lines = Vec::new();
        let address = loop {
            let mut line = String::new();
            assert!(log.read_line(&mut line).unwrap() > 0, "ended before it listened: {first_lines:?}");
            let line: Value = serde_json::from_str(&line).unwrap();
            first_lines.push(line.clone());
            if line["msg"] == "listening" {
                break line["address"].as_str().unwrap().to_owned();
            }
        };
        let rest_of_log = std::thread::spawn(move || {
            let mut rest = String::new();
            log.read_to_string(&mut rest).unwrap();
            rest
        });
        Self { process, address, rest_of_log: Some(rest_of_log), first_lines }
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::to(&self.address).unwrap()
    }

    /// One request on a connection of its own; None when no connection is taken.
    pub(crate) fn try_get(&self, path: &str) -> Option<String> {
        let mut connection = Connection::to(&self.address)?;
        connection.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        Some(connection.rest())
    }

    pub(crate) fn terminate(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end; says how it ended and what it logged.
    pub(crate) fn end(mut self) -> (ExitStatus, Vec<Value>) {
        let status = eventually(|| self.process.try_wait().unwrap());
        let rest = self.rest_of_log.take().unwrap().join().unwrap();
        let mut lines = std::mem::take(&mut self.first_lines);
        lines.extend(rest.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        (status, lines)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Tries until there is something.
pub(crate) fn eventually<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = attempt() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "waited too long");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub(crate) struct Connection(TcpStream);

impl Connection {
    fn to(address: &str) -> Option<Self> {
        let stream = TcpStream::connect(address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Some(Self(stream))
    }

    pub(crate) fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }

    /// Reads until the answer so far ends with `end`.
    pub(crate) fn until(&mut self, end: &str) -> String {
        let mut read = Vec::new();
        while !read.ends_with(end.as_bytes()) {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            read.push(byte[0]);
        }
        String::from_utf8(read).unwrap()
    }

    /// Reads until the service closes the connection.
    pub(crate) fn rest(&mut self) -> String {
        let mut read = Vec::new();
        if let Err(error) = self.0.read_to_end(&mut read) {
            // A connection that is reset has ended too; one that is only silent has not.
            assert_eq!(error.kind(), ErrorKind::ConnectionReset, "the connection was not closed");
        }
        String::from_utf8(read).unwrap()
    }
}
