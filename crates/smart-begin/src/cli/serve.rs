//! `smart-begin serve`: the MCP server, on stdio or over HTTP.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::{Error, ErrorKind};
use clap::Args;
use domain::{Caller, Face};
use safe_fs::Roots;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use super::answer::Outcome;
use crate::wire;

/// Run the MCP server: on stdio, or over HTTP with --http
#[derive(Args)]
pub(super) struct Serve {
    /// Listen for HTTP at this address, for example 127.0.0.1:8080 (loopback only: there is no sign-in yet)
    #[arg(long, value_name = "ADDR")]
    http: Option<SocketAddr>,
    /// Folder beneath which projects may be written; may be given several times. Default on stdio: the working folder;
    /// over HTTP: none, projects are delivered as archives
    #[arg(long = "root", value_name = "DIR")]
    roots: Vec<PathBuf>,
    /// What is logged: error, warn, info, debug, trace, or per module as in `info,store=debug`
    #[arg(long, env = "SMART_BEGIN_LOG", default_value = "info,rmcp=warn", value_name = "FILTER")]
    log: String,
}

impl Serve {
    pub(super) fn run(self, data: Option<&Path>) -> Outcome {
        let filter = EnvFilter::try_new(&self.log).map_err(|cause| {
            Error::new(ErrorKind::Invalid, "--log: this is no log filter.", "Give error, warn, info, debug or trace.")
                .because(cause)
        })?;
        // Standard output belongs to the protocol.
        tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .init();
        // A panic is answered like any fault of ours; what it was goes to the log, as a line like all others.
        std::panic::set_hook(Box::new(|panic| tracing::error!(cause = %panic, "a panic")));
        let roots =
            if self.http.is_some() && self.roots.is_empty() { Roots::none() } else { wire::roots(&self.roots)? };
        let services = Arc::new(wire::services(data, roots)?);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::internal)?;
        runtime.block_on(async {
            match self.http {
                Some(address) => http(services, address).await,
                None => stdio(services).await,
            }
        })
    }
}

async fn stdio(services: Arc<app::Services>) -> Outcome {
    if std::io::stdin().is_terminal() {
        eprintln!(
            "smart-begin speaks MCP here: an AI assistant starts this command itself. To set one up: smart-begin connect --help"
        );
    }
    let caller = Caller::data_owner(&services.policy.get(), Face::Stdio);
    server::serve_stdio(services, caller).await.map_err(ended)
}

async fn http(services: Arc<app::Services>, address: SocketAddr) -> Outcome {
    if !address.ip().is_loopback() {
        let hint = "Listen on 127.0.0.1 or [::1]; this version has no sign-in for anything else.";
        return Err(Error::new(ErrorKind::Refused, "HTTP without sign-in listens on this machine alone.", hint));
    }
    let listener = tokio::net::TcpListener::bind(address).await.map_err(|cause| {
        let hint = "Name another address or port, or end the program that uses it.";
        Error::new(ErrorKind::Unavailable, format!("{address} cannot be listened on."), hint).because(cause)
    })?;
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    if let Ok(bound) = listener.local_addr() {
        eprintln!("smart-begin serves MCP at http://{bound}/mcp (development, no sign-in, this machine alone)");
    }
    server::serve_http(services, listener, server::Config::default(), stop).await.map_err(ended)
}

fn ended(error: server::Error) -> Error {
    use server::Error as Cause;
    let (kind, hint) = match &error {
        Cause::NotLoopback(_) | Cause::RedirectsNowhere | Cause::Tls(_) => (ErrorKind::Refused, "Mend the setting, then start it again."),
        Cause::Listen(_) => (ErrorKind::Unavailable, "Look at the log, then start it again."),
        Cause::Handshake(_) => {
            (ErrorKind::Invalid, "An AI assistant starts this command; see smart-begin connect --help.")
        }
        Cause::NoRandomness | Cause::Task(_) => return Error::internal(error),
    };
    Error::new(kind, format!("The server ended: {error}."), hint).because(error)
}

/// Cancels `stop` when the operating system asks the program to end.
async fn stop_on_signal(stop: CancellationToken) {
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
