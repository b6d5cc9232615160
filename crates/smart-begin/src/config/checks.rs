//! What the configuration says about checks.

use std::path::Path;

use app::{CheckSettings, EngineSettings, FixAllowed, FixNetwork, FixSettings, OsvApi};
use domain::Severity;
use store::Sla;

use super::key::Key;
use super::keys::{
    AUTHORITIES, CHECK_ADVISORIES_URL, CHECK_ARCHIVES, CHECK_ENGINE_PATH, CHECK_ENGINE_SHA256, CHECK_FAIL_ON,
    CHECK_FIX, CHECK_FIX_NETWORK, CHECK_GITLEAKS_KNOWN, CHECK_HONOUR_COMMENTS, CHECK_HONOUR_IGNORES, CHECK_OSV_API,
    CHECK_RULES, CHECK_SLA_CRITICAL, CHECK_SLA_HIGH, CHECK_SLA_LOW, CHECK_SLA_MEDIUM, PRIVATE_NETWORKS,
};
use super::settings::Settings;

impl Settings {
    /// How checks are done, with the advisories in the program's own folder.
    pub(crate) fn checks(&self, data_folder: &Path) -> CheckSettings {
        let mut checks = CheckSettings::default();
        checks.advisories = Some(data_folder.join("advisories"));
        checks.engine_cache = Some(data_folder.join("engines"));
        checks.histories = Some(data_folder.join("histories"));
        if let Some(address) = self.text(&CHECK_ADVISORIES_URL) {
            address.clone_into(&mut checks.advisories_url);
        }
        checks.fail_on = self.text(&CHECK_FAIL_ON).and_then(|word| word.parse().ok()).unwrap_or(Severity::Medium);
        checks.rules = self.path(&CHECK_RULES).map(Path::to_path_buf);
        checks.osv_api = self.text(&CHECK_OSV_API).map(OsvApi::at);
        checks.gitleaks_known = self.paths(&CHECK_GITLEAKS_KNOWN);
        checks.archives = self.switch(&CHECK_ARCHIVES);
        checks.honour_comments = self.switch(&CHECK_HONOUR_COMMENTS);
        checks.honour_ignores = self.switch(&CHECK_HONOUR_IGNORES);
        checks.engines =
            self.names(&CHECK_ENGINE_PATH).into_iter().map(|name| (name.clone(), self.engine(&name))).collect();
        let days = |key: &'static Key| u32::try_from(self.whole(key)).unwrap_or(u32::MAX);
        checks.sla = Sla {
            critical: days(&CHECK_SLA_CRITICAL),
            high: days(&CHECK_SLA_HIGH),
            medium: days(&CHECK_SLA_MEDIUM),
            low: days(&CHECK_SLA_LOW),
        };
        checks.fix = self.fix();
        checks.network.private_networks = self.networks(&PRIVATE_NETWORKS);
        checks.network.authorities = self.path(&AUTHORITIES).map(Into::into);
        checks
    }

    /// How the scanner of that name is run.
    fn engine(&self, name: &str) -> EngineSettings {
        EngineSettings {
            program: self.path(CHECK_ENGINE_PATH.of(name)).map(Path::to_path_buf),
            sha256: self.text(CHECK_ENGINE_SHA256.of(name)).map(str::to_owned),
            search: std::env::var_os("PATH"),
            ..EngineSettings::default()
        }
    }

    fn fix(&self) -> FixSettings {
        let allowed = match self.text(&CHECK_FIX) {
            Some("gates") => FixAllowed::Gates,
            Some("refresh") => FixAllowed::Refresh,
            _ => FixAllowed::Plan,
        };
        let network = match self.text(&CHECK_FIX_NETWORK) {
            Some("gates") => FixNetwork::Gates,
            Some("refresh") => FixNetwork::Refresh,
            _ => FixNetwork::Nothing,
        };
        FixSettings { allowed, network, variables: std::env::vars_os().collect() }
    }
}
