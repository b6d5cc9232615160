//! Values of secrets between the outside and memory that is erased: no buffer on the way keeps a copy.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write as _};
use std::path::Path;

use app::{Error, ErrorKind};
use inquire::{Password, PasswordDisplayMode};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

/// As much as a value may have, and a little more to see that it has too much.
const ROOM: usize = (1 << 20) + 2;

/// The value in a file.
pub(super) fn of_file(path: &Path, exact: bool) -> Result<SecretString, Error> {
    let file = File::open(path).map_err(|cause| unreadable(&path.display().to_string(), cause))?;
    let text = read(file, &path.display().to_string())?;
    value(&text, exact)
}

/// The value that is piped in, or typed where stdin is a terminal.
pub(super) fn of_stdin_or_prompt(name: &str, exact: bool) -> Result<SecretString, Error> {
    if io::stdin().is_terminal() {
        return prompt(name);
    }
    let text = read(stdin()?, "stdin")?;
    value(&text, exact)
}

/// All of `source`, which is text.
pub(super) fn read(mut source: impl Read, what: &str) -> Result<Zeroizing<String>, Error> {
    // Large enough from the start: a buffer that moves would leave a copy behind.
    let mut bytes = Zeroizing::new(vec![0_u8; ROOM]);
    let mut length = 0;
    while let Some(rest) = bytes.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(unreadable(what, cause)),
        }
    }
    if length == ROOM {
        let hint = "A large file does not belong among secrets, the key that encrypts it does.";
        return Err(Error::invalid("value", format!("{what} holds more than 1 MiB."), hint));
    }
    let text = std::str::from_utf8(bytes.get(..length).unwrap_or_default()).map_err(|_| {
        let hint = "Encode it as text, for example with base64, and decode it where it is used.";
        Error::invalid("value", format!("What {what} holds is no text in UTF-8."), hint)
    })?;
    let mut kept = Zeroizing::new(String::with_capacity(length));
    kept.push_str(text);
    Ok(kept)
}

/// Tools end a line where people mean none. A value of several lines, as a key in PEM, needs its last line end.
fn value(text: &str, exact: bool) -> Result<SecretString, Error> {
    let one = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let value = one.filter(|line| !exact && !line.contains('\n')).unwrap_or(text);
    if value.is_empty() {
        let hint =
            "Pipe the value in, or name a file that holds it. To take a secret away: smart-begin secret delete NAME.";
        return Err(Error::invalid("value", "The value is empty.", hint));
    }
    Ok(SecretString::from(value))
}

fn prompt(name: &str) -> Result<SecretString, Error> {
    let typed = Password::new(&format!("Value of {name}:"))
        .with_display_mode(PasswordDisplayMode::Hidden)
        .with_custom_confirmation_message("Once more:")
        .with_custom_confirmation_error_message("These are not the same.")
        .prompt();
    let typed = typed
        .map_err(|_| Error::new(ErrorKind::Cancelled, "No value was typed; nothing was changed.", "Call again."))?;
    value(&Zeroizing::new(typed), true)
}

/// A terminal keeps what it showed, and others may be looking.
pub(super) fn refuse_terminal(show: bool) -> Result<(), Error> {
    if show || !io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Error::refused(
        "This is a terminal, which would show the value and keep it.",
        "Give --show if that is meant; or pipe it on, or start the program that needs it with smart-begin run.",
    ))
}

/// Writes a value to stdout as it is; on a terminal with a line end.
pub(super) fn write(value: &SecretString) -> Result<(), Error> {
    let end: &[u8] = if io::stdout().is_terminal() { b"\n" } else { b"" };
    let written = stdout().and_then(|mut out| {
        out.write_all(value.expose_secret().as_bytes())?;
        out.write_all(end)
    });
    match written {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => Err(Error::new(
            ErrorKind::Unavailable,
            "The value could not be written to stdout.",
            "Look at where it goes.",
        )
        .because(cause)),
        _ => Ok(()),
    }
}

fn unreadable(what: &str, cause: io::Error) -> Error {
    Error::invalid("file", format!("{what} cannot be read: {cause}."), "Name a file that you may read.").because(cause)
}

/// Without the buffer of the standard library, which is never erased.
#[cfg(unix)]
pub(super) fn stdin() -> Result<File, Error> {
    use std::os::fd::AsFd as _;

    let own = io::stdin().as_fd().try_clone_to_owned();
    own.map(File::from).map_err(|cause| unreadable("stdin", cause))
}

#[cfg(unix)]
fn stdout() -> io::Result<File> {
    use std::os::fd::AsFd as _;

    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(not(unix))]
pub(super) fn stdin() -> Result<io::Stdin, Error> {
    Ok(io::stdin())
}

#[cfg(not(unix))]
fn stdout() -> io::Result<io::Stdout> {
    Ok(io::stdout())
}
