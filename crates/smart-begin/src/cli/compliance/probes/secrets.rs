//! Where secrets are.

use std::path::PathBuf;

use app::Seen;

use super::found;
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
    let Ok(data) = data_folder(loaded.settings.path(&keys::DATA_FOLDER)) else {
        return Seen::nothing("There is no data folder.");
    };
    let data = data.canonicalize().unwrap_or(data);
    let of_tls = loaded.settings.path(&keys::KEY).map(PathBuf::from);
    let mut files = secret_files(&loaded.settings).into_iter().chain(of_tls);
    let within = files.any(|file| file.canonicalize().unwrap_or(file).starts_with(&data));
    Seen::when(
        !within,
        "No key and no secret of the configuration lies in the data folder.",
        "A key or secret of the configuration lies in the data folder: whoever has a copy of the one has both.",
        "Move it elsewhere, and change it if copies of the data folder exist.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::{passes, production};
    use crate::config::{Secrets, credentials_folder};

    const CLIENT_SECRET: &str = "SMART_BEGIN_SIGN_IN__PROVIDERS__COMPANY__CLIENT_SECRET";

    #[test]
    fn a_reference_that_leads_nowhere_fails() {
        let mut loaded = production(&[(CLIENT_SECRET, "file:/there/is/nothing/here")]);
        assert!(passes("secrets-by-reference", &loaded), "nobody has looked yet");
        let (_, missing) = Secrets::fetch(&loaded.settings, credentials_folder().as_deref());
        loaded.add(missing);
        assert!(!passes("secrets-by-reference", &loaded));
    }

    #[test]
    fn a_secret_beside_the_data_fails() {
        let data = ("SMART_BEGIN_DATA__FOLDER", "/var/lib/smart-begin");
        assert!(passes("secrets-apart", &production(&[data, (CLIENT_SECRET, "file:/etc/smart-begin/secret")])));
        assert!(!passes("secrets-apart", &production(&[data, (CLIENT_SECRET, "file:/var/lib/smart-begin/secret")])));
        let tls = [("SMART_BEGIN_SERVER__TLS__KEY", "/var/lib/smart-begin/tls.key"), data];
        assert!(!passes("secrets-apart", &production(&tls)));
    }
}
