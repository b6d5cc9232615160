//! Ten thousand connections that do nothing: the server's memory stays bounded, and whoever does something is answered.
//!
//! The server is a process of its own, this test binary once more, so that its memory and its file handles are its alone.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use server::{Config, Limits, Rate};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpSocket, TcpStream};

use crate::edge::Edge;
use crate::http_client::modern;

const CROWD: usize = 10_000;

/// Says to this binary that it is the server, and with how many connections.
const CHILD: &str = "SMART_BEGIN_TEST_CONNECTIONS";

struct Served {
    child: Child,
    at: SocketAddr,
}

impl Served {
    fn start(connections: usize) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crowd::the_server_itself", "--ignored", "--nocapture"])
            .env(CHILD, connections.to_string())
            .env("LLVM_PROFILE_FILE", "/dev/null")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
        let at = loop {
            let line = lines.next().expect("the server says where it listens").unwrap();
            if let Some((_, at)) = line.split_once("listens at ") {
                break at.trim().parse().unwrap();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, at }
    }

    /// Bytes of memory that are the process's own.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// How many calls of a client that goes on take, in order.
    async fn calls(&self) -> Vec<Duration> {
        let mut took = Vec::new();
        for _ in 0..200 {
            let started = Instant::now();
            let answer = modern(self.at, "tools/list", json!({})).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            took.push(started.elapsed());
        }
        took.sort();
        took
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "the server of the tests in this file"]
fn the_server_itself() {
    let Some(connections) = std::env::var(CHILD).ok().and_then(|text| text.parse().ok()) else { return };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let unbounded = Rate { per_minute: 0, burst: 0 };
        let hour = Duration::from_secs(3_600);
        let limits = Limits {
            connections,
            connections_per_address: 2_000,
            head_timeout: hour,
            per_address: unbounded,
            per_caller: unbounded,
            ..Limits::default()
        };
        let edge = Edge::start(Config { limits, ..Config::default() }).await;
        println!("listens at {}", edge.main);
        // Until the test has gone.
        let mut rest = Vec::new();
        let _ = tokio::io::stdin().read_to_end(&mut rest).await;
    });
}

/// Connects from several addresses, and sends as much as `first` of a head on each.
async fn crowd(at: SocketAddr, first: &[u8]) -> Vec<TcpStream> {
    let mut crowd = Vec::with_capacity(CROWD);
    for index in 0..CROWD {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("127.0.1.{}:0", index % 10 + 1).parse().unwrap()).unwrap();
        let mut stream = socket.connect(at).await.unwrap();
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, first).await;
        crowd.push(stream);
    }
    crowd
}

fn percentile(sorted: &[Duration], hundredth: usize) -> Duration {
    sorted[(sorted.len() * hundredth / 100).min(sorted.len() - 1)]
}

fn report(name: &str, before: u64, with: u64, quiet: &[Duration], crowded: &[Duration]) {
    println!(
        "{name}: {} KiB of memory before, {} KiB with {CROWD} connections ({} bytes each); a call took {:?} at the \
         median and {:?} at p99 in the quiet, {:?} and {:?} in the crowd",
        before / 1024,
        with / 1024,
        (with.saturating_sub(before)) / CROWD as u64,
        percentile(quiet, 50),
        percentile(quiet, 99),
        percentile(crowded, 50),
        percentile(crowded, 99),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_idle_connections_starve_nobody() {
    let Some(_) = room_for(CROWD) else { return };
    for (name, connections, first) in [
        ("held, silent", CROWD + 500, &b""[..]),
        ("held, half a head", CROWD + 500, b"GET /healthz HTTP/1.1\r\nx-slow: lo"),
        ("beyond the default of 1,024, silent", 1_024, b""),
    ] {
        let served = Served::start(connections);
        let quiet = served.calls().await;
        let before = served.memory();
        let crowd = crowd(served.at, first).await;
        let crowded = served.calls().await;
        let with = served.memory();
        report(name, before, with, &quiet, &crowded);
        assert!(with < before + 256 * 1024 * 1024, "{name}: {with} bytes");
        let (open, most) = (open(&crowd).await, CROWD.min(connections));
        // Some places are held for a moment by those who have just asked.
        assert!(open <= most && open >= most - most % CROWD / 20, "{name}: {open} are open");
        drop(crowd);
    }
}

/// How many of `crowd` the server has not closed. One place is for whoever is asking.
async fn open(crowd: &[TcpStream]) -> usize {
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut open = 0;
    for stream in crowd {
        match stream.try_read(&mut [0; 1]) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => open += 1,
            _ => {}
        }
    }
    open
}

/// Raises the limit on file handles for `connections`, or says that it cannot.
fn room_for(connections: usize) -> Option<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let (now, needed) = (getrlimit(Resource::Nofile), connections as u64 + 1_000);
    if now.maximum.is_some_and(|most| most < needed) {
        testkit::skip(&format!("this system lets a process open fewer than {needed} files"));
        return None;
    }
    if now.current.is_some_and(|current| current < needed) {
        setrlimit(Resource::Nofile, Rlimit { current: Some(needed), maximum: now.maximum }).unwrap();
    }
    Some(())
}
