//! Accepts connections within bounds, and stops without cutting off what is under way.

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use observe::ConnectionRefused;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::connection::Host;
use super::connections::Connections;
use crate::client::{Neighbourhood, is_trusted};
use crate::config::Config;
use crate::error::Error;

/// How long calls that were cut off may take to answer so.
const LAST_WRITES: Duration = Duration::from_secs(2);

/// Without sign-in nobody but this machine may come.
pub(crate) fn may_be_reached(listener: &TcpListener, config: &Config) -> Result<SocketAddr, Error> {
    let address = listener.local_addr()?;
    let may = config.sign_in.required || address.ip().is_loopback();
    if may { Ok(address) } else { Err(Error::NotLoopback(address)) }
}

/// A listener with what it serves.
pub(crate) struct Listening {
    pub(crate) listener: TcpListener,
    pub(crate) host: Host,
    pub(crate) connections: Arc<Connections>,
    /// Whether only the private networks are served.
    pub(crate) private: bool,
}

impl Listening {
    /// Serves until `shutdown`, then lets what is under way finish within the configured time; what did not is ended by
    /// firing `stop`.
    pub(crate) async fn run(self, drain: Duration, shutdown: CancellationToken, stop: CancellationToken) {
        let Self { listener, host, connections, private } = self;
        let (host, graceful) = (Arc::new(host), GracefulShutdown::new());
        while let Some((stream, peer)) = next(&listener, &shutdown).await {
            let admitted = if private && !is_private(peer.ip()) {
                Err(ConnectionRefused::NotPrivate)
            } else {
                connections.admit(bounded(&host, peer.ip()))
            };
            let place = match admitted {
                Ok(place) => place,
                Err(reason) => {
                    host.live.metrics.connection_refused(reason);
                    tracing::debug!(reason = reason.as_str(), "connection refused");
                    continue;
                }
            };
            let (host, watcher) = (Arc::clone(&host), graceful.watcher());
            tokio::spawn(async move { host.serve(stream, peer, place, watcher).await });
        }
        drop(listener);
        connections.end_idle();
        let mut ended = pin!(graceful.shutdown());
        if tokio::time::timeout(drain, &mut ended).await.is_err() {
            tracing::warn!(seconds = drain.as_secs(), "calls were still under way after the drain time");
            stop.cancel();
            // Long enough to tell their callers.
            let _ = tokio::time::timeout(LAST_WRITES, ended).await;
        }
    }
}

/// Whose connections are counted together; a trusted proxy's are everybody's.
fn bounded(host: &Host, address: IpAddr) -> Option<Neighbourhood> {
    let trusted = is_trusted(address.to_canonical(), &host.live.now().proxies);
    (!trusted).then(|| Neighbourhood::of(address))
}

/// This machine, or a network that the internet does not route.
fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// The next connection; `None` when it is time to stop.
async fn next(listener: &TcpListener, shutdown: &CancellationToken) -> Option<(TcpStream, SocketAddr)> {
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                return Some((stream, peer));
            }
            Err(error) => {
                // Out of file handles, for one; others close soon.
                tracing::warn!(cause = error.to_string(), "no connection accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_is_what_the_internet_does_not_route() {
        for address in ["127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "::1", "fd00::1", "fe80::1"]
        {
            assert!(is_private(address.parse().unwrap()), "{address}");
        }
        for address in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "0.0.0.0", "2001:db8::1", "::", "::ffff:8.8.8.8"] {
            assert!(!is_private(address.parse().unwrap()), "{address}");
        }
        assert!(is_private("::ffff:10.0.0.1".parse().unwrap()));
    }
}
