//! What the program's end tells scripts. README and the man page name the same numbers.

use std::process::ExitCode;

use app::ErrorKind;

/// Done.
pub(crate) const DONE: u8 = 0;
/// A gate or a check failed.
pub(crate) const FAILED: u8 = 1;
/// Bad usage or input.
pub(crate) const USAGE: u8 = 2;
/// Refused: not allowed, or the target is not empty.
const REFUSED: u8 = 3;
/// Something needed cannot be reached.
const UNREACHABLE: u8 = 4;
/// A fault of this program (`EX_SOFTWARE` of sysexits.h).
const SOFTWARE: u8 = 70;

/// The exit code for a failure.
pub(crate) fn of(kind: ErrorKind) -> ExitCode {
    ExitCode::from(match kind {
        ErrorKind::Invalid | ErrorKind::NotFound => USAGE,
        ErrorKind::Refused | ErrorKind::Cancelled => REFUSED,
        ErrorKind::Unavailable => UNREACHABLE,
        ErrorKind::Internal => SOFTWARE,
    })
}
