//! Accepts connections within bounds, and stops without cutting off what is under way.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::error::Error;

/// How long calls that were cut off may take to answer so.
const LAST_WRITES: Duration = Duration::from_secs(2);

/// Nobody but this machine: there is no sign-in yet.
pub(crate) fn loopback_only(listener: &TcpListener) -> Result<SocketAddr, Error> {
    let address = listener.local_addr()?;
    if address.ip().is_loopback() { Ok(address) } else { Err(Error::NotLoopback(address)) }
}

/// Serves `router` until `shutdown`, then lets what is under way finish within the configured time; what did
/// not is ended by firing `stop`.
pub(crate) async fn listen(
    listener: TcpListener,
    router: Router,
    config: &Config,
    shutdown: CancellationToken,
    stop: CancellationToken,
) -> Result<(), Error> {
    let places = Arc::new(Semaphore::new(config.limits.connections));
    let graceful = GracefulShutdown::new();
    let http = http(config);
    while let Some((stream, place)) = next(&listener, &places, &shutdown).await {
        let service = TowerToHyperService::new(router.clone());
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            let _held = place;
            if let Err(error) = connection.await {
                tracing::debug!(cause = error.to_string(), "connection ended");
            }
        });
    }
    drop(listener);
    let mut ended = pin!(graceful.shutdown());
    if tokio::time::timeout(config.limits.drain_timeout, &mut ended).await.is_err() {
        tracing::warn!(
            seconds = config.limits.drain_timeout.as_secs(),
            "calls were still under way after the drain time"
        );
        stop.cancel();
        // Long enough to tell their callers.
        let _ = tokio::time::timeout(LAST_WRITES, ended).await;
    }
    Ok(())
}

fn http(config: &Config) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(config.limits.head_timeout)
        .max_headers(100)
        // Beyond the limit that is answered politely, the hard one.
        .max_buf_size((config.limits.header_bytes * 2).max(32 << 10));
    http
}

/// The next connection, once there is a place for it; `None` when it is time to stop.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let accept = async {
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let _ = stream.set_nodelay(true);
                    return Some((stream, place));
                }
                Err(error) => {
                    // Out of file handles, for one; others close soon.
                    tracing::warn!(cause = error.to_string(), "no connection accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => None,
        accepted = accept => accepted,
    }
}
