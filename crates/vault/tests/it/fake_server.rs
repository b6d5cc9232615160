//! A server that answers what it is told to, in order, and the last again and again.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub(crate) struct FakeServer {
    address: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl FakeServer {
    pub(crate) fn start(answers: Vec<(u16, String)>) -> Self {
        Self::start_with(move |number, _| answers[number.min(answers.len() - 1)].clone())
    }

    /// `answer` gets the number of the request and its body.
    pub(crate) fn start_with(answer: impl Fn(usize, &str) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&heard);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let Some(body) = stream.as_ref().ok().and_then(read) else { continue };
                let (status, text) = answer(number, &body);
                list.lock().unwrap().push(body);
                let head =
                    format!("HTTP/1.1 {status} It\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", text.len());
                let _ = stream.unwrap().write_all([head.as_bytes(), text.as_bytes()].concat().as_slice());
            }
        });
        Self { address, heard }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The bodies so far.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// The body of a request.
fn read(stream: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    String::from_utf8(body).ok()
}
