//! What one caller may use: bytes in a body, seconds for a request, requests in a minute.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::problem::Problem;
use crate::tokens::Caller;

/// The longest body that is read.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
/// The longest request line and headers together that are read.
pub const MAX_HEADER_BYTES: usize = 16 * 1024;

/// Whose requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// An authenticated caller, from wherever.
    Caller(Caller),
    /// Anyone else, by address.
    Address(IpAddr),
}

impl Key {
    /// One host usually has a whole /64 of IPv6 addresses, so these count as one.
    pub fn address(peer: Option<SocketAddr>) -> Self {
        let unknown = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        Self::Address(match peer.map_or(unknown, |peer| peer.ip().to_canonical()) {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// Requests in a minute for each key: all at once, or spread out.
pub struct RateLimit {
    limiter: DefaultKeyedRateLimiter<Key>,
    clock: DefaultClock,
}

impl RateLimit {
    /// The same limit for every key.
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_minute(requests)), clock: DefaultClock::default() }
    }

    /// Counts one request.
    pub fn check(&self, key: &Key) -> Result<(), TooMany> {
        self.limiter.check_key(key).map_err(|until| TooMany { wait: until.wait_time_from(self.clock.now()) })
    }

    /// Drops the counts of those who have been away for long, so that memory does not grow with every address.
    pub async fn forget_the_idle(&self) {
        let mut minutes = tokio::time::interval(Duration::from_mins(1));
        loop {
            minutes.tick().await;
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
    }
}

/// The caller is over the limit for `wait` more.
#[derive(Debug)]
pub struct TooMany {
    wait: Duration,
}

impl IntoResponse for TooMany {
    fn into_response(self) -> Response {
        let seconds = self.wait.as_secs_f64().ceil().max(1.0);
        let problem =
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests. Wait as long as Retry-After says.");
        ([(header::RETRY_AFTER, format!("{seconds:.0}"))], problem).into_response()
    }
}

/// Ends a request that takes longer than `REQUEST_TIMEOUT_SECONDS`, a body that trickles in included.
pub async fn cut_off(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "The request took too long and was ended. Try again soon.")
            .into_response()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(address: &str) -> Key {
        Key::address(Some(address.parse().unwrap()))
    }

    #[test]
    fn addresses_of_one_host_count_together() {
        assert_eq!(key("[2001:db8::1]:1"), key("[2001:db8::ffff]:2"));
        assert_ne!(key("[2001:db8::1]:1"), key("[2001:db8:0:1::1]:1"));
        assert_eq!(key("192.0.2.1:1"), key("[::ffff:192.0.2.1]:2"));
        assert_ne!(key("192.0.2.1:1"), key("192.0.2.2:1"));
    }
}
