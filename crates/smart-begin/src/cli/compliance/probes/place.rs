//! Where it runs: the environment, its files, its log.

use std::collections::BTreeSet;

use app::Seen;

use super::rules::{found, rule};
use crate::config::{CONFIGURATION_KEPT, Concern, KEY_KEPT, Loaded, keys};
use crate::data_folder::data_folder;

pub(super) fn faults(loaded: &Loaded) -> Seen {
    let faults = loaded.faults(Concern::Listener);
    let rules: BTreeSet<&str> = faults.iter().map(|fault| fault.rule.unwrap_or("a value that cannot be")).collect();
    let told: Vec<&str> = rules.into_iter().collect();
    let bad = format!("Faults: {} ({}).", faults.len(), told.join(", "));
    Seen::when(
        faults.is_empty(),
        "Every rule of the configuration holds, and what it names is there and can be used.",
        bad,
        "smart-begin config check tells each with its file and line.",
    )
}

pub(super) fn guarded_environment(loaded: &Loaded) -> Seen {
    let name = loaded.settings.environment.as_str();
    Seen::when(
        loaded.settings.environment.is_guarded(),
        format!("The environment is {name}, which refuses unsafe settings."),
        "These are the settings of development, for one person on one machine.",
        "Name an environment for others: --environment production.",
    )
}

pub(super) fn configuration_kept(loaded: &Loaded) -> Seen {
    match found(loaded, &[CONFIGURATION_KEPT, KEY_KEPT]) {
        Some(fault) => Seen::bad(fault.message.clone(), fault.hint.clone()),
        None => {
            Seen::good("Nobody but their owners can change the files of the configuration, or read the key of TLS.")
        }
    }
}

pub(super) fn log_level(loaded: &Loaded) -> Seen {
    rule(loaded, "quiet-log", "Lines of JSON at info or less, where nothing that people typed stands.")
}

#[cfg(unix)]
pub(super) fn data_folder_private(loaded: &Loaded) -> Seen {
    use std::os::unix::fs::PermissionsExt as _;

    let Ok(folder) = data_folder(loaded.settings.path(&keys::DATA_FOLDER)) else {
        return Seen::bad("There is no data folder.", "Set data.folder.");
    };
    match std::fs::metadata(&folder) {
        // The store makes it so when it is opened first, and refuses any other.
        Err(_) => Seen::good("There is none yet; it is made for its owner alone."),
        Ok(about) => Seen::when(
            about.is_dir() && about.permissions().mode() & 0o077 == 0,
            "Nobody but its owner can look into the data folder.",
            "Others can look into the data folder.",
            "Close it: chmod 700.",
        ),
    }
}

#[cfg(not(unix))]
pub(super) fn data_folder_private(_loaded: &Loaded) -> Seen {
    Seen::unknown("The permissions of this system are not looked at.", "the operator of the host")
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::cases::{is_content, production};
    use crate::config::examine;

    #[test]
    fn a_data_folder_that_others_can_look_into_fails() {
        let folder = tempfile::tempdir().unwrap();
        let at = |mode: u32| {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
            production(&[("SMART_BEGIN_DATA__FOLDER", folder.path().to_str().unwrap())])
        };
        assert!(is_content(&super::data_folder_private(&at(0o700))));
        for open in [0o750, 0o705, 0o777] {
            assert!(!is_content(&super::data_folder_private(&at(open))), "{open:o}");
        }
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a test prepares files as anybody would")]
    fn configuration_that_everybody_may_change_fails() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("production.toml");
        fs::write(&file, "").unwrap();
        let at = |mode: u32| {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            let mut loaded = production(&[]);
            loaded.add(examine(&loaded.settings, std::slice::from_ref(&file)));
            is_content(&super::configuration_kept(&loaded))
        };
        assert!(at(0o644) && !at(0o666));
    }
}
