//! Starts the ecosystems' own tools, each within bounds, and remembers which bounds did not hold.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretSlice;
use subprocess::{Command, Ended, Environment, Limits, Network, Program, Resources};

use crate::check::FixSettings;
use crate::services::Watch;

/// What the tools may be told by the operator's own environment, beside what all programs get.
const PASSED_ON: [&str; 24] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "GOPATH",
    "GOMODCACHE",
    "GOCACHE",
    "GOPROXY",
    "GOSUMDB",
    "GONOSUMDB",
    "GOPRIVATE",
    "NPM_CONFIG_REGISTRY",
    "NODE_EXTRA_CA_CERTS",
    "UV_CACHE_DIR",
    "UV_DEFAULT_INDEX",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
];

/// Where toolchains keep themselves and what they fetched, by variable and by place beneath the home.
const TOOLCHAINS: [(&str, &str); 5] = [
    ("CARGO_HOME", ".cargo"),
    ("RUSTUP_HOME", ".rustup"),
    ("GOPATH", "go"),
    ("GOMODCACHE", "go/pkg/mod"),
    ("GOCACHE", ".cache/go-build"),
];

/// Said whenever code of a project ran.
const FILES: &str = "files NOT ENFORCED: the project's gates could read what this program's user can read";

const GRACE: Duration = Duration::from_secs(5);
const MOST_OUTPUT: usize = 32 << 20;

/// What one program may use.
const RESOURCES: Resources = Resources {
    memory_bytes: Some(4 << 30),
    cpu: Some(Duration::from_secs(1_200)),
    file_bytes: Some(2 << 30),
    processes: Some(1_024),
    open_files: Some(8_192),
};

/// One program to run.
pub(super) struct Job<'a> {
    pub(super) program: &'a str,
    pub(super) arguments: Vec<String>,
    pub(super) folder: &'a Path,
    /// Variables beside those that all programs get.
    pub(super) variables: Vec<(&'static str, String)>,
    pub(super) stdin: Vec<u8>,
    pub(super) network: bool,
    pub(super) minutes: u64,
    /// Whether it is code of the project: it gets a home of its own, and neither proxies nor registries, whose addresses may hold
    /// passwords.
    pub(super) foreign: Option<PathBuf>,
}

impl<'a> Job<'a> {
    pub(super) fn new(
        program: &'a str,
        arguments: impl IntoIterator<Item = impl Into<String>>,
        folder: &'a Path,
    ) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        Self {
            program,
            arguments,
            folder,
            variables: Vec::new(),
            stdin: Vec::new(),
            network: false,
            minutes: 5,
            foreign: None,
        }
    }
}

/// Why a program did not do what it was to do, in plain words.
#[derive(Debug)]
pub(super) struct Trouble(pub(super) String);

/// What starts programs.
pub(super) struct Tools<'a> {
    pub(super) settings: &'a FixSettings,
    pub(super) watch: &'a dyn Watch,
    not_enforced: RefCell<BTreeSet<String>>,
}

impl<'a> Tools<'a> {
    pub(super) fn new(settings: &'a FixSettings, watch: &'a dyn Watch) -> Self {
        Self { settings, watch, not_enforced: RefCell::default() }
    }

    /// Whether the program is on this machine.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    fn find(&self, name: &str) -> Result<Program, subprocess::Error> {
        let search = self.settings.variables.iter().find(|(variable, _)| variable == "PATH");
        Program::find(OsStr::new(name), search.map(|(_, value)| value.as_os_str()), Path::new("/"))
    }

    /// Runs it; what it wrote to stdout, if it ended well.
    pub(super) fn run(&self, job: Job<'_>) -> Result<Vec<u8>, Trouble> {
        let name = job.program;
        let ended = self.start(job)?;
        if ended.end.is_good() && !ended.stdout.is_cut() {
            return Ok(ended.stdout.bytes().to_vec());
        }
        if ended.end.is_good() {
            return Err(Trouble(format!("{name} wrote more than can be taken in")));
        }
        let said = last_lines(ended.stderr.bytes(), 12);
        Err(Trouble(format!("{name}: {}{}{said}", ended.end, if said.is_empty() { "" } else { ":\n" })))
    }

    /// Runs it to its end, whatever that is.
    pub(super) fn start(&self, job: Job<'_>) -> Result<Ended, Trouble> {
        let trouble = |error: subprocess::Error| Trouble(format!("{}: {error}", job.program));
        let program = self.find(job.program).map_err(trouble)?;
        let mut environment = match &job.foreign {
            None => self.environment(),
            Some(home) => self.of_strangers(home).map_err(trouble)?,
        };
        for (name, value) in job.variables {
            environment.set(name, value).map_err(trouble)?;
        }
        let limits = Limits {
            time: Duration::from_secs(60 * job.minutes),
            grace: GRACE,
            output_bytes: MOST_OUTPUT,
            resources: RESOURCES,
            network: if job.network { Network::Allowed } else { Network::Denied },
        };
        let command = Command::new(program)
            .arguments(job.arguments)
            .environment(environment)
            .folder(job.folder)
            .stdin(SecretSlice::from(job.stdin))
            .limits(limits);
        let ended = command.run_while(&|| !self.watch.cancelled()).map_err(trouble)?;
        self.not_enforced.borrow_mut().extend(ended.enforced.not_enforced());
        Ok(ended)
    }

    fn environment(&self) -> Environment {
        let variables = self.settings.variables.iter().cloned();
        let common = Environment::common(self.settings.variables.iter().cloned());
        let passed = Environment::only(variables, |name| PASSED_ON.into_iter().any(|passed| name == passed));
        common.and(passed)
    }

    /// What a project's own code gets: the usual, its own home, and where its toolchains keep what they fetched before.
    fn of_strangers(&self, home: &Path) -> Result<Environment, subprocess::Error> {
        let mut environment = Environment::common(self.settings.variables.iter().cloned());
        let value = |name: &str| {
            self.settings.variables.iter().find(|(variable, _)| variable == name).map(|(_, value)| PathBuf::from(value))
        };
        let own = value("HOME");
        for (name, beneath) in TOOLCHAINS {
            if let Some(place) = value(name).or_else(|| own.as_ref().map(|own| own.join(beneath))) {
                environment.set(name, place.display().to_string())?;
            }
        }
        environment.set("HOME", home.display().to_string())?;
        self.not_enforced.borrow_mut().insert(FILES.to_owned());
        Ok(environment)
    }

    /// Which bounds did not hold so far.
    pub(super) fn not_enforced(&self) -> Vec<String> {
        self.not_enforced.borrow().iter().cloned().collect()
    }
}

/// The end of what a program wrote, without what would deceive whoever reads it.
pub(super) fn last_lines(bytes: &[u8], most: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let from = lines.len().saturating_sub(most);
    let short = |line: &&str| {
        let line: String = line.chars().take(300).collect();
        domain::visible(&domain::without_credentials(&line)).into_owned()
    };
    lines[from..].iter().map(short).collect::<Vec<_>>().join("\n")
}

/// The folder that programs are started in where the project's own settings are not to count: nobody but root can put any
/// there.
pub(super) fn neutral() -> PathBuf {
    PathBuf::from("/")
}
