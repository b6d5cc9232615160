//! What several tests start from.

use secrecy::{ExposeSecret as _, SecretBox};
use vault::{Error, Kek, Keyring, LocalKey, Sealed, SecretVersion};

pub(crate) const OF: SecretVersion<'static> =
    SecretVersion { project: Some("prj_0"), environment: "production", name: "DATABASE_URL", version: 3 };

/// A key of these bytes.
pub(crate) fn local(seed: u8) -> LocalKey {
    LocalKey::new(&SecretBox::new(Box::new([seed; 32]))).unwrap()
}

pub(crate) fn kek(seed: u8) -> Kek {
    Kek::Local(local(seed))
}

pub(crate) fn keyring(seed: u8) -> Keyring {
    Keyring::new(kek(seed), Vec::new())
}

/// The value, to be compared.
pub(crate) fn opened(keyring: &Keyring, of: &SecretVersion<'_>, sealed: &Sealed) -> Result<Vec<u8>, Error> {
    keyring.open(of, sealed).map(|value| value.expose_secret().to_vec())
}

/// Every other thing that a value of `OF` could pass for, each differing in one field.
pub(crate) fn others() -> [(&'static str, SecretVersion<'static>); 9] {
    [
        ("another project", SecretVersion { project: Some("prj_1"), ..OF }),
        ("no project", SecretVersion { project: None, ..OF }),
        ("an empty project", SecretVersion { project: Some(""), ..OF }),
        ("another environment", SecretVersion { environment: "staging", ..OF }),
        ("another name", SecretVersion { name: "DATABASE_URL2", ..OF }),
        ("the next version", SecretVersion { version: 4, ..OF }),
        ("the version before", SecretVersion { version: 2, ..OF }),
        ("fields that run together", SecretVersion { project: Some("prj_0p"), environment: "roduction", ..OF }),
        ("fields that changed places", SecretVersion { environment: OF.name, name: OF.environment, ..OF }),
    ]
}
