//! Why a file of a key is not trusted, or is none.

use std::io;

/// Why a file of a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileFault {
    /// The name of the credential cannot be one.
    #[error("the name of the credential is none")]
    Name,
    /// It cannot be read.
    #[error("it cannot be read")]
    Unreadable(#[source] io::Error),
    /// It is a symbolic link.
    #[error("it is a symbolic link")]
    Link,
    /// It is a folder, a device or a pipe.
    #[error("it is no regular file")]
    NotAFile,
    /// Others may read or change it.
    #[error("others may read or change it (its mode is {0:03o})")]
    Mode(u32),
    /// It belongs to another user.
    #[error("it belongs to another user")]
    Owner,
    /// It does not hold a key.
    #[error("it holds neither 32 bytes nor the hexadecimal or base64 form of 32 bytes")]
    NotAKey,
    /// It holds something that nobody drew at random.
    #[error("what it holds is not random")]
    NotRandom,
}

impl KeyFileFault {
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::Name => "Give the name of LoadCredential= in the systemd unit.",
            Self::Unreadable(_) => "Check that it exists and that the user who runs smart-begin owns it.",
            Self::Link => "Name the file itself.",
            Self::NotAFile => "Name a regular file.",
            Self::Mode(_) => {
                "Run `chmod 600` on it. If others could have read it, make a new key and rewrap; the old one is known."
            }
            Self::Owner => "Give it to the user who runs smart-begin, or to root.",
            Self::NotAKey | Self::NotRandom => "Make one with `openssl rand -base64 32`.",
        }
    }
}
