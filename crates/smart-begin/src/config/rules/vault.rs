//! Rules on the keys that secrets are sealed with.

use std::path::Path;

use super::complaint::Complaint;
use crate::config::keys::{
    BAO_ADDRESS, BAO_TOKEN, DATA_FOLDER, VAULT_KEY, VAULT_PREVIOUS_KEYS, VAULT_TRANSIT_ADDRESS, VAULT_TRANSIT_TOKEN,
};
use crate::config::settings::Settings;
use crate::config::value::TRANSIT;

pub(super) fn transit_complete(settings: &Settings) -> Vec<Complaint> {
    let Some(path) = said(settings).into_iter().find(|(_, key)| key == TRANSIT).map(|(path, _)| path) else {
        return Vec::new();
    };
    let address = settings.text(&VAULT_TRANSIT_ADDRESS).or(settings.text(&BAO_ADDRESS));
    let token = settings.secret(&VAULT_TRANSIT_TOKEN).or(settings.secret(&BAO_TOKEN));
    if address.is_some() && token.is_some() {
        return Vec::new();
    }
    let message = "The key is in OpenBao, and it is not said where that is or with which token to use it.";
    vec![Complaint::new(path, message, "Set vault.transit.address and vault.transit.token, or those of openbao.")]
}

pub(super) fn keys_differ(settings: &Settings) -> Vec<Complaint> {
    let current = settings.text(&VAULT_KEY);
    // A server keeps the versions of its key itself.
    let twice = settings.texts(&VAULT_PREVIOUS_KEYS).iter().any(|key| Some(key.as_str()) == current);
    if !twice {
        return Vec::new();
    }
    let message = "The key that seals stands among the previous ones too.";
    vec![Complaint::new(VAULT_PREVIOUS_KEYS.path, message, "List older keys alone; none is needed without one.")]
}

pub(super) fn key_apart(settings: &Settings) -> Vec<Complaint> {
    let Some(folder) = settings.path(&DATA_FOLDER) else { return Vec::new() };
    let beside = |key: &str| key.strip_prefix("file:").is_some_and(|file| Path::new(file).starts_with(folder));
    let found = said(settings).into_iter().filter(|(_, key)| beside(key));
    let message = "The key lies beside the data: whoever copies the folder has both.";
    let hint = "Put it elsewhere, as /etc/smart-begin/vault.key, or use cred: or transit.";
    found.map(|(path, _)| Complaint::new(path, message, hint)).collect()
}

/// All keys, with where they are said.
fn said(settings: &Settings) -> Vec<(&'static str, String)> {
    let current = settings.text(&VAULT_KEY).map(|key| (VAULT_KEY.path, key.to_owned()));
    let previous = settings.texts(&VAULT_PREVIOUS_KEYS).into_iter().map(|key| (VAULT_PREVIOUS_KEYS.path, key));
    current.into_iter().chain(previous).collect()
}
