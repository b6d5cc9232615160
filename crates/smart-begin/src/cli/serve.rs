//! `smart-begin serve`: the MCP server, on stdio or over HTTP.

pub(super) mod assemble;
mod change;
mod ended;
mod http;
pub(super) mod jobs;
pub(super) mod log;
mod reload;
mod signals;

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use app::Error;
use clap::Args;
use domain::Face;
use observe::{DeliveryCounts, RotationCounts};
use safe_fs::Roots;
use tokio::runtime::{Builder, Runtime};

use super::answer::Outcome;
use crate::config::{
    CERTIFICATE_IN_DATE, Concern, Fault, Flag, Loaded, Secrets, Severity, Sources, Value, credentials_folder, examine,
    keys,
};
use crate::{caller, wire};
use ended::ended;
use reload::Running;

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

    /// Fetches what a listener needs, and looks at what the configuration names.
    pub(super) fn prepare(&self, loaded: &mut Loaded) -> Secrets {
        if self.http.is_none() {
            // What is missing keeps a job from being done, and nobody from working.
            let (secrets, missing) = Secrets::fetch_some(&loaded.settings, credentials_folder().as_deref(), "audit.");
            loaded.add(missing.into_iter().map(Fault::warning));
            return secrets;
        }
        let (secrets, missing) = Secrets::fetch(&loaded.settings, credentials_folder().as_deref());
        loaded.add(missing);
        let mut found = examine(&loaded.settings, &loaded.on_disk);
        // Clients will refuse it, and whoever asks for health and metrics is still answered.
        let late = found.iter_mut().filter(|found| found.rule == Some(CERTIFICATE_IN_DATE));
        late.for_each(|found| found.severity = Severity::Warning);
        loaded.add(found);
        secrets
    }

    /// The one client of stdio waits for threads to start and is served no faster by them: what blocks runs apart anyway.
    fn runtime(&self) -> std::io::Result<Runtime> {
        let mut builder = if self.http.is_some() { Builder::new_multi_thread() } else { Builder::new_current_thread() };
        builder.enable_all().build()
    }

    pub(super) fn run(self, sources: Sources, loaded: &Loaded, secrets: &Secrets) -> Outcome {
        let settings = &loaded.settings;
        let log = log::start(settings, self.http.is_some())?;
        loaded.warnings().for_each(log::tell);
        let roots = settings.paths(&keys::ROOTS);
        let roots = if self.http.is_some() && roots.is_empty() { Roots::none() } else { wire::roots(&roots)? };
        let services = Arc::new(wire::services(settings, roots)?);
        let config = assemble::server_config(settings, secrets);
        let rotations = RotationCounts::default();
        let (jobs, faults) = jobs::all(settings, secrets, &services, &rotations);
        let running = Running::new(sources, settings.clone(), self.needs(), Arc::clone(&services), log.filter());
        let outcome = self.runtime().map_err(Error::internal)?.block_on(async {
            match self.http {
                Some(_) => match faults.into_iter().next() {
                    Some(fault) => Err(fault),
                    None => http::serve(services, config, settings, running, jobs, &rotations).await,
                },
                None => {
                    faults.iter().for_each(|fault| tracing::error!(hint = fault.hint, "{}", fault.message));
                    stdio(services, config, running, jobs).await
                }
            }
        });
        log.finish();
        outcome
    }
}

async fn stdio(services: Arc<app::Services>, config: server::Config, running: Running, jobs: app::Jobs) -> Outcome {
    if std::io::stdin().is_terminal() {
        eprintln!(
            "smart-begin speaks MCP here: an AI assistant starts this command itself. To set one up: smart-begin connect --help"
        );
    }
    let caller = caller::caller(&services, Face::Stdio)?;
    signals::on_hangup(running);
    let jobs = jobs::Started::new(jobs, &services, DeliveryCounts::default());
    let outcome = server::serve_stdio(services, caller, &config).await.map_err(ended);
    jobs.finish().await;
    outcome
}
