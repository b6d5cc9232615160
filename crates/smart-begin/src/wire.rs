//! Builds the parts of the program; nothing else does.

use std::path::{Path, PathBuf};

use app::{Error, ErrorKind, LogPlace, Services};
use blueprint::Catalogue;
use etcetera::{AppStrategy as _, AppStrategyArgs};
use safe_fs::Roots;
use store::Store;

use crate::config::{Settings, keys};

/// The folder for the program's own records: the one named, else the one of the XDG rules (or the system's own).
pub(crate) fn data_folder(named: Option<&Path>) -> Result<PathBuf, Error> {
    if let Some(named) = named {
        return Ok(named.to_path_buf());
    }
    let names =
        AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "smart-begin".to_owned() };
    let strategy = etcetera::choose_app_strategy(names).map_err(|error| {
        Error::new(
            ErrorKind::Unavailable,
            "The folder for smart-begin's own records cannot be told: there is no home folder.",
            "Name one with --data-dir.",
        )
        .because(error)
    })?;
    Ok(strategy.data_dir())
}

/// Where the keys and the checkpoints of the audit log are.
pub(crate) fn log_place(settings: &Settings) -> Result<LogPlace, Error> {
    Ok(LogPlace::new(&data_folder(settings.path(&keys::DATA_FOLDER))?, None))
}

/// The services for this process; what an earlier one did not finish is settled first.
pub(crate) fn services(settings: &Settings, roots: Roots) -> Result<Services, Error> {
    let folder = data_folder(settings.path(&keys::DATA_FOLDER))?;
    let store = Store::open(&folder)?;
    let services = Services::new(store, roots, Catalogue::open()?, settings.policy());
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
