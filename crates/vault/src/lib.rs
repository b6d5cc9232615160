//! Keeps secrets sealed: envelope encryption, the keys it rests on, and what makes new secrets.
//!
//! Each version of a secret is encrypted under a data key of its own (AES-256-GCM), and that data key is wrapped by a
//! key-encryption key which never lies in the store. So a copy of the store opens nothing, and renewing the
//! key-encryption key rewraps short data keys and leaves the values as they are. What a value belongs to (project,
//! environment, name, version) is bound into both layers: a record moved elsewhere does not open there.
//!
//! Everything here blocks. Values and keys are erased from memory when dropped; no error and no `Debug` shows them.

mod aead;
mod bao;
mod dot_env;
mod error;
mod generate;
mod kek;
mod kek_id;
mod key_file;
mod key_file_fault;
mod key_pair;
mod keyring;
mod local_key;
mod sealed;
mod secret_version;
mod transit;
mod wrapped;

pub use dot_env::{DotEnvFault, MAX_DOT_ENV_BYTES, Variable, parse_dot_env, quote_dot_env};
pub use error::Error;
pub use generate::{Alphabet, new_kek, random_text, random_token};
pub use kek::Kek;
pub use kek_id::{KekId, NotAKekId};
pub use key_file_fault::KeyFileFault;
pub use key_pair::{KeyKind, KeyPair, generate_key_pair};
pub use keyring::Keyring;
pub use local_key::LocalKey;
pub use sealed::{MAX_VALUE_BYTES, Sealed};
pub use secret_version::SecretVersion;
pub use transit::{Transit, TransitConfig};
