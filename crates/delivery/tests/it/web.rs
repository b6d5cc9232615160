//! An HTTPS receiver on this machine that answers as a test wants, and remembers what came.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::authority::Authority;

/// What the request with that number is answered.
#[derive(Clone, Copy)]
pub(crate) enum Reply {
    Status(u16),
    /// The connection is closed after the request was read.
    Killed,
    /// Nothing comes for so long.
    Slow(Duration),
}

pub(crate) type Script = fn(usize) -> Reply;

pub(crate) type Came = (HeaderMap, Vec<u8>);

pub(crate) struct Web {
    pub(crate) address: SocketAddr,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Web {
    pub(crate) async fn start(authority: &Authority, name: &str, script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let came: Arc<Mutex<Vec<Came>>> = Arc::default();
        let (acceptor, kept) = (authority.acceptor(name), Arc::clone(&came));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, kept) = (acceptor.clone(), Arc::clone(&kept));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = service_fn(|request| answer(request, &kept, script));
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self { address, came }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.address.port())
    }

    pub(crate) fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }
}

#[derive(Debug)]
struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("gone")
    }
}

impl std::error::Error for Gone {}

impl From<Infallible> for Gone {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

async fn answer(
    request: Request<Incoming>,
    came: &Mutex<Vec<Came>>,
    script: Script,
) -> Result<Response<Full<Bytes>>, Gone> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    let number = {
        let mut came = came.lock().unwrap();
        came.push((head.headers, body));
        came.len() - 1
    };
    let status = match script(number) {
        Reply::Status(status) => status,
        Reply::Killed => return Err(Gone),
        Reply::Slow(pause) => {
            tokio::time::sleep(pause).await;
            200
        }
    };
    let response = Response::builder().status(status);
    let response =
        if (300..400).contains(&status) { response.header("location", "https://elsewhere.example/") } else { response };
    Ok(response.body(Full::default()).unwrap())
}
