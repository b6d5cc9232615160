//! Rules on the keys of checks.

use super::complaint::Complaint;
use crate::config::keys::{CHECK_ENGINE_PATH, CHECK_ENGINE_SHA256};
use crate::config::settings::Settings;

/// The scanners that can be asked.
const ENGINES: [&str; 5] = ["gitleaks", "betterleaks", "trufflehog", "kingfisher", "osv-scanner"];

pub(super) fn known_engines(settings: &Settings) -> Vec<Complaint> {
    let complain = |name: String| {
        if !ENGINES.contains(&name.as_str()) {
            let hint = format!("Name one of {}.", ENGINES.join(", "));
            return Some(Complaint::new(CHECK_ENGINE_PATH.of(&name).path(), "There is no scanner of that name.", hint));
        }
        let sha256 = settings.text(CHECK_ENGINE_SHA256.of(&name))?;
        let is_one = sha256.len() == 64 && sha256.bytes().all(|digit| digit.is_ascii_hexdigit());
        let hint = "Give what sha256sum prints for the program.";
        (!is_one).then(|| Complaint::new(CHECK_ENGINE_SHA256.of(&name).path(), "This is no SHA-256.", hint))
    };
    settings.names(&CHECK_ENGINE_PATH).into_iter().filter_map(complain).collect()
}

pub(super) fn pinned_engines(settings: &Settings) -> Vec<Complaint> {
    let is_loose = |name: &String| settings.text(CHECK_ENGINE_SHA256.of(name)).is_none();
    let loose = settings.names(&CHECK_ENGINE_PATH).into_iter().filter(is_loose);
    let message = "Whatever program of that name is there will be run on what clients send.";
    let hint = "Set checks.engines.NAME.sha256 to what `sha256sum $(command -v NAME)` prints.";
    loose.map(|name| Complaint::new(CHECK_ENGINE_PATH.of(&name).path(), message, hint)).collect()
}
