//! Clients that take their time on purpose: none of them keeps anything for long, and nobody else notices.

use std::time::{Duration, Instant};

use server::{Config, Limits, Rate};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::edge::{Edge, ask};
use crate::http_client::{get, post_head};

const SHORT: Duration = Duration::from_millis(400);

/// Longer than any bound of these tests, and shorter than the bounds by default.
const SOON: Duration = Duration::from_secs(8);

fn impatient() -> Config {
    let unbounded = Rate { per_minute: 0, burst: 0 };
    let limits = Limits {
        head_timeout: SHORT,
        idle_timeout: SHORT * 6,
        body_timeout: SHORT,
        write_timeout: SHORT,
        per_address: unbounded,
        per_caller: unbounded,
        ..Limits::default()
    };
    Config { limits, ..Config::default() }
}

/// Sends `bytes` one by one until the server closes; how long that took.
async fn dribble(stream: &mut TcpStream, bytes: &[u8]) -> Duration {
    let started = Instant::now();
    let mut sink = [0; 1024];
    for byte in bytes.iter().cycle() {
        if stream.write_all(&[*byte]).await.is_err() || started.elapsed() > SOON {
            break;
        }
        let read = tokio::time::timeout(Duration::from_millis(50), stream.read(&mut sink)).await;
        if matches!(read, Ok(Ok(0) | Err(_))) {
            break;
        }
    }
    started.elapsed()
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_not_waited_for() {
    let edge = Edge::start(impatient()).await;
    let mut stream = TcpStream::connect(edge.main).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\n").await.unwrap();
    assert!(dribble(&mut stream, b"x-slow: loris\r\n").await < SOON);
}

#[tokio::test]
async fn a_second_head_is_not_waited_for_either() {
    let mut config = impatient();
    // The rest between two requests is longer: it is the head that is not waited for.
    config.limits.idle_timeout = SOON * 10;
    let edge = Edge::start(config).await;
    let mut stream = TcpStream::connect(edge.main).await.unwrap();
    let first = ask(&mut stream, &format!("GET /healthz HTTP/1.1\nhost: {}\n\n", edge.main)).await.unwrap();
    assert_eq!(first.status, 200);
    let took = dribble(&mut stream, b"GET /healthz HTTP/1.1\r\nx-slow: loris\r\n").await;
    assert!(took < SOON, "{took:?}");
}

#[tokio::test]
async fn a_body_that_comes_byte_by_byte_is_not_waited_for() {
    let edge = Edge::start(impatient()).await;
    for framing in ["content-length: 100000", "transfer-encoding: chunked"] {
        let mut stream = TcpStream::connect(edge.main).await.unwrap();
        let head = post_head(edge.main, "", 0).replace("content-length: 0", framing);
        let head = head.trim().replace('\n', "\r\n");
        stream.write_all(format!("{head}\r\n\r\n").as_bytes()).await.unwrap();
        let bytes: &[u8] = if framing.starts_with('c') { b" " } else { b"1\r\n \r\n" };
        assert!(dribble(&mut stream, bytes).await < SOON, "{framing}");
    }
    assert_eq!(edge.counted("http_server_requests_refused_total{reason=\"slow\"}"), 2);
}

#[tokio::test]
async fn a_silent_connection_is_closed_and_one_at_rest_later() {
    let edge = Edge::start(impatient()).await;
    let mut silent = TcpStream::connect(edge.main).await.unwrap();
    let mut resting = TcpStream::connect(edge.main).await.unwrap();
    let request = format!("GET /healthz HTTP/1.1\nhost: {}\n\n", edge.main);
    ask(&mut resting, &request).await.unwrap();
    let mut rest = Vec::new();
    tokio::time::timeout(SOON, silent.read_to_end(&mut rest)).await.expect("it is closed").unwrap();
    assert_eq!(ask(&mut resting, &request).await.unwrap().status, 200, "a rest may be longer than a head");
    tokio::time::timeout(SOON, resting.read_to_end(&mut rest)).await.expect("it is closed").unwrap();
    while edge.counted("http_server_connections") > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_client_that_asks_and_asks_and_never_reads_is_not_written_to_for_ever() {
    let edge = Edge::start(impatient()).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2048).unwrap();
    let mut stream = socket.connect(edge.main).await.unwrap();
    let request = format!("GET /openapi.json HTTP/1.1\r\nhost: {}\r\n\r\n", edge.main).repeat(1000);
    let flood = async {
        let mut sent = 0_usize;
        while stream.write_all(request.as_bytes()).await.is_ok() {
            sent += request.len();
        }
        sent
    };
    let sent = tokio::time::timeout(Duration::from_secs(20), flood).await.expect("the server gives up");
    // What is in the buffers of two sockets, and no more: nothing piles up in the program.
    println!("pipelined flood: {sent} bytes of requests were taken before the connection was closed");
    let asked = edge.counted("http_server_requests_total{route=\"/openapi.json\",method=\"GET\",status=\"2xx\"}");
    assert!(asked < 5_000, "{asked} answers were made that nobody read");
    assert_eq!(get(edge.main, "/healthz").await.status, 200);
}

#[tokio::test]
async fn pipelined_requests_are_answered_one_by_one_and_in_order() {
    let edge = Edge::start(impatient()).await;
    let mut stream = TcpStream::connect(edge.main).await.unwrap();
    let one = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", edge.main);
    let flood: String = (0..200).map(|index| one(if index % 2 == 0 { "/healthz" } else { "/nothing" })).collect();
    stream.write_all(flood.as_bytes()).await.unwrap();
    for index in 0..200 {
        let answer = crate::edge::next_answer(&mut stream).await.unwrap();
        assert_eq!(answer.status, if index % 2 == 0 { 200 } else { 404 }, "{index}");
    }
}
