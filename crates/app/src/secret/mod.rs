//! Secrets: values that are kept sealed, by project, environment and name. A value comes in from whoever sets it and
//! goes out to whoever may read it, and stands in no answer, no log and no entry of the audit log besides.

mod delete;
mod entry;
mod import;
mod keys;
mod list;
mod names;
mod place;
mod read;
mod seal;
mod set;
mod summary;
mod vault;

pub use delete::{DeletedSecret, delete_secret};
pub use import::{ImportedSecret, ImportedSecrets, NewSecret, import_secrets};
pub use keys::{KeyState, KeyStatus, KeyUse, RotatedKeys, key_status, record_key, rotate_keys};
pub use list::{list_secrets, show_secret};
pub use place::SecretPlace;
pub use read::{OpenedSecret, open_environment, read_secret};
pub use set::{SetSecret, set_secret};
pub use summary::{SecretList, SecretSummary, SecretVersionSummary};
pub use vault::Vault;

pub(crate) use entry::of_secret as entry_of_secret;
pub(crate) use list::missing as missing_secret;
pub(crate) use place::enter_privileged as enter_secrets;
pub(crate) use read::open as open_versions;
pub(crate) use seal::seal as seal_version;
pub(crate) use set::{ATTEMPTS, contended};
