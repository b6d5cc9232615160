//! How a server that ended badly is told.

use app::{Error, ErrorKind};

/// In the words of the program.
pub(super) fn ended(error: server::Error) -> Error {
    use server::Error as Cause;
    let (kind, hint) = match &error {
        Cause::NotLoopback(_) | Cause::RedirectsNowhere | Cause::Tls(_) => {
            (ErrorKind::Refused, "Mend the setting, then start it again.")
        }
        Cause::Listen(_) => (ErrorKind::Unavailable, "Look at the log, then start it again."),
        Cause::Handshake(_) => {
            (ErrorKind::Invalid, "An AI assistant starts this command; see smart-begin connect --help.")
        }
        Cause::SignIn(_) => (ErrorKind::Invalid, "Look at [sign_in] of the configuration: smart-begin config check"),
        Cause::NoRandomness | Cause::Task(_) => return Error::internal(error),
    };
    Error::new(kind, format!("The server ended: {error}."), hint).because(error)
}
