//! Bounds on what one request and all requests together may take.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use observe::RequestRefused;
use tokio::sync::Semaphore;
use tokio::time::{Sleep, sleep};

use super::live::Live;
use super::problem::refuse;
use crate::config;

/// Asked by whoever decides whether this process lives on.
const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

/// The bounds, and how many requests are being worked on.
#[derive(Clone)]
pub(crate) struct Limits {
    live: Arc<Live>,
    places: Arc<Semaphore>,
}

/// Why a body cannot be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyFault {
    TooLarge,
    TooSlow,
}

impl Limits {
    pub(crate) fn new(live: Arc<Live>) -> Self {
        let places = Arc::new(Semaphore::new(live.now().limits.concurrent_requests));
        Self { live, places }
    }

    fn refused(&self, path: &str, why: &Refused) -> Response {
        self.live.metrics.request_refused(why.reason);
        let mut response = refuse(path, why.status, &why.message, why.hint);
        let name = match why.status {
            StatusCode::SERVICE_UNAVAILABLE => (header::RETRY_AFTER, HeaderValue::from_static("1")),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (header::ACCEPT_ENCODING, HeaderValue::from_static("identity")),
            _ => return response,
        };
        response.headers_mut().insert(name.0, name.1);
        response
    }
}

/// Refuses what goes beyond the bounds.
pub(crate) async fn enforce(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let now = limits.live.now();
    let path = request.uri().path().to_owned();
    if let Err(why) = head(&request, &now.limits) {
        return limits.refused(&path, &why);
    }
    let (size, patience) = (now.limits.body_bytes, now.limits.body_timeout);
    let request = request.map(|body| Body::new(Arriving { body, left: size, due: Box::pin(sleep(patience)) }));
    if HEALTH.contains(&path.as_str()) {
        // A busy server is not a sick one.
        return next.run(request).await;
    }
    let Ok(place) = Arc::clone(&limits.places).try_acquire_owned() else {
        return limits.refused(&path, &Refused::busy());
    };
    let Ok(response) = tokio::time::timeout(now.limits.request_timeout, next.run(request)).await else {
        let message = format!("There was no answer within {} seconds.", now.limits.request_timeout.as_secs());
        let hint = "Look at smart-begin://projects before you try again: it may have been finished meanwhile.";
        return refuse(&path, StatusCode::GATEWAY_TIMEOUT, &message, hint);
    };
    if !is_stream(&response) {
        return response;
    }
    // A stream goes on after its head: it keeps its place until it ends.
    response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let _held = &place;
            frame
        }))
    })
}

struct Refused {
    status: StatusCode,
    reason: RequestRefused,
    message: String,
    hint: &'static str,
}

impl Refused {
    fn too_large(status: StatusCode, message: String, hint: &'static str) -> Self {
        Self { status, reason: RequestRefused::Size, message, hint }
    }

    fn busy() -> Self {
        let message = "The server is busy.".to_owned();
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self { status, reason: RequestRefused::Busy, message, hint: "Try again in a second." }
    }
}

/// What can be told from the head of a request.
fn head(request: &Request, limits: &config::Limits) -> Result<(), Refused> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > limits.url_bytes {
        let message = format!("The path with its query is longer than {} bytes.", limits.url_bytes);
        return Err(Refused::too_large(StatusCode::URI_TOO_LONG, message, "Send a shorter one."));
    }
    let headers = request.headers();
    let sum = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>();
    if sum > limits.header_bytes {
        let message = format!("The headers are larger than {} bytes.", limits.header_bytes);
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Err(Refused::too_large(status, message, "Send fewer or shorter ones."));
    }
    if is_encoded(headers) {
        return Err(Refused {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            reason: RequestRefused::Encoding,
            message: "The body is compressed or encoded in another way.".to_owned(),
            hint: "Send it as it is, without Content-Encoding.",
        });
    }
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|size| size > limits.body_bytes as u64) {
        let message = format!("The message is larger than {} bytes.", limits.body_bytes);
        let hint = "Send less, or split it into several calls.";
        return Err(Refused::too_large(StatusCode::PAYLOAD_TOO_LARGE, message, hint));
    }
    Ok(())
}

/// Whether what arrives would have to be decoded: a small compressed body can become a large one.
fn is_encoded(headers: &HeaderMap) -> bool {
    let other_than = |name, plain: &str| {
        let mut values = headers.get_all(name).iter();
        values.any(|value| !value.to_str().is_ok_and(|value| value.trim().eq_ignore_ascii_case(plain)))
    };
    other_than(header::CONTENT_ENCODING, "identity") || other_than(header::TRANSFER_ENCODING, "chunked")
}

fn is_stream(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/event-stream"))
}

/// A body that arrives within bounds of size and time, or ends with a [`BodyFault`].
struct Arriving {
    body: Body,
    left: usize,
    due: Pin<Box<Sleep>>,
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                let size = frame.data_ref().map_or(0, Bytes::len);
                let Some(left) = self.left.checked_sub(size) else {
                    return Poll::Ready(Some(Err(axum::Error::new(BodyFault::TooLarge))));
                };
                self.left = left;
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Pending if self.due.as_mut().poll(cx).is_ready() => {
                Poll::Ready(Some(Err(axum::Error::new(BodyFault::TooSlow))))
            }
            other => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl BodyFault {
    /// What bound the body went over, when that is why it could not be read.
    pub(crate) fn of(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(fault) = error.downcast_ref::<Self>() {
                return Some(*fault);
            }
            cause = error.source();
        }
        None
    }
}

impl fmt::Display for BodyFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::TooLarge => "the body is too large",
            Self::TooSlow => "the body took too long to arrive",
        })
    }
}

impl std::error::Error for BodyFault {}
