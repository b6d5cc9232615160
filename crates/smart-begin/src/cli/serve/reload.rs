//! Reads the configuration again while the server runs: all of it is good and holds, or all stays as it was.

use std::sync::Arc;

use app::{ConfigurationEvent, Services};

use super::assemble::server_config;
use super::change;
use super::log::{Filter, tell};
use crate::config::{
    Concern, Effect, Key, Loaded, Secrets, Settings, Sources, credentials_folder, examine, keys, load,
};
use crate::vault_keys;

/// Bounds on messages, which a server on stdio takes once.
const ON_STDIO: [&str; 4] =
    [keys::BODY_BYTES.path, keys::JSON_DEPTH.path, keys::STRING_BYTES.path, keys::ARRAY_ITEMS.path];

/// What runs, and what it runs with.
pub(super) struct Running {
    sources: Sources,
    /// What it was started with: what needs a restart still holds as it was then.
    started: Settings,
    /// What was read last and was good.
    current: Settings,
    concern: Concern,
    services: Arc<Services>,
    filter: Filter,
    server: Option<server::Reload>,
}

impl Running {
    pub(super) fn new(
        sources: Sources,
        started: Settings,
        concern: Concern,
        services: Arc<Services>,
        filter: Filter,
    ) -> Self {
        let current = started.clone();
        Self { sources, started, current, concern, services, filter, server: None }
    }

    /// The same, with a listener that can be changed.
    pub(super) fn with_server(mut self, server: server::Reload) -> Self {
        self.server = Some(server);
        self
    }

    /// Reads the configuration again.
    pub(super) fn read_again(&mut self) {
        let mut loaded = load(&self.sources);
        let secrets = if self.concern == Concern::Listener { look(&mut loaded) } else { Secrets::default() };
        let faults = loaded.faults(self.concern);
        if !faults.is_empty() {
            let count = faults.len();
            let about = change::refused(&loaded.settings, &faults);
            if let Err(error) = app::record_configuration(&self.services, ConfigurationEvent::Refused, &about) {
                tracing::error!(cause = ?error.source, "the audit log cannot be written: {}", error.message);
            }
            faults.into_iter().for_each(tell);
            return tracing::error!(count, "the configuration has faults; the one in use stays");
        }
        loaded.warnings().for_each(tell);
        self.apply(loaded.settings, &secrets);
    }

    fn apply(&mut self, settings: Settings, secrets: &Secrets) {
        let changed: Vec<&str> = self.current.differing(&settings).into_iter().collect();
        let about = change::changed(&settings, &changed);
        if let Err(error) = app::record_configuration(&self.services, ConfigurationEvent::Changed, &about) {
            let cause = &error.source;
            return tracing::error!(?cause, "the audit log cannot be written, so the configuration in use stays");
        }
        self.services.policy.set(settings.policy());
        self.services.vault.set(vault_keys::vault(&settings));
        self.filter.change(&settings);
        if let Some(server) = &self.server {
            // What it could not take over is in the log.
            let _ = server.apply(&server_config(&settings, secrets));
        }
        tracing::info!(changed = changed.join(" "), "the configuration was read again");
        let waiting = self.waiting(&settings);
        if !waiting.is_empty() {
            tracing::warn!(keys = waiting.join(" "), "these changes need a restart");
        }
        self.current = settings;
    }

    /// The keys whose new value holds after a restart alone.
    fn waiting<'a>(&'a self, settings: &'a Settings) -> Vec<&'a str> {
        let differing = self.started.differing(settings).into_iter();
        let key = |path: &str| settings.at(path).or_else(|| self.started.at(path)).map(|setting| setting.key);
        let https = |settings: &Settings| settings.path(&keys::CERTIFICATE).is_some();
        let switched = https(&self.started) != https(settings);
        let waits = |key: &Key| match key.effect {
            Effect::Restart => true,
            Effect::Reload if self.server.is_none() => ON_STDIO.contains(&key.path),
            Effect::Reload => switched && [keys::CERTIFICATE.path, keys::KEY.path].contains(&key.path),
        };
        differing.filter(|path| key(path).is_some_and(waits)).collect()
    }
}

/// Fetches what a listener needs, and looks at what the configuration names.
fn look(loaded: &mut Loaded) -> Secrets {
    let (secrets, missing) = Secrets::fetch(&loaded.settings, credentials_folder().as_deref());
    loaded.add(missing);
    loaded.add(examine(&loaded.settings, &loaded.on_disk));
    secrets
}
