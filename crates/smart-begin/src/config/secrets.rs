//! Fetches the secrets that references lead to, when they are needed and no earlier.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::bao::Bao;
use super::fault::Fault;
use super::key::At;
use super::keys::BAO_TOKEN;
use super::reference::{Reference, Wrong};
use super::settings::{Setting, Settings};
use super::value::Value;

const LARGEST: u64 = 64 << 10;

/// The rule that there is a secret where its reference leads.
pub(crate) const SECRET_THERE: &str = "secret-there";

/// The secrets of a configuration, by the paths of their keys.
#[derive(Debug, Default)]
pub(crate) struct Secrets(BTreeMap<String, SecretString>);

/// Whether there is a secret where its reference leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is there and can be used.
    Set,
    /// It is not, or cannot be used.
    Missing,
    /// Asking would mean a call over the network.
    NotAsked,
}

/// The files that references lead to.
pub(crate) fn secret_files(settings: &Settings) -> Vec<PathBuf> {
    let files = references(settings).filter_map(|(_, reference)| match reference {
        Reference::File(path) => Some(path.clone()),
        Reference::Credential(_) | Reference::Bao { .. } => None,
    });
    files.collect()
}

impl State {
    /// How it is shown.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Missing => "missing",
            Self::NotAsked => "not asked for",
        }
    }
}

impl Secrets {
    /// Fetches all of them; tells each that cannot be had.
    pub(crate) fn fetch(settings: &Settings, credentials: Option<&Path>) -> (Self, Vec<Fault>) {
        Self::fetch_some(settings, credentials, "")
    }

    /// Fetches those whose keys begin with `beginning`; tells each that cannot be had.
    pub(crate) fn fetch_some(settings: &Settings, credentials: Option<&Path>, beginning: &str) -> (Self, Vec<Fault>) {
        let is_bao = |reference: &Reference| matches!(reference, Reference::Bao { .. });
        let begins = |setting: &Setting| setting.path.starts_with(beginning);
        let asks_bao = references(settings).any(|(setting, reference)| begins(setting) && is_bao(reference));
        let wanted = |setting: &Setting| begins(setting) || (asks_bao && setting.path == BAO_TOKEN.path);
        let (mut secrets, mut faults) = (Self::default(), Vec::new());
        // What is elsewhere comes last: the token to read it with is on this machine.
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            references(settings).filter(|(setting, _)| wanted(setting)).partition(|(_, reference)| !is_bao(reference));
        let mut bao = None;
        for (setting, reference) in here.into_iter().chain(elsewhere) {
            let found = local(reference, credentials).or_else(|| {
                let token = secrets.get(At::from(&BAO_TOKEN));
                // Without address and token there is a rule that says so, or the token's own fault.
                bao.get_or_insert_with(|| Bao::new(settings, token)).as_mut().map(|bao| bao.read(reference))
            });
            match found {
                Some(Ok(secret)) => {
                    secrets.0.insert(setting.path.clone(), secret);
                }
                Some(Err((message, hint))) => {
                    let fault = Fault::new(&setting.path, setting.origin.clone(), message, hint);
                    faults.push(Fault { rule: Some(SECRET_THERE), ..fault });
                }
                None => {}
            }
        }
        (secrets, faults)
    }

    /// The secret of a key.
    pub(crate) fn get(&self, at: At<'_>) -> Option<&SecretString> {
        self.0.get(&at.path())
    }

    /// Whether there is one where `reference` leads, without a call over the network.
    pub(crate) fn state(setting: &Setting, credentials: Option<&Path>) -> Option<State> {
        let Some(Value::Secret(reference)) = &setting.value else { return None };
        Some(match local(reference, credentials) {
            Some(Ok(_)) => State::Set,
            Some(Err(_)) => State::Missing,
            None => State::NotAsked,
        })
    }
}

fn references(settings: &Settings) -> impl Iterator<Item = (&Setting, &Reference)> {
    settings.iter().filter_map(|setting| match &setting.value {
        Some(Value::Secret(reference)) => Some((setting, reference)),
        _ => None,
    })
}

/// The secret that `reference` leads to, where that is on this machine.
pub(crate) fn on_this_machine(reference: &Reference) -> Option<Result<SecretString, Wrong>> {
    local(reference, credentials_folder().as_deref())
}

/// What is on this machine; none for what is elsewhere.
fn local(reference: &Reference, credentials: Option<&Path>) -> Option<Result<SecretString, Wrong>> {
    match reference {
        Reference::File(path) => Some(of_file(path, 0o077)),
        Reference::Credential(name) => Some(of_credential(name, credentials)),
        Reference::Bao { .. } => None,
    }
}

fn of_credential(name: &str, credentials: Option<&Path>) -> Result<SecretString, Wrong> {
    let Some(folder) = credentials else {
        let hint = "Start it by systemd with LoadCredential=, or use file:/path.";
        return Err(("There are no credentials here: CREDENTIALS_DIRECTORY is not set.".to_owned(), hint.to_owned()));
    };
    // systemd lets the service's user read them by an access list, which shows as the group's permission.
    of_file(&folder.join(name), 0o007)
}

/// The text of `path`, which must be a file with none of the permissions in `too_open`.
fn of_file(path: &Path, too_open: u32) -> Result<SecretString, Wrong> {
    let shown = path.display();
    let unreadable = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound => (
            format!("There is no file {shown}."),
            "Put the secret there, readable by this program's user alone.".to_owned(),
        ),
        _ => (format!("{shown} cannot be read."), "Let this program's user own it: chown and chmod 600.".to_owned()),
    };
    check(path, &std::fs::metadata(path).map_err(unreadable)?, too_open)?;
    let mut file = File::open(path).map_err(unreadable)?;
    check(path, &file.metadata().map_err(unreadable)?, too_open)?;
    let mut text = String::new();
    file.by_ref().take(LARGEST).read_to_string(&mut text).map_err(|cause| match cause.kind() {
        io::ErrorKind::InvalidData => (format!("{shown} holds no text."), "Put the secret there in UTF-8.".to_owned()),
        _ => unreadable(cause),
    })?;
    let secret = text.trim_end_matches(['\n', '\r']).to_owned();
    secrecy::zeroize::Zeroize::zeroize(&mut text);
    if secret.is_empty() {
        return Err((format!("{shown} is empty."), "Put the secret there.".to_owned()));
    }
    Ok(SecretString::from(secret))
}

fn check(path: &Path, about: &Metadata, too_open: u32) -> Result<(), Wrong> {
    let shown = path.display();
    if !about.is_file() {
        return Err((format!("{shown} is no file."), "Name a file that holds the secret and nothing else.".to_owned()));
    }
    if about.len() > LARGEST {
        return Err((
            format!("{shown} is larger than 64 KiB."),
            "Name a file that holds the secret and nothing else.".to_owned(),
        ));
    }
    if permissions(about) & too_open != 0 {
        let hint = format!("Close it: chmod 600 {shown}. If others could read it for long, renew the secret.");
        return Err((format!("Others may read or change {shown}."), hint));
    }
    Ok(())
}

#[cfg(unix)]
fn permissions(about: &Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&about.permissions())
}

/// Windows keeps its permissions elsewhere.
#[cfg(not(unix))]
fn permissions(_about: &Metadata) -> u32 {
    0
}

/// Where systemd put credentials.
pub(crate) fn credentials_folder() -> Option<PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from).filter(|folder| folder.is_absolute())
}
