//! A program with all that it is given.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;

use secrecy::SecretSlice;

use crate::confinement::{Confinement, system_program};
use crate::ended::Ended;
use crate::environment::Environment;
use crate::error::Error;
use crate::limits::Limits;
use crate::program::Program;
use crate::resources::Bounds;
use crate::running;

/// A program that is to be started.
pub struct Command {
    program: Program,
    arguments: Vec<OsString>,
    environment: Environment,
    folder: Option<PathBuf>,
    stdin: SecretSlice<u8>,
    limits: Limits,
}

impl Command {
    /// `program` without arguments and variables, in the folder of this process, with nothing on stdin.
    #[must_use]
    pub fn new(program: Program) -> Self {
        Self {
            program,
            arguments: Vec::new(),
            environment: Environment::empty(),
            folder: None,
            stdin: SecretSlice::default(),
            limits: Limits::default(),
        }
    }

    /// Adds arguments, each as it is. Every user of the machine can read them: no secret belongs there.
    #[must_use]
    pub fn arguments<A: Into<OsString>>(mut self, more: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(more.into_iter().map(Into::into));
        self
    }

    /// Gives it these variables.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Runs it in this folder.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Gives it this on stdin, which then ends.
    #[must_use]
    pub fn stdin(mut self, bytes: SecretSlice<u8>) -> Self {
        self.stdin = bytes;
        self
    }

    /// Sets its bounds.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Runs it to its end, with all it starts: what is left of its process group then is ended.
    ///
    /// # Errors
    /// When it cannot be started. However it ends is no error here.
    pub fn run(self) -> Result<Ended, Error> {
        self.run_while(&|| true)
    }

    /// As [`Command::run`], and ends it (`End::Stopped`) as soon as `go_on` says no. It is asked often.
    ///
    /// # Errors
    /// When it cannot be started. However it ends is no error here.
    pub fn run_while(self, go_on: &dyn Fn() -> bool) -> Result<Ended, Error> {
        let confinement = Confinement::of(&self.limits);
        let bounds = Bounds::new(self.limits.resources, system_program("prlimit"), confinement.all_powerful);
        let mut command = self.prepare([bounds.launcher(), confinement.launcher()].concat())?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        keep_files_to_ourselves();
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let name = self.program.shown();
        let child = command.spawn().map_err(|cause| match &self.folder {
            // A folder that is not there is told by the system like a program that is not there.
            Some(folder) if !folder.is_dir() => Error::Start(name.clone(), cause),
            _ => start_fault(&name, cause),
        })?;
        drop(command);
        let mut enforced = bounds.hold(&child);
        enforced.network = confinement.network;
        running::to_its_end(child, self.stdin, self.limits, enforced, go_on).map_err(|cause| Error::Wait(name, cause))
    }

    /// Becomes the program: it takes the place of this process, with its terminal, its signals, its parent and its
    /// files beyond ours, so that nobody stands between. Returns only when that failed.
    ///
    /// Every other thread ends where it is: close first what must be closed. No limits are set.
    #[cfg(unix)]
    #[must_use = "it returns only with a fault"]
    pub fn replace_this_process(self) -> Error {
        let mut command = match self.prepare(Vec::new()) {
            Ok(command) => command,
            Err(fault) => return fault,
        };
        start_fault(&self.program.shown(), std::os::unix::process::CommandExt::exec(&mut command))
    }

    /// `launcher` is what starts the program, with arguments; nothing where it starts by itself.
    fn prepare(&self, launcher: Vec<OsString>) -> Result<std::process::Command, Error> {
        let folder = self.folder.iter().map(|folder| folder.as_os_str());
        let mut texts = self.arguments.iter().map(OsString::as_os_str).chain(folder);
        if texts.any(|text| text.as_encoded_bytes().contains(&0)) {
            return Err(Error::Argument);
        }
        let mut command = match launcher.split_first() {
            Some((first, rest)) => {
                let mut command = std::process::Command::new(first);
                command.args(rest).arg(self.program.path());
                command
            }
            None => {
                let mut command = std::process::Command::new(self.program.path());
                #[cfg(unix)]
                std::os::unix::process::CommandExt::arg0(&mut command, self.program.name());
                command
            }
        };
        command.args(&self.arguments);
        self.environment.give_to(&mut command);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        Ok(command)
    }
}

/// The program, and how many arguments it has: what is in them may be nobody's business.
impl fmt::Debug for Command {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments = format_args!("{} arguments", self.arguments.len()).to_string();
        let mut shown = out.debug_struct("Command");
        shown.field("program", &self.program).field("arguments", &arguments);
        shown.field("environment", &self.environment).field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// What this program opens closes by itself in a child. What it inherited without that flag would not: here it gets it.
fn keep_files_to_ourselves() {
    #[cfg(unix)]
    close_fds::set_fds_cloexec(3, &[]);
}

fn start_fault(name: &str, cause: io::Error) -> Error {
    match cause.kind() {
        io::ErrorKind::NotFound => Error::NotFound(name.to_owned()),
        io::ErrorKind::ArgumentListTooLong => Error::TooMuch(name.to_owned()),
        _ => Error::Start(name.to_owned(), cause),
    }
}
