//! Builds the parts of the program; nothing else does.

use std::path::PathBuf;

use app::{Error, Services};
use blueprint::Catalogue;
use safe_fs::Roots;
use store::Store;

use crate::config::{Settings, keys};
use crate::data_folder::data_folder;
use crate::vault_keys;

/// The services for this process; what an earlier one did not finish is settled first.
pub(crate) fn services(settings: &Settings, roots: Roots) -> Result<Services, Error> {
    let folder = data_folder(settings.path(&keys::DATA_FOLDER))?;
    let store = Store::open(&folder)?;
    let services = Services::new(store, roots, Catalogue::open()?, settings.policy());
    services.vault.set(vault_keys::vault(settings));
    app::reconcile(&services)?;
    Ok(services)
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
    let rules = outbound::Rules {
        private_networks: settings.networks(&keys::PRIVATE_NETWORKS),
        authorities: settings.path(&keys::AUTHORITIES).map(Into::into),
        ..outbound::Rules::default()
    };
    app::Outside::new(std::env::vars_os(), rules)
}
