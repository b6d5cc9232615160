//! Reads all sources, lays them over each other, and tells everything that is wrong at once.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::fault::{Concern, Fault, Severity};
use super::key::Key;
use super::layer::Layer;
use super::origin::Origin;
use super::settings::Settings;
use super::value::Value;
use super::{defaults, file_layer, follow, rules, variable_layer};

/// The files that are used where no folder is named: those of the repository, as they were when this was built.
const BUILT_IN: [(&str, &str); 4] = [
    ("base", include_str!("../../../../config/base.toml")),
    ("development", include_str!("../../../../config/development.toml")),
    ("staging", include_str!("../../../../config/staging.toml")),
    ("production", include_str!("../../../../config/production.toml")),
];

const LARGEST_FILE: u64 = 1 << 20;

/// Where values come from.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// Where the program runs.
    pub(crate) environment: Environment,
    /// The folder with the files; none for the built-in ones.
    pub(crate) folder: Option<PathBuf>,
    /// All environment variables.
    pub(crate) variables: Vec<(String, OsString)>,
    /// What flags of the command line say.
    pub(crate) flags: Vec<Flag>,
}

/// What a flag of the command line says.
#[derive(Debug)]
pub(crate) struct Flag {
    /// As it is typed.
    pub(crate) name: &'static str,
    /// The key that it sets.
    pub(crate) key: &'static Key,
    /// The value.
    pub(crate) value: Value,
}

/// What was read.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// The values that hold; where there are faults, without those.
    pub(crate) settings: Settings,
    /// Everything that is wrong, and what whoever is responsible should know.
    pub(crate) findings: Vec<Fault>,
    /// The files that were read.
    pub(crate) files: Vec<String>,
    /// Those of them that are on the disk.
    pub(crate) on_disk: Vec<PathBuf>,
}

impl Loaded {
    /// What keeps this from being used for `concern`.
    pub(crate) fn faults(&self, concern: Concern) -> Vec<&Fault> {
        let matters = |fault: &&Fault| {
            fault.severity == Severity::Fault && (concern == Concern::Listener || fault.concern == Concern::Anything)
        };
        self.findings.iter().filter(matters).collect()
    }

    /// Adds what was found later.
    pub(crate) fn add(&mut self, found: impl IntoIterator<Item = Fault>) {
        self.findings.extend(found);
        self.findings.sort_by_key(|finding| finding.severity);
    }

    /// What whoever is responsible should know.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = &Fault> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Warning)
    }
}

/// Reads all `sources`.
pub(crate) fn load(sources: &Sources) -> Loaded {
    let mut files = Vec::new();
    let mut layers = match &sources.folder {
        Some(folder) => of_folder(folder, sources.environment, &mut files),
        None => built_in(sources.environment, &mut files),
    };
    layers.push(variable_layer::read(&sources.variables));
    layers.push(of_flags(&sources.flags));
    let mut settings = Settings::merge(sources.environment, defaults::layer(), &mut layers);
    follow::fill_in(&mut settings);
    let spoilt: BTreeSet<String> = layers.iter().flat_map(|layer| layer.spoilt.iter().cloned()).collect();
    let mut findings: Vec<Fault> = layers.into_iter().flat_map(|layer| layer.faults).collect();
    findings.extend(rules::check(&settings).into_iter().filter(|fault| !spoilt.contains(&fault.key)));
    findings.sort_by_key(|finding| finding.severity);
    let on_disk = sources.folder.iter().flat_map(|_| files.iter().map(PathBuf::from)).collect();
    Loaded { settings, findings, files, on_disk }
}

fn wanted(environment: Environment) -> [&'static str; 2] {
    ["base", environment.as_str()]
}

fn built_in(environment: Environment, files: &mut Vec<String>) -> Vec<Layer> {
    let chosen = BUILT_IN.iter().filter(|(name, _)| wanted(environment).contains(name));
    let layers = chosen.map(|(name, text)| {
        files.push(format!("config/{name}.toml (built in)"));
        file_layer::read(&format!("config/{name}.toml (built in)"), text, Path::new(""))
    });
    layers.collect()
}

fn of_folder(folder: &Path, environment: Environment, files: &mut Vec<String>) -> Vec<Layer> {
    let mut layers = Vec::new();
    for name in wanted(environment) {
        let file = folder.join(format!("{name}.toml"));
        let shown = file.display().to_string();
        match read(&file) {
            Ok(text) => {
                layers.push(file_layer::read(&shown, &text, folder));
                files.push(shown);
            }
            // Each of the two may be missing.
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => {
                let message = format!("{shown} cannot be read: {}.", why(&cause));
                layers.push(at_fault(message, "See that it is a file of TOML that this program's user may read."));
            }
        }
    }
    if layers.is_empty() {
        let [base, own] = wanted(environment);
        let message = format!("{} holds neither {base}.toml nor {own}.toml.", folder.display());
        layers.push(at_fault(message, "Name the folder with the configuration files, or leave --config out."));
    }
    layers
}

fn at_fault(message: String, hint: &str) -> Layer {
    Layer { faults: vec![Fault::new("", Origin::Flag("--config"), message, hint)], ..Layer::default() }
}

fn why(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::PermissionDenied => "it may not be",
        io::ErrorKind::InvalidData => "it is no text",
        io::ErrorKind::FileTooLarge => "it is larger than 1 MiB",
        io::ErrorKind::InvalidInput => "it is no file",
        _ => "the system does not let it",
    }
}

fn read(file: &Path) -> io::Result<String> {
    let about = std::fs::metadata(file)?;
    if !about.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    if about.len() > LARGEST_FILE {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    std::fs::read_to_string(file)
}

fn of_flags(flags: &[Flag]) -> Layer {
    let mut layer = Layer::default();
    for flag in flags {
        layer.say(flag.key.path.to_owned(), flag.key, Some(flag.value.clone()), Origin::Flag(flag.name));
    }
    layer
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
[server]
listen = "127.0.0.1:8080"
roots = ["a", 'b', """c"""]
[limits]
body_bytes = 0x10_0000
[[sign_in.providers.company.grants]]
claim = "groups"
value = "\u00e9"
roles = ["member"]
[sign_in.providers]
other = { issuer = "https://sso.example", client_secret = "file:/x" }
[access.roles.deputy]
permissions = ["project:read"]
"#;

    fn read_whole(text: &str) -> usize {
        let mut layers = [file_layer::read("base.toml", text, Path::new("/"))];
        let settings = Settings::merge(Environment::Production, defaults::layer(), &mut layers);
        rules::check(&settings).len() + layers[0].faults.len()
    }

    #[test]
    fn whatever_stands_in_a_file_nothing_panics() {
        assert!(file_layer::read("base.toml", WHOLE, Path::new("/")).faults.is_empty());
        let others = ["[", "]", "\"", "=", ".", "\n", "{", "\u{0}", "\u{202e}", "é", "-9", "[["];
        for (at, letter) in WHOLE.char_indices().step_by(2) {
            file_layer::read("base.toml", &WHOLE[..at], Path::new("/"));
            let mut text = WHOLE.to_owned();
            text.replace_range(at..at + letter.len_utf8(), others[at % others.len()]);
            read_whole(&text);
        }
    }
}
