//! Who calls on the command line and on stdio: the owner of the data folder, or less than that where the environment
//! brings an API token along.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use app::{Error, ErrorKind, Services};
use domain::{Caller, Face};

const VALUE: &str = "SMART_BEGIN_TOKEN";
const FILE: &str = "SMART_BEGIN_TOKEN_FILE";

/// More than any token, less than any file that was named by mistake.
const MAX_BYTES: u64 = 1024;

/// Whether the environment brings an API token along, good or not.
pub(crate) fn has_token() -> bool {
    [VALUE, FILE].into_iter().any(|name| std::env::var_os(name).is_some())
}

/// The caller of this process. A token that is there and not good is an error: falling back to the owner would give a
/// process that was to have less everything.
pub(crate) fn caller(services: &Services, face: Face) -> Result<Caller, Error> {
    let token = match (std::env::var_os(VALUE), std::env::var_os(FILE)) {
        (None, None) => return Ok(Caller::data_owner(&services.policy.get(), face)),
        (Some(_), Some(_)) => {
            let message = format!("Both {VALUE} and {FILE} are set, and only one can count.");
            return Err(Error::new(ErrorKind::Invalid, message, "Unset one of them."));
        }
        (Some(value), None) => value.into_string().unwrap_or_default(),
        (None, Some(file)) => read(file)?,
    };
    app::sign_in_with_token(services, face, &token)?.ok_or_else(|| {
        Error::refused(
            format!("The API token in {VALUE} or {FILE} is not good: it is mistyped, unknown, expired or revoked."),
            "Make a new one (smart-begin token create LABEL), or unset the variable to call as the owner of the data folder.",
        )
    })
}

fn read(file: OsString) -> Result<String, Error> {
    let path = Path::new(&file);
    let mut text = String::new();
    let read = File::open(path).and_then(|opened| opened.take(MAX_BYTES).read_to_string(&mut text));
    read.map_err(|cause| {
        let message = format!("The file that {FILE} names cannot be read: {}.", path.display());
        Error::new(ErrorKind::Refused, message, "Name a file that holds the token alone and that you may read.")
            .because(cause)
    })?;
    Ok(text.trim().to_owned())
}
