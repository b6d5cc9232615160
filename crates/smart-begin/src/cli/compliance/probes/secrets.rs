//! Where secrets are.

use std::path::PathBuf;

use app::Seen;

use super::rules::found;
use crate::config::{Loaded, SECRET_THERE, Value, keys, secret_files};
use crate::data_folder::data_folder;

pub(super) fn by_reference(loaded: &Loaded) -> Seen {
    if let Some(fault) = found(loaded, &[SECRET_THERE]) {
        return Seen::bad(fault.message.clone(), fault.hint.clone());
    }
    let count = loaded.settings.iter().filter(|setting| matches!(setting.value, Some(Value::Secret(_)))).count();
    Seen::good(format!(
        "Secrets of the configuration: {count}; each is a reference that leads to it, none is written down."
    ))
}

/// Whoever steals the data folder, or its backup, must not hold the keys with it.
pub(super) fn apart(loaded: &Loaded) -> Seen {
    let settings = &loaded.settings;
    let Ok(data) = data_folder(settings.path(&keys::DATA_FOLDER)) else {
        return Seen::nothing("There is no data folder.");
    };
    let data = data.canonicalize().unwrap_or(data);
    let of_tls = settings.path(&keys::KEY).map(PathBuf::from);
    let sealing = settings.text(&keys::VAULT_KEY).map(str::to_owned).into_iter();
    let sealing = sealing.chain(settings.texts(&keys::VAULT_PREVIOUS_KEYS));
    let sealing = sealing.filter_map(|key| key.strip_prefix("file:").map(PathBuf::from));
    let mut files = secret_files(settings).into_iter().chain(of_tls).chain(sealing);
    let within = files.any(|file| file.canonicalize().unwrap_or(file).starts_with(&data));
    Seen::when(
        !within,
        "No key and no secret of the configuration lies in the data folder.",
        "A key or secret of the configuration lies in the data folder: whoever has a copy of the one has both.",
        "Move it elsewhere, and change it if copies of the data folder exist.",
    )
}

/// Where the key lies that stored secrets are sealed with.
pub(super) fn key(loaded: &Loaded) -> Seen {
    match loaded.settings.text(&keys::VAULT_KEY) {
        Some(_) => Seen::good("The key that seals secrets is named by reference (vault.key)."),
        None if loaded.settings.environment.is_guarded() => {
            Seen::good("No key is named (vault.key), so that no secret can be stored here.")
        }
        None => Seen::bad(
            "The key that seals secrets lies beside them, as on one's own machine.",
            "Name a key that lies elsewhere: vault.key.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::{in_environment, is_content, production};
    use crate::config::{Environment, Secrets, credentials_folder};

    const CLIENT_SECRET: &str = "SMART_BEGIN_SIGN_IN__PROVIDERS__COMPANY__CLIENT_SECRET";

    #[test]
    fn a_reference_that_leads_nowhere_fails() {
        let mut loaded = production(&[(CLIENT_SECRET, "file:/there/is/nothing/here")]);
        assert!(is_content(&super::by_reference(&loaded)), "nobody has looked yet");
        let (_, missing) = Secrets::fetch(&loaded.settings, credentials_folder().as_deref());
        loaded.add(missing);
        assert!(!is_content(&super::by_reference(&loaded)));
    }

    #[test]
    fn a_secret_beside_the_data_fails() {
        let data = ("SMART_BEGIN_DATA__FOLDER", "/var/lib/smart-begin");
        assert!(is_content(&super::apart(&production(&[data, (CLIENT_SECRET, "file:/etc/smart-begin/secret")]))));
        assert!(!is_content(&super::apart(&production(&[data, (CLIENT_SECRET, "file:/var/lib/smart-begin/secret")]))));
        let tls = [("SMART_BEGIN_SERVER__TLS__KEY", "/var/lib/smart-begin/tls.key"), data];
        assert!(!is_content(&super::apart(&production(&tls))));
        let sealing = [("SMART_BEGIN_VAULT__KEY", "file:/var/lib/smart-begin/vault.key"), data];
        assert!(!is_content(&super::apart(&production(&sealing))));
    }

    #[test]
    fn a_key_beside_the_secrets_fails() {
        assert!(is_content(&super::key(&production(&[]))));
        assert!(is_content(&super::key(&production(&[("SMART_BEGIN_VAULT__KEY", "cred:vault")]))));
        assert!(!is_content(&super::key(&in_environment(Environment::Development, &[]))));
    }
}
