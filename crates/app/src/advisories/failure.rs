//! Failures of the advisories' crate and of requests, in words for the one who asked.

use dependencies::advisories;

use crate::error::{Error, ErrorKind};

impl From<advisories::Error> for Error {
    fn from(error: advisories::Error) -> Self {
        use advisories::Error as From;
        let kind = match &error {
            From::File { .. } => ErrorKind::Unavailable,
            From::Stopped => ErrorKind::Cancelled,
            From::Nothing(_)
            | From::Several { .. }
            | From::Missing { .. }
            | From::Archive { .. }
            | From::TooMuch { .. }
            | From::Traversal { .. }
            | From::Record { .. }
            | From::Twice { .. }
            | From::Damaged { .. } => ErrorKind::Invalid,
        };
        let text = error.to_string();
        let first: String = text.chars().take(1).flat_map(char::to_uppercase).collect();
        let message = format!("{first}{}.", text.chars().skip(1).collect::<String>());
        Self::new(kind, message, error.hint()).because(error)
    }
}

/// A request that came to nothing.
pub(super) fn unreachable(address: &str, error: outbound::Error) -> Error {
    let hint = match &error {
        outbound::Error::Private(_) | outbound::Error::NotHttps => {
            "For a mirror in your own network add that network to sign_in.private_networks."
        }
        outbound::Error::Redirect(_) => "Name the address that it leads to as checks.advisories_url.",
        _ => "Try again; without a way out, fetch it elsewhere and give it: smart-begin advisories update --from DIR.",
    };
    Error::new(ErrorKind::Unavailable, format!("{address} could not be fetched: {error}."), hint).because(error)
}
