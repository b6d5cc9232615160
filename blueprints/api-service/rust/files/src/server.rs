//! The HTTP server: takes connections until it is told to stop, then lets every request that has begun finish.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tower::ServiceExt;

use crate::app::App;
use crate::limits::MAX_HEADER_BYTES;
use crate::router;

/// How long readiness says no while connections are still taken, so that none is refused before a load balancer knows.
const NOTICE: Duration = Duration::from_secs(1);
const PAUSE_AFTER_FAULT: Duration = Duration::from_millis(100);

/// Serves until SIGTERM or SIGINT. Says whether every request was finished within `shutdown_timeout`.
pub async fn serve(listener: TcpListener, app: Arc<App>, shutdown_timeout: Duration) -> io::Result<bool> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let connections = GracefulShutdown::new();
    let notice = NOTICE.min(shutdown_timeout / 2);
    let told_to_stop = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("shutting down");
        app.start_draining();
        tokio::time::sleep(notice).await;
    };
    tokio::select! {
        () = take_connections(listener, &app, &connections) => {}
        () = app.rate_limit.forget_the_idle() => {}
        () = told_to_stop => {}
    }
    let rest = shutdown_timeout.saturating_sub(notice);
    Ok(tokio::time::timeout(rest, connections.shutdown()).await.is_ok())
}

async fn take_connections(listener: TcpListener, app: &Arc<App>, connections: &GracefulShutdown) {
    let router = router::service(app);
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => attend(stream, router.clone(), ConnectInfo(peer), app.request_timeout, connections),
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(PAUSE_AFTER_FAULT).await;
            }
        }
    }
}

/// Serves one connection on a task of its own.
fn attend<P>(stream: TcpStream, router: Router, peer: P, patience: Duration, connections: &GracefulShutdown)
where
    P: Clone + Send + Sync + 'static,
{
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection ended early");
        }
    });
}
