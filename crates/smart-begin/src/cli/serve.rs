//! `smart-begin serve`: the MCP server, on stdio or over HTTP.

mod assemble;

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use app::{Error, ErrorKind};
use clap::Args;
use domain::Face;
use safe_fs::Roots;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use super::answer::{Format, Outcome};
use super::output;
use crate::config::{Concern, Fault, Flag, Loaded, Secrets, Settings, Sources, Value, credentials_folder, keys};
use crate::{caller, wire};

/// Run the MCP server: on stdio, or over HTTP with --http
#[derive(Args)]
pub(super) struct Serve {
    /// Listen for HTTP, at this address or at server.listen of the configuration (default: 127.0.0.1:8080)
    #[arg(long, value_name = "ADDR", num_args = 0..=1)]
    http: Option<Option<SocketAddr>>,
    /// Folder beneath which projects may be written; may be given several times. Default on stdio: the working folder;
    /// over HTTP: none, projects are delivered as archives
    #[arg(long = "root", value_name = "DIR")]
    roots: Vec<PathBuf>,
    /// What is logged: error, warn, info, debug, trace, or per module as in `info,store=debug` (variable
    /// SMART_BEGIN_LOG; default: info,rmcp=warn)
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
}

impl Serve {
    /// What a faulty configuration keeps from running: on stdio nothing listens.
    pub(super) fn needs(&self) -> Concern {
        if self.http.is_some() { Concern::Listener } else { Concern::Anything }
    }

    /// What the flags say, over all other layers.
    pub(super) fn flags(&self) -> Vec<Flag> {
        let mut flags = Vec::new();
        if let Some(address) = self.http.flatten() {
            flags.push(Flag { name: "--http", key: &keys::LISTEN, value: Value::Address(address) });
        }
        if !self.roots.is_empty() {
            let roots = self.roots.iter().cloned().map(Value::Path).collect();
            flags.push(Flag { name: "--root", key: &keys::ROOTS, value: Value::List(roots) });
        }
        if let Some(filter) = &self.log {
            flags.push(Flag { name: "--log", key: &keys::LOG_FILTER, value: Value::Text(filter.clone()) });
        }
        flags
    }

    pub(super) fn run(self, _sources: Sources, loaded: Loaded) -> Outcome {
        let settings = &loaded.settings;
        log(settings)?;
        loaded.warnings().for_each(tell);
        let roots = settings.paths(&keys::ROOTS);
        let roots = if self.http.is_some() && roots.is_empty() { Roots::none() } else { wire::roots(&roots)? };
        let services = Arc::new(wire::services(settings, roots)?);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::internal)?;
        runtime.block_on(async {
            match self.http {
                Some(_) => http(services, settings).await,
                None => stdio(services).await,
            }
        })
    }
}

fn log(settings: &Settings) -> Outcome {
    let filter = settings.text(&keys::LOG_FILTER).unwrap_or_default();
    let filter = EnvFilter::try_new(filter).map_err(|cause| {
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
    Ok(())
}

/// Puts a warning into the log.
fn tell(warning: &Fault) {
    tracing::warn!(key = warning.key, place = %warning.origin, hint = warning.hint, "{}", warning.message);
}

async fn stdio(services: Arc<app::Services>) -> Outcome {
    if std::io::stdin().is_terminal() {
        eprintln!(
            "smart-begin speaks MCP here: an AI assistant starts this command itself. To set one up: smart-begin connect --help"
        );
    }
    let caller = caller::caller(&services, Face::Stdio)?;
    server::serve_stdio(services, caller).await.map_err(ended)
}

async fn http(services: Arc<app::Services>, settings: &Settings) -> Outcome {
    let (secrets, missing) = Secrets::fetch(settings, credentials_folder().as_deref());
    if !missing.is_empty() {
        output::faults(&missing.iter().collect::<Vec<_>>(), settings.environment, Format::Text);
        return Err(Error::new(ErrorKind::Invalid, "A secret cannot be had.", "Mend what is said above."));
    }
    let config = assemble::server_config(settings, &secrets);
    let Some(address) = settings.address(&keys::LISTEN) else {
        return Err(Error::invalid(
            "server.listen",
            "There is nowhere to listen.",
            "Name an address: --http 127.0.0.1:8080",
        ));
    };
    let listener = tokio::net::TcpListener::bind(address).await.map_err(|cause| {
        let hint = "Name another address or port, or end the program that uses it.";
        Error::new(ErrorKind::Unavailable, format!("{address} cannot be listened on."), hint).because(cause)
    })?;
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    if let Ok(bound) = listener.local_addr() {
        eprintln!("smart-begin serves MCP at http://{bound}/mcp ({})", said(settings));
    }
    server::serve_http(services, listener, config, stop).await.map_err(ended)
}

/// Where, and with which sign-in.
fn said(settings: &Settings) -> String {
    let environment = settings.environment.as_str();
    if !settings.switch(&keys::SIGN_IN_REQUIRED) {
        return format!("{environment}, no sign-in, this machine alone");
    }
    let providers = settings.names(&keys::ISSUER);
    let with =
        if providers.is_empty() { "API tokens".to_owned() } else { format!("API tokens and {}", providers.join(", ")) };
    format!("{environment}, sign-in with {with}")
}

fn ended(error: server::Error) -> Error {
    use server::Error as Cause;
    let (kind, hint) = match &error {
        Cause::NotLoopback(_) | Cause::RedirectsNowhere | Cause::Tls(_) => {
            (ErrorKind::Refused, "Mend the setting, then start it again.")
        }
        Cause::Listen(_) => (ErrorKind::Unavailable, "Look at the log, then start it again."),
        Cause::Handshake(_) => {
            (ErrorKind::Invalid, "An AI assistant starts this command; see smart-begin connect --help.")
        }
        Cause::SignIn(_) => (ErrorKind::Invalid, "Look at [sign_in] of the configuration: smart-begin config check"),
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
