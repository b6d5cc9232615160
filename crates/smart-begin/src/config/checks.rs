//! What the configuration says about checks.

use std::path::Path;

use app::{CheckSettings, FixAllowed, FixNetwork, FixSettings};
use domain::Severity;

use super::keys::{
    CHECK_FAIL_ON, CHECK_FIX, CHECK_FIX_NETWORK, CHECK_HONOUR_COMMENTS, CHECK_HONOUR_IGNORES, CHECK_RULES,
};
use super::settings::Settings;

impl Settings {
    /// How checks are done, with the advisories in the program's own folder.
    pub(crate) fn checks(&self, data_folder: &Path) -> CheckSettings {
        let mut checks = CheckSettings::default();
        checks.advisories = Some(data_folder.join("advisories"));
        checks.histories = Some(data_folder.join("histories"));
        checks.fail_on = self.text(&CHECK_FAIL_ON).and_then(|word| word.parse().ok()).unwrap_or(Severity::Medium);
        checks.rules = self.path(&CHECK_RULES).map(Path::to_path_buf);
        checks.honour_comments = self.switch(&CHECK_HONOUR_COMMENTS);
        checks.honour_ignores = self.switch(&CHECK_HONOUR_IGNORES);
        checks.fix = self.fix();
        checks
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
