//! Builds the parts of the program; nothing else does.

use std::path::PathBuf;

use app::{Auditor, Error, ErrorKind, LogPlace, Pseudonyms, Services};
use blueprint::Catalogue;
use safe_fs::Roots;
use secrecy::SecretString;
use store::Store;

use crate::config::{Key, Secrets, Settings, credentials_folder, keys};
use crate::data_folder::data_folder;
use crate::vault_keys;

/// Where the keys and the checkpoints of the audit log are.
pub(crate) fn log_place(settings: &Settings) -> Result<LogPlace, Error> {
    let signing = secret(settings, &keys::SIGNING_KEYS, "The keys that sign the audit log were not found.")?;
    Ok(LogPlace::new(&data_folder(settings.path(&keys::DATA_FOLDER))?, signing))
}

/// The same for those who only check: without the keys that sign.
pub(crate) fn public_log_place(settings: &Settings) -> Result<LogPlace, Error> {
    Ok(LogPlace::new(&data_folder(settings.path(&keys::DATA_FOLDER))?, None))
}

/// The services for this process; what an earlier one did not finish is settled first.
pub(crate) fn services(settings: &Settings, roots: Roots) -> Result<Services, Error> {
    let folder = data_folder(settings.path(&keys::DATA_FOLDER))?;
    let store = Store::open(&folder)?;
    let mut services = Services::new(store, roots, Catalogue::open()?, settings.policy());
    if let Some(pseudonyms) = pseudonyms(settings)? {
        services.audit = Auditor::new(services.store.clone(), Some(pseudonyms));
    }
    services.vault.set(vault_keys::vault(settings));
    services.checks = settings.checks(&folder);
    app::reconcile(&services)?;
    Ok(services)
}

/// What names become in what is written down. Without the key nothing is: a name that was written in clear stays.
fn pseudonyms(settings: &Settings) -> Result<Option<Pseudonyms>, Error> {
    let gone = "The key that turns names into pseudonyms was not found, so nothing can be written down.";
    Ok(secret(settings, &keys::PSEUDONYM_KEY, gone)?.as_ref().map(Pseudonyms::new))
}

/// The secret of `key`, where one is configured; `gone` says what it means when it is not there.
fn secret(settings: &Settings, key: &'static Key, gone: &str) -> Result<Option<SecretString>, Error> {
    if settings.secret(key).is_none() {
        return Ok(None);
    }
    let (secrets, _) = Secrets::fetch_some(settings, credentials_folder().as_deref(), key.path);
    let hint = format!("Look where {} leads: smart-begin config show", key.path);
    let secret = secrets.get(key.into()).cloned();
    secret.map(Some).ok_or_else(|| Error::new(ErrorKind::Unavailable, gone, hint))
}

/// The roots for a server: those named, else the working folder where it may be one. A default that may not is no
/// failure: projects are delivered as archives then.
pub(crate) fn roots(named: &[PathBuf]) -> Result<Roots, Error> {
    let home = etcetera::home_dir().ok();
    if !named.is_empty() {
        return Roots::open(named, home.as_deref())
            .map_err(|refusal| Error::invalid("--root", format!("{refusal}."), refusal.advice()).because(refusal));
    }
    let here = std::env::current_dir().map(|here| Roots::open(&[here], home.as_deref()));
    Ok(here.ok().and_then(Result::ok).unwrap_or_default())
}

/// What rotation may use outside this program. The operator sets up hooks, so that their addresses are no stranger's; all
/// the same they stay within the networks that the configuration names.
pub(crate) fn outside(settings: &Settings) -> app::Outside {
    app::Outside::new(std::env::vars_os(), network(settings))
}

/// Where requests that leave may go.
fn network(settings: &Settings) -> outbound::Rules {
    outbound::Rules {
        private_networks: settings.networks(&keys::PRIVATE_NETWORKS),
        authorities: settings.path(&keys::AUTHORITIES).map(Into::into),
        ..outbound::Rules::default()
    }
}
