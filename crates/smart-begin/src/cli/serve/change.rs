//! What the audit log says of a configuration: its digest and the names of keys. Never a value, for some are nobody else's
//! business, and never a name that is no key's, for somebody may have put a secret in its place.

use sha2::{Digest as _, Sha256};

use crate::config::{Fault, Settings};

/// A server began with this one.
pub(super) fn loaded(settings: &Settings) -> String {
    format!("sha256 {}, environment {}", digest(settings), settings.environment.as_str())
}

/// A server takes this one instead of another.
pub(super) fn changed(settings: &Settings, keys: &[&str]) -> String {
    let keys = if keys.is_empty() { "nothing".to_owned() } else { keys.join(" ") };
    format!("sha256 {}, changed: {keys}", digest(settings))
}

/// A server refused this one.
pub(super) fn refused(settings: &Settings, faults: &[&Fault]) -> String {
    let known = faults.iter().map(|fault| fault.key.as_str()).filter(|key| settings.at(key).is_some());
    let known: Vec<&str> = known.collect();
    let unknown = faults.len() - known.len();
    format!("{} faults, in: {}; {unknown} elsewhere", faults.len(), known.join(" "))
}

/// SHA-256 of all that holds, one line a key: its path, and its value as `config show` has it.
fn digest(settings: &Settings) -> String {
    let mut whole = Sha256::new();
    for setting in settings.iter() {
        let value = setting.value.as_ref().map(|value| value.shown().to_string()).unwrap_or_default();
        whole.update(format!("{} = {value}\n", setting.path));
    }
    whole.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Sources, load};

    fn settings(variables: &[(&str, &str)]) -> Settings {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        load(&Sources { variables, ..Sources::default() }).settings
    }

    #[test]
    fn another_value_is_another_digest_and_is_not_told() {
        let (one, two) = (settings(&[]), settings(&[("SMART_BEGIN_SERVER__PUBLIC_URL", "https://begin.example")]));
        assert_eq!(loaded(&one), loaded(&settings(&[])));
        assert_ne!(digest(&one), digest(&two));
        let keys: Vec<&str> = one.differing(&two).into_iter().collect();
        let told = changed(&two, &keys);
        assert!(told.contains("server.public_url") && !told.contains("begin.example"), "{told}");
        assert!(loaded(&one).starts_with("sha256 ") && loaded(&one).ends_with(", environment development"));
    }
}
