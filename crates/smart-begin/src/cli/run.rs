//! `smart-begin run`: a program with the secrets of an environment.
//!
//! It takes this process's place (`exec`) instead of being started beside it: the terminal, signals, the exit code and
//! the number of the process are its own, and nobody stays behind who holds the values. Nothing has to be done after it:
//! the values are in its variables, or in files in memory that end with it.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use app::{Error, ErrorKind, OpenedSecret};
use clap::Args;
use subprocess::{Command, Environment, Program};

use super::call::with_answer;
use super::output::{self, STRONG};
use super::secret::At;
use crate::config::Settings;

/// What shells and `env` answer when a program cannot be run, or is not there.
const NOT_EXECUTABLE: u8 = 126;
const NOT_FOUND: u8 = 127;

/// This program's own variables: its token and its configuration are no business of what it runs.
const OWN: &[u8] = b"SMART_BEGIN_";

/// Run a program with the secrets of an environment as its variables
#[derive(Args)]
#[command(after_help = "\
Everything of the program is its own: terminal, signals, exit code. 127: there is no such program; 126: it
cannot be run. Variables named SMART_BEGIN_… are not handed on.")]
pub(super) struct Run {
    #[command(flatten)]
    at: At,
    /// Hand each value over as a file in memory: not NAME but NAME_FILE is set, to its path (Linux)
    #[arg(long)]
    files: bool,
    /// The program and its arguments, behind `--`
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    command: Vec<OsString>,
}

impl Run {
    /// Returns only when the program could not take this one's place.
    pub(super) fn run(self, settings: &Settings) -> Result<ExitCode, Error> {
        let (name, arguments) = self.command.split_first().ok_or_else(|| Error::internal("there is no program"))?;
        let program = match find(name) {
            Ok(program) => program,
            Err(fault) => return not_run(&fault),
        };
        // Each reading is in the audit log, and the store is closed, before anything starts.
        let secrets = with_answer(settings, |services, call| app::open_environment(services, call, &self.at.place()))?;
        if secrets.is_empty() {
            let hint = "Look at those there are: smart-begin secret list. The environment and the project count.";
            return Err(Error::new(ErrorKind::NotFound, "There is no secret to run this with.", hint).on("environment"));
        }
        let ours = |name: &OsStr| name.as_encoded_bytes().starts_with(OWN);
        let mut environment = Environment::only(std::env::vars_os(), |name| !ours(name));
        for secret in secrets {
            hand_over(&mut environment, secret, self.files)?;
        }
        not_run(&take_place(Command::new(program).arguments(arguments).environment(environment)))
    }
}

fn find(name: &OsStr) -> Result<Program, subprocess::Error> {
    let here = std::env::current_dir().unwrap_or_default();
    Program::find(name, std::env::var_os("PATH").as_deref(), &here)
}

/// The secret wins over a variable of its name, which is said.
fn hand_over(environment: &mut Environment, secret: OpenedSecret, as_file: bool) -> Result<(), Error> {
    let OpenedSecret { name, value, .. } = secret;
    let variable = if as_file { format!("{name}_FILE") } else { name.clone() };
    let mut names = vec![&name, &variable];
    names.dedup();
    for taken in names {
        if environment.remove(taken) {
            output::note(&format!(
                "{STRONG}warning{STRONG:#}: the variable {taken} is set already; the program gets the secret {name} instead.\n"
            ));
        }
    }
    let set = if as_file { set_file(environment, &variable, &value) } else { environment.set_secret(&variable, value) };
    set.map_err(|fault| {
        let hint = "Give it another name, or encode the value as text.";
        Error::refused(format!("The secret {name} cannot be handed over: {fault}."), hint)
    })
}

#[cfg(target_os = "linux")]
fn set_file(
    environment: &mut Environment,
    variable: &str,
    value: &secrecy::SecretString,
) -> Result<(), subprocess::Error> {
    let file = subprocess::PassedFile::new(value)?;
    environment.set(variable, file.path())?;
    file.pass_on();
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn set_file(_: &mut Environment, _: &str, _: &secrecy::SecretString) -> Result<(), subprocess::Error> {
    Err(subprocess::Error::File(std::io::ErrorKind::Unsupported.into()))
}

#[cfg(unix)]
fn take_place(command: Command) -> subprocess::Error {
    command.replace_this_process()
}

#[cfg(not(unix))]
fn take_place(_: Command) -> subprocess::Error {
    subprocess::Error::Start("the program".to_owned(), std::io::ErrorKind::Unsupported.into())
}

/// Says why on stderr, with the exit codes that whoever starts programs through others looks for.
fn not_run(fault: &subprocess::Error) -> Result<ExitCode, Error> {
    use subprocess::Error as F;
    let (code, hint) = match fault {
        F::NotFound(_) => (NOT_FOUND, "Look at its name, and at PATH."),
        F::NotExecutable(_) => (NOT_EXECUTABLE, "Name a program; chmod +x makes a script one."),
        F::TooMuch(_) => {
            (NOT_EXECUTABLE, "A value is longer than a variable can be (128 KiB), or all together are: use --files.")
        }
        _ => (NOT_EXECUTABLE, "See whether it runs by itself."),
    };
    let error = Error::refused(format!("The program does not run: {fault}."), hint);
    output::failure(&error, super::answer::Format::Text);
    Ok(ExitCode::from(code))
}
