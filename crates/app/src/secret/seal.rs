//! Between values and what the store keeps of them.

use secrecy::{ExposeSecret as _, SecretString};
use store::{NewVersion, SealedVersion, SecretName};
use vault::{Keyring, MAX_VALUE_BYTES, Sealed, SecretVersion};

use crate::error::{Error, ErrorKind};

/// Refuses a value that no variable could hold, or that is too large.
pub(crate) fn check(value: &SecretString) -> Result<(), Error> {
    let value = value.expose_secret();
    if value.len() > MAX_VALUE_BYTES {
        let hint = "A large file does not belong among secrets, the key that encrypts it does.";
        return Err(Error::invalid("value", "The value is larger than 1 MiB.", hint));
    }
    if value.contains('\0') {
        let hint = "Encode it as text, for example with base64.";
        return Err(Error::invalid("value", "The value has a NUL in it, which no variable can hold.", hint));
    }
    Ok(())
}

/// What `of` belongs to, as it is bound into the sealed bytes.
pub(crate) fn bound(of: &SecretName, version: u64) -> SecretVersion<'_> {
    let project = of.project.as_ref().map(domain::ProjectId::as_str);
    SecretVersion { project, environment: &of.environment, name: &of.name, version }
}

/// A version to be recorded.
pub(crate) fn seal(
    keys: &Keyring,
    of: &SecretName,
    version: u64,
    value: &SecretString,
    by: &str,
) -> Result<NewVersion, Error> {
    let sealed = keys.seal(&bound(of, version), value.expose_secret().as_bytes())?;
    Ok(NewVersion {
        of: of.clone(),
        version,
        kek_id: sealed.kek_id().as_str().to_owned(),
        sealed: sealed.to_bytes(),
        created_by: by.to_owned(),
    })
}

/// The value of a version.
pub(crate) fn open(keys: &Keyring, version: &SealedVersion) -> Result<SecretString, Error> {
    let bound = bound(&version.of, version.version);
    let opened = Sealed::from_bytes(&version.sealed).and_then(|sealed| keys.open(&bound, &sealed));
    let value = opened.map_err(|error| unopened(version, error))?;
    let text = std::str::from_utf8(value.expose_secret()).map_err(Error::internal)?;
    Ok(SecretString::from(text))
}

/// Says which one it is.
pub(crate) fn unopened(version: &SealedVersion, error: vault::Error) -> Error {
    let SealedVersion { of, version, .. } = version;
    let hint = error.advice();
    let message = format!("Version {version} of {}/{} cannot be opened: {error}.", of.environment, of.name);
    Error::new(ErrorKind::Unavailable, message, hint).because(error)
}
