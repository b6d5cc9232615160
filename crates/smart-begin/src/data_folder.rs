//! Where the program's own records are.

use std::path::{Path, PathBuf};

use app::{Error, ErrorKind};
use etcetera::{AppStrategy as _, AppStrategyArgs};

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
