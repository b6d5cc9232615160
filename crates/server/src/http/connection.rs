//! One connection from its handshake to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use hyper_util::service::TowerToHyperService;
use observe::ConnectionRefused;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::connections::Place;
use super::flow::{Answering, Flow};
use super::live::Live;
use super::stream::{Guarded, Patience, Wire};
use super::unreadable;
use crate::client::{Connected, PeerCertificate};
use crate::config::Limits;

/// What the connections of one listener have in common.
pub(crate) struct Host {
    pub(crate) live: Arc<Live>,
    /// Whether this listener speaks TLS.
    pub(crate) tls: bool,
    pub(crate) router: Router,
}

/// Who the other end is, as far as the connection tells.
struct Peer {
    connected: Connected,
    certificate: Option<PeerCertificate>,
}

impl Host {
    /// Serves `stream` until it ends, or has to make way.
    pub(crate) async fn serve(&self, stream: TcpStream, peer: SocketAddr, place: Place, watcher: Watcher) {
        let flow = Flow::new(place);
        tokio::select! {
            biased;
            () = flow.told_to_leave() => {}
            () = self.converse(stream, peer, Arc::clone(&flow), watcher) => {}
        }
    }

    async fn converse(&self, stream: TcpStream, peer: SocketAddr, flow: Arc<Flow>, watcher: Watcher) {
        let limits = &self.live.now().limits;
        let Some((wire, certificate)) = self.shake_hands(stream, limits).await else { return };
        let peer = Peer { connected: Connected { peer, tls: self.tls }, certificate };
        let patience = Patience { head: limits.head_timeout, idle: limits.idle_timeout, write: limits.write_timeout };
        let (metrics, tls) = (Arc::clone(&self.live.metrics), self.tls);
        let rewrite = Box::new(move |theirs: &[u8]| unreadable::answer(theirs, tls, &metrics));
        let stream = Guarded::new(wire, Arc::clone(&flow), patience, rewrite);
        let service = TowerToHyperService::new(self.router.clone());
        let answer = service_fn(move |request| answer(&service, &flow, &peer, request));
        let connection = watcher.watch(http(limits).serve_connection(TokioIo::new(stream), answer));
        if let Err(error) = connection.await {
            tracing::debug!(cause = error.to_string(), "connection ended");
        }
    }

    async fn shake_hands(&self, stream: TcpStream, limits: &Limits) -> Option<(Wire, Option<PeerCertificate>)> {
        let Some(certificate) = self.live.certificate().filter(|_| self.tls) else {
            return Some((Wire::Plain(stream), None));
        };
        let handshake = TlsAcceptor::from(certificate.current()).accept(stream);
        let refused = match tokio::time::timeout(limits.handshake_timeout, handshake).await {
            Ok(Ok(stream)) => {
                let shown = stream.get_ref().1.peer_certificates();
                let shown = shown.map(|chain| chain.iter().map(|one| one.clone().into_owned()).collect());
                let shown = shown.map(|chain| PeerCertificate(Arc::new(chain)));
                return Some((Wire::Tls(Box::new(stream)), shown));
            }
            Ok(Err(error)) => {
                tracing::debug!(cause = error.to_string(), "no TLS connection");
                ConnectionRefused::HandshakeFailed
            }
            Err(_) => ConnectionRefused::HandshakeTimeout,
        };
        self.live.metrics.connection_refused(refused);
        None
    }
}

fn http(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        // The stream sees to it, which tells a connection at rest from a request that does not come to its end.
        .header_read_timeout(None)
        .max_headers(100)
        // Beyond the limit that is answered politely, the hard one.
        .max_buf_size(((limits.header_bytes + limits.url_bytes) * 2).max(32 << 10));
    http
}

/// One request, with what is known of the connection, and its answer, which is under way until its last byte has left.
fn answer(
    service: &TowerToHyperService<Router>,
    flow: &Arc<Flow>,
    peer: &Peer,
    mut request: Request<Incoming>,
) -> impl Future<Output = Result<axum::response::Response, Infallible>> + use<> {
    let answering = flow.begin();
    request.extensions_mut().insert(peer.connected);
    if let Some(certificate) = &peer.certificate {
        request.extensions_mut().insert(certificate.clone());
    }
    let answer = service.call(request);
    async move { Ok(answer.await?.map(|body| Body::new(Underway { body, _answering: answering }))) }
}

/// A body that keeps its connection from counting as idle.
struct Underway {
    body: Body,
    _answering: Answering,
}

impl HttpBody for Underway {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
