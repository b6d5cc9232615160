//! Opens the keys that secrets are sealed with: those of the configuration, or on one's own machine those that
//! `smart-begin key create` made.

use std::path::{Path, PathBuf};

use app::{Error, ErrorKind, Vault};
use outbound::{Client, Rules};
use vault::{Kek, Keyring, LocalKey, Transit, TransitConfig};

use crate::config::{Reference, Settings, TRANSIT, credentials_folder, keys, on_this_machine};
use crate::data_folder::data_folder;
use crate::own_keys::OwnKeys;

/// What opens the keys of `settings`, when a call needs them.
pub(crate) fn vault(settings: &Settings) -> Vault {
    let settings = settings.clone();
    Vault::new(move || open(&settings))
}

fn open(settings: &Settings) -> Result<Option<Keyring>, Error> {
    let folder = data_folder(settings.path(&keys::DATA_FOLDER))?;
    let Some(key) = settings.text(&keys::VAULT_KEY) else {
        // A key beside the data is for one's own machine.
        return if settings.environment.is_guarded() { Ok(None) } else { OwnKeys::of(&folder).open() };
    };
    let current = kek(settings, key, &folder)?;
    let previous = settings.texts(&keys::VAULT_PREVIOUS_KEYS);
    let previous = previous.iter().map(|key| kek(settings, key, &folder)).collect::<Result<_, _>>()?;
    Ok(Some(Keyring::new(current, previous)))
}

fn kek(settings: &Settings, key: &str, data: &Path) -> Result<Kek, Error> {
    if key == TRANSIT {
        return transit(settings).map(Kek::Transit);
    }
    match Reference::read(key) {
        Ok(Reference::File(path)) => {
            if settings.environment.is_guarded() {
                refuse_beside(&path, data)?;
            }
            Ok(Kek::Local(LocalKey::from_file(&path)?))
        }
        Ok(Reference::Credential(name)) => {
            let folder = credentials_folder().ok_or_else(|| {
                let message = format!("The key cred:{name} cannot be had: CREDENTIALS_DIRECTORY is not set.");
                let hint = "Start this by systemd with LoadCredential=, or name a file of the key.";
                Error::new(ErrorKind::Unavailable, message, hint)
            })?;
            Ok(Kek::Local(LocalKey::from_credential(&folder, &name)?))
        }
        _ => Err(Error::internal("a place of a key was not checked")),
    }
}

/// The rule of the configuration sees the paths as they are written; links and the default folder are seen here.
fn refuse_beside(key: &Path, data: &Path) -> Result<(), Error> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| PathBuf::from(path));
    if !real(key).starts_with(real(data)) {
        return Ok(());
    }
    let message = "The key of secrets lies beside the data: whoever copies the folder has both.";
    Err(Error::refused(message, "Put it elsewhere, as /etc/smart-begin/vault.key, or use cred: or transit."))
}

fn transit(settings: &Settings) -> Result<Transit, Error> {
    let incomplete = || {
        let message = "The key is in OpenBao, and it is not said where that is or with which token to use it.";
        Error::new(ErrorKind::Unavailable, message, "Set vault.transit.address and vault.transit.token.")
    };
    let address = settings.text(&keys::VAULT_TRANSIT_ADDRESS).or(settings.text(&keys::BAO_ADDRESS));
    let token = settings.secret(&keys::VAULT_TRANSIT_TOKEN).or(settings.secret(&keys::BAO_TOKEN));
    let (address, token) = address.zip(token).ok_or_else(incomplete)?;
    let token = on_this_machine(token).ok_or_else(incomplete)?;
    let token = token.map_err(|(message, hint)| Error::new(ErrorKind::Unavailable, message, hint))?;
    // The operator names the address, and it is no more a stranger's than the data folder is.
    let everywhere = ["0.0.0.0/0", "::/0"].into_iter().filter_map(|network| network.parse().ok()).collect();
    let authorities = settings.path(&keys::AUTHORITIES).map(Into::into);
    let rules = Rules { private_networks: everywhere, authorities, ..Rules::default() };
    let client = Client::new(&rules).map_err(|cause| {
        let message = "The client for OpenBao cannot be made.";
        Error::new(ErrorKind::Unavailable, message, "Look at sign_in.authorities.").because(cause)
    })?;
    let text = |key| settings.text(key).unwrap_or_default().to_owned();
    let config = TransitConfig {
        address: address.to_owned(),
        mount: text(&keys::VAULT_TRANSIT_MOUNT),
        key: text(&keys::VAULT_TRANSIT_KEY),
    };
    Ok(Transit::new(&config, token, client)?)
}
