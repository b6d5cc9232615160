//! What the operating system asks of a running server. Signals are listened for before these functions return: one that
//! comes earlier would end the program at once.

use tokio_util::sync::CancellationToken;

use super::reload::Running;

/// Cancels `stop` when the program shall end.
#[cfg(unix)]
pub(super) fn on_end(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let (terminate, interrupt) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    let (Ok(mut terminate), Ok(mut interrupt)) = (terminate, interrupt) else { return };
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.cancel();
    });
}

/// Cancels `stop` when the program shall end.
#[cfg(not(unix))]
pub(super) fn on_end(stop: CancellationToken) {
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await;
        stop.cancel();
    });
}

/// Reads the configuration again at each SIGHUP.
#[cfg(unix)]
pub(super) fn on_hangup(mut running: Running) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    tokio::spawn(async move {
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
    });
}

/// There is no such signal on other systems: a restart does the same.
#[cfg(not(unix))]
pub(super) fn on_hangup(_running: Running) {}
