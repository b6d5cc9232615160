//! Fetches the archive of one ecosystem: only when it has changed, from where it broke off, and never more than a bound.

use std::time::Duration;

use http::header::{ETAG, IF_NONE_MATCH, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderName, HeaderValue};
use outbound::{Client, Stream};

use super::failure::unreachable;
use super::part::Part;
use crate::error::{Error, ErrorKind};

/// Largest archive.
pub(super) const LARGEST: u64 = 2 << 30;
/// How often a connection that broke is made again.
const RETRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(300);

/// What a server had to say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fetched {
    /// It is the version that is here already.
    Unchanged,
    /// The whole archive is in the part; the server calls it so.
    Whole(String),
}

/// A download: what is asked for, what is here already, when to stop.
pub(super) struct Download<'a> {
    pub(super) client: &'a Client,
    pub(super) address: &'a str,
    /// The version that was taken in last.
    pub(super) known: Option<&'a str>,
    pub(super) largest: u64,
    pub(super) cancelled: &'a dyn Fn() -> bool,
}

/// How one try ended.
enum Try {
    Done(Fetched),
    Again(Error),
    /// What is here does not fit what is there.
    Anew,
}

impl Download<'_> {
    pub(super) async fn run(&self, part: &mut Part) -> Result<Fetched, Error> {
        let mut left = RETRIES;
        loop {
            let again = match self.attempt(part).await? {
                Try::Done(fetched) => return Ok(fetched),
                Try::Anew => {
                    part.restart("")?;
                    self.failure("it answers with another part than was asked for")
                }
                Try::Again(error) => error,
            };
            if left == 0 {
                return Err(again);
            }
            left -= 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn attempt(&self, part: &mut Part) -> Result<Try, Error> {
        let resumes = part.length > 0 && !part.etag.is_empty();
        let stream = match self.client.open(self.address, self.headers(part, resumes)).await {
            Ok(stream) => stream,
            Err(error) if error.may_pass() => return Ok(Try::Again(unreachable(self.address, error))),
            Err(error) => return Err(unreachable(self.address, error)),
        };
        match stream.status {
            304 if !resumes && self.known.is_some() => Ok(Try::Done(Fetched::Unchanged)),
            200 => {
                part.restart(text(&stream, ETAG).unwrap_or_default())?;
                self.take(stream, part).await
            }
            206 if resumes && fits(&stream, part) => self.take(stream, part).await,
            206 | 416 if resumes => Ok(Try::Anew),
            404 | 403 => {
                let hint = "Look at the ecosystem's spelling and at checks.advisories_url.";
                let message = format!("{} has no such archive (status {}).", self.address, stream.status);
                Err(Error::new(ErrorKind::NotFound, message, hint))
            }
            status if status >= 500 || status == 429 => Ok(Try::Again(self.failure(&format!("status {status}")))),
            status => Err(self.failure(&format!("status {status}"))),
        }
    }

    fn headers(&self, part: &Part, resumes: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        if resumes {
            set(RANGE, &format!("bytes={}-", part.length));
            set(IF_RANGE, &part.etag);
        } else if let Some(known) = self.known {
            set(IF_NONE_MATCH, known);
        }
        headers
    }

    async fn take(&self, mut stream: Stream, part: &mut Part) -> Result<Try, Error> {
        let told = text(&stream, http::header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        let whole = told.map(|told| told.saturating_add(part.length));
        if whole.is_some_and(|whole| whole > self.largest) {
            return Err(self.too_large());
        }
        loop {
            if (self.cancelled)() {
                return Err(Error::new(ErrorKind::Cancelled, "The update was stopped.", "Start it again; it goes on."));
            }
            match stream.chunk().await {
                Ok(Some(bytes)) if part.length + bytes.len() as u64 > self.largest => return Err(self.too_large()),
                Ok(Some(bytes)) => part.add(&bytes)?,
                Ok(None) if whole.is_some_and(|whole| whole != part.length) => {
                    return Ok(Try::Again(self.failure("it ended too early")));
                }
                Ok(None) => return Ok(Try::Done(Fetched::Whole(part.etag.clone()))),
                Err(error) => return Ok(Try::Again(unreachable(self.address, error))),
            }
        }
    }

    fn too_large(&self) -> Error {
        let message = format!("{} is larger than {} bytes, and more is not fetched.", self.address, self.largest);
        Error::refused(message, "Look at what is there; an archive of OSV is far smaller.")
    }

    fn failure(&self, why: &str) -> Error {
        let message = format!("{} could not be fetched: {why}.", self.address);
        Error::new(ErrorKind::Unavailable, message, "Try again; what came until now is kept.")
    }
}

fn text(stream: &Stream, name: HeaderName) -> Option<&str> {
    stream.headers.get(name)?.to_str().ok()
}

/// Whether the part that comes is the one that is missing, of the same version.
fn fits(stream: &Stream, part: &Part) -> bool {
    let range = text(stream, http::header::CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes "));
    let from = range.and_then(|range| range.split('-').next()).and_then(|from| from.trim().parse::<u64>().ok());
    from == Some(part.length) && text(stream, ETAG).is_none_or(|etag| etag == part.etag)
}
