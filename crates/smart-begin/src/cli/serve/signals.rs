//! What the operating system asks of a running server.

use tokio_util::sync::CancellationToken;

use super::reload::Running;

/// Cancels `stop` when the program shall end.
pub(super) async fn on_end(stop: CancellationToken) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return stop.cancel();
        }
    }
    let _ = tokio::signal::ctrl_c().await;
    stop.cancel();
}

/// Reads the configuration again at each SIGHUP.
#[cfg(unix)]
pub(super) async fn on_hangup(mut running: Running) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    while hangup.recv().await.is_some() {
        // It reads files, and may ask other servers.
        let read = tokio::task::spawn_blocking(move || {
            running.read_again();
            running
        });
        match read.await {
            Ok(same) => running = same,
            Err(cause) => return tracing::error!(%cause, "the configuration is not read again any more"),
        }
    }
}

/// There is no such signal on other systems: a restart does the same.
#[cfg(not(unix))]
pub(super) async fn on_hangup(_running: Running) {}
