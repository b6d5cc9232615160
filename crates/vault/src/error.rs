//! Why something was not sealed, opened or made. No value and no key is ever part of it.

use std::path::PathBuf;

use crate::kek_id::{KekId, NotAKekId};
use crate::key_file_fault::KeyFileFault;

/// What happened and why; [`advice`](Error::advice) says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something is larger than it may be.
    #[error("{0} is longer than {1} bytes")]
    TooLarge(&'static str, usize),
    /// What is stored is no sealed value.
    #[error("what is stored is no sealed value: {0} is wrong")]
    Malformed(&'static str),
    /// What is stored was written in a format that this version does not know.
    #[error("what is stored was sealed in format {0} with algorithm {1}, which this version does not know")]
    UnknownFormat(u8, u8),
    /// The key-encryption key is not among those configured.
    #[error(
        "it was sealed with the key-encryption key {kek_id}, and that is not among those configured ({configured})"
    )]
    KekMissing {
        /// The key it needs.
        kek_id: KekId,
        /// The keys there are.
        configured: String,
    },
    /// It does not open: it is not what was sealed here.
    #[error(
        "it does not open with the key-encryption key {0}: it was altered, or belongs to another secret, version, environment or project"
    )]
    Altered(KekId),
    /// A file of a key cannot be used.
    #[error("the key-encryption key in {path:?} cannot be used: {fault}")]
    KeyFile {
        /// The file, or the folder of the credentials when the name is none.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        fault: KeyFileFault,
    },
    /// The configuration of a transit key is wrong.
    #[error("the key-encryption key in OpenBao is configured wrongly: {0}")]
    TransitConfig(&'static str),
    /// The server that holds the key was not reached.
    #[error("the server that holds the key-encryption key {0} was not reached")]
    TransitUnreachable(String, #[source] outbound::Error),
    /// The server that holds the key does not work now: sealed, a standby, or too busy.
    #[error("the server that holds the key-encryption key {0} does not work now (HTTP {1})")]
    TransitUnavailable(String, u16),
    /// The server that holds the key refuses the token.
    #[error("the server that holds the key-encryption key {0} refuses the token")]
    TransitForbidden(String),
    /// The server has no such key, or no such mount.
    #[error("the server has no key-encryption key {0}")]
    TransitKeyMissing(String),
    /// The server's key is of a kind that cannot be used.
    #[error("the key-encryption key {0} is of a kind that cannot be used here")]
    TransitKeyKind(String),
    /// The server no longer opens what this version of its key wrapped.
    #[error("the server no longer opens what the key-encryption key {0} wrapped: that version was retired")]
    TransitVersionRetired(KekId),
    /// The server's key does not open it.
    #[error(
        "the server does not open it with the key-encryption key {0}: the key was made anew, or what is stored was altered"
    )]
    TransitRefused(KekId),
    /// The server answered something else than its interface says.
    #[error("the server that holds the key-encryption key {0} answered what is not understood: {1}")]
    TransitUnexpected(String, &'static str),
    /// A thread for requests could not be started.
    #[error("a thread for requests to the server of the key cannot be started")]
    Thread(#[source] std::io::Error),
    /// What should be generated cannot be.
    #[error("{0}")]
    Generator(&'static str),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    Randomness,
    /// The cryptographic library failed where it cannot.
    #[error("the cryptographic library failed")]
    Cipher,
}

impl From<NotAKekId> for Error {
    fn from(_: NotAKekId) -> Self {
        Self::Malformed("the id of its key")
    }
}

impl Error {
    /// What to do next, in plain words.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::TooLarge(..) => {
                "Make it shorter; a large file does not belong among secrets, the key that encrypts it does."
            }
            Self::Malformed(_) | Self::Altered(_) => {
                "Restore the record from a backup, or set the secret anew. Find out who wrote to the store."
            }
            Self::UnknownFormat(..) => "Use the version of smart-begin that wrote it, or a newer one.",
            Self::KekMissing { .. } => {
                "Add that key to the older keys of the configuration, and rewrap before you remove it again."
            }
            Self::KeyFile { fault, .. } => fault.advice(),
            Self::TransitConfig(_) => "Mend the address, the mount or the name of the key in the configuration.",
            Self::TransitUnreachable(..) => {
                "Check that the server runs, and that its address is right and may be reached from here."
            }
            Self::TransitUnavailable(..) => "Unseal the server or wait until it is ready, then try again.",
            Self::TransitForbidden(_) => {
                "Renew the token, and give it a policy with `update` on encrypt, decrypt and rewrap of this key and `read` on the key."
            }
            Self::TransitKeyMissing(_) => {
                "Make the key (`bao write -f MOUNT/keys/NAME`), or mend the mount or the name in the configuration."
            }
            Self::TransitKeyKind(_) => {
                "Use a key of type aes256-gcm96, aes128-gcm96, chacha20-poly1305 or xchacha20-poly1305 that is not derived."
            }
            Self::TransitVersionRetired(_) => "Lower min_decryption_version of the key, rewrap, and raise it again.",
            Self::TransitRefused(_) => {
                "Restore the key on the server from its backup, or restore the record; else set the secret anew."
            }
            Self::TransitUnexpected(..) => {
                "Check that the address leads to OpenBao or Vault and the mount to its transit engine."
            }
            Self::Generator(_) => "Give another length or other characters.",
            Self::Thread(_) | Self::Randomness | Self::Cipher => {
                "Try again; when it happens again, the machine is short of something or broken."
            }
        }
    }
}
