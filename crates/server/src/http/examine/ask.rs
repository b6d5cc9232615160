//! The questions, each from an address of its own that is set aside for documents, so that no rate counts them together.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, header};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use crate::client::Connected;
use crate::http::problem::MCP;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Something open.
    Health,
    /// A page.
    Page,
    /// A call of a tool without a credential.
    Call,
    /// Something that is not there.
    Missing,
    /// A method that nobody needs.
    Trace,
    /// A request of a page of another site.
    ForeignOrigin,
    /// A request for another host.
    ForeignHost,
    /// More than a message may have.
    Large,
    /// The metrics, where clients are.
    Metrics,
}

const ALL: [Question; 9] = [
    Question::Health,
    Question::Page,
    Question::Call,
    Question::Missing,
    Question::Trace,
    Question::ForeignOrigin,
    Question::ForeignHost,
    Question::Large,
    Question::Metrics,
];

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) question: Question,
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
}

impl Answer {
    /// A header's value; empty when it is not there.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Whether it is a page.
    pub(super) fn is_page(&self) -> bool {
        self.header("content-type").starts_with("text/html")
    }
}

/// Asks everything.
pub(super) async fn all(
    service: &TowerToHyperService<Router>,
    base: &str,
    body_bytes: usize,
    tls: bool,
) -> Vec<Answer> {
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    let mut answers = Vec::new();
    for (number, question) in (1..).zip(ALL) {
        let Ok(mut request) = question.request(host, body_bytes) else { continue };
        let peer = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, number)), 0);
        request.extensions_mut().insert(Connected { peer, tls });
        let Ok(answer) = service.call(request).await;
        answers.push(question.answered(answer));
    }
    answers
}

impl Question {
    fn request(self, host: &str, body_bytes: usize) -> Result<Request<Body>, axum::http::Error> {
        let (method, path, body) = match self {
            Self::Health | Self::ForeignOrigin | Self::ForeignHost => (Method::GET, "/healthz", Body::empty()),
            Self::Page => (Method::GET, "/dashboard/sign-in", Body::empty()),
            Self::Missing => (Method::GET, "/there-is-nothing-here", Body::empty()),
            Self::Metrics => (Method::GET, "/metrics", Body::empty()),
            Self::Trace => (Method::TRACE, "/healthz", Body::empty()),
            Self::Call => (Method::POST, MCP, Body::from(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)),
            Self::Large => (Method::POST, MCP, Body::empty()),
        };
        let host = if self == Self::ForeignHost { "elsewhere.invalid" } else { host };
        let request = Request::builder().method(method).uri(path).header(header::HOST, host);
        let request = match self {
            Self::ForeignOrigin => request.header(header::ORIGIN, "https://elsewhere.invalid"),
            Self::Call => request.header(header::CONTENT_TYPE, "application/json"),
            // What it announces is enough to refuse it.
            Self::Large => request.header(header::CONTENT_LENGTH, body_bytes.saturating_add(1)),
            _ => request,
        };
        request.header(header::ACCEPT, "application/json, text/event-stream, text/html").body(body)
    }

    fn answered(self, answer: Response<Body>) -> Answer {
        Answer { question: self, status: answer.status().as_u16(), headers: answer.headers().clone() }
    }
}
