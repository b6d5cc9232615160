//! `serve --http`: opens the listeners, says so, and serves.

use std::net::SocketAddr;
use std::sync::Arc;

use app::{ConfigurationEvent, Error, ErrorKind, Jobs, Services};
use observe::{DeliveryCounts, Metrics, RotationCounts};
use server::{Config, Listeners, Server};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::change;
use super::ended::ended;
use super::jobs::Started;
use super::reload::Running;
use super::signals;
use crate::cli::answer::Outcome;
use crate::config::{Key, Settings, keys};

/// Serves until the operating system asks the program to end.
pub(super) async fn serve(
    services: Arc<Services>,
    config: Config,
    settings: &Settings,
    running: Running,
    jobs: Jobs,
    rotations: &RotationCounts,
) -> Outcome {
    let listeners = Listeners {
        main: listen(settings, &keys::LISTEN).await?.ok_or_else(|| {
            Error::invalid("server.listen", "There is nowhere to listen.", "Name an address: --http 127.0.0.1:8080")
        })?,
        redirect: listen(settings, &keys::REDIRECT_LISTEN).await?,
        operations: listen(settings, &keys::OPERATIONS_LISTEN).await?,
    };
    let https = config.tls.is_some();
    let counts = DeliveryCounts::default();
    let metrics = Metrics::new(env!("CARGO_PKG_VERSION")).with_audit(services.store.audit_counts());
    let metrics = metrics.with_delivery(&counts).with_rotation(rotations).with_checks(&services.checks.counts);
    let server = Server::new(Arc::clone(&services), config, Arc::new(metrics)).map_err(ended)?;
    let about = change::loaded(settings);
    let jobs = Started::new(jobs, &services, counts);
    let told = move || app::record_configuration(&services, ConfigurationEvent::Loaded, &about);
    tokio::task::spawn_blocking(told).await.map_err(Error::internal)??;
    let stop = CancellationToken::new();
    signals::on_end(stop.clone());
    signals::on_hangup(running.with_server(server.reload()));
    eprintln!("{}", announcement(&listeners, https, settings));
    let outcome = server.serve(listeners, stop).await.map_err(ended);
    jobs.finish().await;
    outcome
}

async fn listen(settings: &Settings, key: &'static Key) -> Result<Option<TcpListener>, Error> {
    let Some(address) = settings.address(key) else { return Ok(None) };
    let listener = TcpListener::bind(address).await.map_err(|cause| {
        let hint = format!(
            "Name another address or port ({} is set by: {}), or end the program that uses it.",
            key.path,
            settings.origin(key)
        );
        Error::new(ErrorKind::Unavailable, format!("{address} cannot be listened on."), hint).because(cause)
    })?;
    Ok(Some(listener))
}

/// What is served where, in which environment, and with which sign-in.
fn announcement(listeners: &Listeners, https: bool, settings: &Settings) -> String {
    let at =
        |listener: &TcpListener| listener.local_addr().map_or_else(|_| "?".to_owned(), |at: SocketAddr| at.to_string());
    let scheme = if https { "https" } else { "http" };
    let mut text = format!("smart-begin serves MCP at {scheme}://{}/mcp ({})", at(&listeners.main), terms(settings));
    if let Some(url) = settings.text(&keys::PUBLIC_URL) {
        text.push_str(&format!("\n  people reach it at {url}"));
    }
    if let Some(listener) = &listeners.redirect {
        text.push_str(&format!("\n  plain HTTP at {} is redirected there", at(listener)));
    }
    if let Some(listener) = &listeners.operations {
        text.push_str(&format!("\n  health and metrics at {}, without sign-in", at(listener)));
    }
    text
}

fn terms(settings: &Settings) -> String {
    let environment = settings.environment.as_str();
    let read_only = if settings.switch(&keys::READ_ONLY) { ", read-only" } else { "" };
    if !settings.switch(&keys::SIGN_IN_REQUIRED) {
        return format!("{environment}, no sign-in, this machine alone{read_only}");
    }
    let providers = settings.names(&keys::ISSUER).into_iter().map(|name| format!("the provider {name}"));
    let ways: Vec<String> = std::iter::once("API tokens".to_owned()).chain(providers).collect();
    format!("{environment}, sign-in with {}{read_only}", ways.join(", "))
}
