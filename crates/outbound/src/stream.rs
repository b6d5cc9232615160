//! An answer that is taken piece by piece, for what is too large to hold.

use std::time::Duration;

use reqwest::Response;

use crate::error::{Error, cause};

/// An answer whose body is still to come.
#[derive(Debug)]
pub struct Stream {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: http::HeaderMap,
    response: Response,
    patience: Duration,
}

impl Stream {
    pub(crate) fn new(response: Response, patience: Duration) -> Self {
        Self { status: response.status().as_u16(), headers: response.headers().clone(), response, patience }
    }

    /// The next piece of the body; none at its end. How much is taken in all is for the caller to bound.
    ///
    /// # Errors
    /// When the connection breaks or nothing comes for too long.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let chunk = tokio::time::timeout(self.patience, self.response.chunk()).await.map_err(|_| Error::TimedOut)?;
        Ok(chunk.map_err(cause)?.map(Vec::from))
    }
}
