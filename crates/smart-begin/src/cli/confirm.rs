//! Asks before something that cannot be taken back.

use std::io::IsTerminal as _;

use app::{Error, ErrorKind};
use inquire::Confirm;

/// Goes on where `yes` was given or a person agrees; `question` says what will happen.
pub(super) fn confirm(question: &str, yes: bool) -> Result<(), Error> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        let hint = "Give --yes if you are sure; on a terminal you would be asked.";
        return Err(Error::new(ErrorKind::Invalid, "Nobody can be asked here whether this is meant.", hint));
    }
    match Confirm::new(question).with_default(false).prompt() {
        Ok(true) => Ok(()),
        _ => Err(Error::new(
            ErrorKind::Cancelled,
            "You did not agree; nothing was changed.",
            "Call again when you are sure.",
        )),
    }
}
