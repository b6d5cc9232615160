//! Looks at what the configuration names on this machine: whether it is there, can be used, and is kept from others.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use vault::LocalKey;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::fault::{Concern, Fault};
use super::key::Key;
use super::keys::{AUTHORITIES, CERTIFICATE, CLIENT_AUTHORITIES, DATA_FOLDER, KEY, VAULT_KEY, VAULT_PREVIOUS_KEYS};
use super::origin::Origin;
use super::reference::Reference;
use super::secrets::credentials_folder;
use super::settings::Settings;

const CERTIFICATE_USABLE: &str = "certificate-usable";
/// The rule on dates; a server starts in spite of it, for whom it can still be of use.
pub(crate) const CERTIFICATE_IN_DATE: &str = "certificate-in-date";
/// The rule on who reads the key.
pub(crate) const KEY_KEPT: &str = "key-kept";
const AUTHORITIES_USABLE: &str = "authorities-usable";
/// The rule on roots; whoever opens them looks at it.
pub(crate) const ROOTS_USABLE: &str = "roots-usable";
const DATA_FOLDER_USABLE: &str = "data-folder-usable";
const VAULT_KEY_USABLE: &str = "vault-key-usable";
/// The rule on who changes the files.
pub(crate) const CONFIGURATION_KEPT: &str = "configuration-kept";

/// What is looked at, with what must hold.
pub(crate) const EXAMINED: [(&str, &str); 8] = [
    (CERTIFICATE_USABLE, "The certificate and its key are PEM, can be read, and belong together."),
    (CERTIFICATE_IN_DATE, "The certificate is good today; one that ends within 14 days is warned of."),
    (KEY_KEPT, "Nobody but its owner and group may read the key, and nobody but its owner may change it."),
    (AUTHORITIES_USABLE, "Files of authorities are PEM and can be read."),
    (ROOTS_USABLE, "Each root is a folder that can be opened to clients."),
    (DATA_FOLDER_USABLE, "The data folder is one, or can be made."),
    (
        VAULT_KEY_USABLE,
        "Files and credentials of keys for secrets hold a key and are kept from others. OpenBao is not asked.",
    ),
    (
        CONFIGURATION_KEPT,
        "Nobody but their owner and group may change the configuration files (in development a warning).",
    ),
];

const SOON: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Looks at everything that `settings` name, and at the `files` they come from.
pub(crate) fn examine(settings: &Settings, files: &[PathBuf]) -> Vec<Fault> {
    let mut found = Found { settings, faults: Vec::new() };
    found.certificate();
    for key in [&CLIENT_AUTHORITIES, &AUTHORITIES] {
        found.authorities(key);
    }
    found.data_folder();
    found.vault_keys();
    files.iter().for_each(|file| found.kept(file));
    found.faults
}

struct Found<'a> {
    settings: &'a Settings,
    faults: Vec<Fault>,
}

impl Found<'_> {
    fn say(&mut self, rule: &'static str, key: &'static Key, message: String, hint: impl Into<String>) {
        let fault = Fault::new(key.path, self.settings.origin(key), message, hint);
        let concern = if key.path == DATA_FOLDER.path { Concern::Anything } else { Concern::Listener };
        self.faults.push(Fault { rule: Some(rule), concern, ..fault });
    }

    fn soften_last(&mut self) {
        if let Some(last) = self.faults.pop() {
            self.faults.push(last.warning());
        }
    }

    fn certificate(&mut self) {
        let settings = self.settings;
        let (Some(certificate), Some(key)) = (settings.path(&CERTIFICATE), settings.path(&KEY)) else { return };
        self.key_kept(key);
        let chain = self.certificates(CERTIFICATE_USABLE, &CERTIFICATE, certificate);
        let secret = self.private_key(key);
        let Some(chain) = chain else { return };
        if let Some(secret) = secret {
            self.belong_together(chain.clone(), &secret);
        }
        if let Some(first) = chain.first() {
            self.dates(certificate, first);
        }
    }

    fn certificates(
        &mut self,
        rule: &'static str,
        key: &'static Key,
        file: &Path,
    ) -> Option<Vec<CertificateDer<'static>>> {
        let shown = file.display();
        let pem = match std::fs::read(file) {
            Ok(pem) => pem,
            Err(cause) => {
                let why = if cause.kind() == std::io::ErrorKind::NotFound { "is not there" } else { "cannot be read" };
                self.say(rule, key, format!("{shown} {why}."), "Name a file of PEM that this program's user may read.");
                return None;
            }
        };
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        match found {
            Ok(found) if !found.is_empty() => Some(found),
            _ => {
                self.say(
                    rule,
                    key,
                    format!("{shown} holds no certificate in PEM."),
                    "It begins with -----BEGIN CERTIFICATE-----.",
                );
                None
            }
        }
    }

    fn private_key(&mut self, file: &Path) -> Option<PrivateKeyDer<'static>> {
        let shown = file.display();
        match std::fs::read(file) {
            Err(cause) => {
                let why = if cause.kind() == std::io::ErrorKind::NotFound { "is not there" } else { "cannot be read" };
                let hint = "Let this program's user own it, or be in its group, and may read it.";
                self.say(CERTIFICATE_USABLE, &KEY, format!("{shown} {why}."), hint);
                None
            }
            Ok(pem) => PrivateKeyDer::from_pem_slice(&pem).ok().or_else(|| {
                let hint = "It begins with -----BEGIN PRIVATE KEY-----, and has no password.";
                self.say(CERTIFICATE_USABLE, &KEY, format!("{shown} holds no private key in PEM."), hint);
                None
            }),
        }
    }

    fn belong_together(&mut self, chain: Vec<CertificateDer<'static>>, key: &PrivateKeyDer<'static>) {
        let fits =
            aws_lc_rs::sign::any_supported_type(key).map(|key| CertifiedKey::new(chain, Arc::clone(&key)).keys_match());
        match fits {
            Ok(Ok(())) => {}
            Ok(Err(_)) => {
                let hint = "The chain begins with the server's own certificate; see that both were made together.";
                self.say(CERTIFICATE_USABLE, &KEY, "The key is not the certificate's.".to_owned(), hint);
            }
            Err(_) => {
                let hint = "Use RSA of 2048 bits or more, ECDSA P-256 or P-384, or Ed25519.";
                self.say(CERTIFICATE_USABLE, &KEY, "A key of this kind cannot be used.".to_owned(), hint);
            }
        }
    }

    fn dates(&mut self, file: &Path, certificate: &CertificateDer<'_>) {
        let shown = file.display();
        let Ok((_, certificate)) = X509Certificate::from_der(certificate) else {
            let message = format!("{shown} holds a certificate that cannot be read.");
            return self.say(CERTIFICATE_USABLE, &CERTIFICATE, message, "Ask who issued it for another.");
        };
        let validity = certificate.validity();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        let soon = now.saturating_add(i64::try_from(SOON.as_secs()).unwrap_or_default());
        if validity.not_after.timestamp() < now {
            let message = format!("The certificate ended ({}).", validity.not_after);
            self.say(CERTIFICATE_IN_DATE, &CERTIFICATE, message, "Renew it.");
        } else if validity.not_before.timestamp() > now {
            let message = format!("The certificate is not good yet ({}).", validity.not_before);
            self.say(CERTIFICATE_IN_DATE, &CERTIFICATE, message, "Look at this machine's clock, or wait.");
        } else if validity.not_after.timestamp() < soon {
            let message = format!("The certificate ends soon ({}).", validity.not_after);
            self.say(CERTIFICATE_IN_DATE, &CERTIFICATE, message, "Renew it.");
            self.soften_last();
        }
    }

    fn key_kept(&mut self, file: &Path) {
        // Debian's and Kubernetes' ways of handing keys over need the group.
        if std::fs::metadata(file).is_ok_and(|about| permissions(&about) & 0o027 != 0) {
            let hint = format!(
                "Close it: chmod 640 or 600 {}. If others could read it, renew key and certificate.",
                file.display()
            );
            self.say(KEY_KEPT, &KEY, "Others may read or change the private key.".to_owned(), hint);
        }
    }

    fn authorities(&mut self, key: &'static Key) {
        if let Some(file) = self.settings.path(key) {
            self.certificates(AUTHORITIES_USABLE, key, file);
        }
    }

    fn vault_keys(&mut self) {
        let current = self.settings.text(&VAULT_KEY).map(str::to_owned).into_iter().map(|text| (&VAULT_KEY, text));
        let previous = self.settings.texts(&VAULT_PREVIOUS_KEYS).into_iter().map(|text| (&VAULT_PREVIOUS_KEYS, text));
        for (key, text) in current.chain(previous).collect::<Vec<(&'static Key, String)>>() {
            let opened = match Reference::read(&text) {
                Ok(Reference::File(path)) => LocalKey::from_file(&path),
                Ok(Reference::Credential(name)) => match credentials_folder() {
                    Some(folder) => LocalKey::from_credential(&folder, &name),
                    None => {
                        let message = format!("The key {text} cannot be had: CREDENTIALS_DIRECTORY is not set.");
                        self.say(
                            VAULT_KEY_USABLE,
                            key,
                            message,
                            "Start it by systemd with LoadCredential=, or name a file.",
                        );
                        continue;
                    }
                },
                _ => continue,
            };
            if let Err(error) = opened {
                let message = error.to_string().replacen("the key", "The key", 1) + ".";
                self.say(VAULT_KEY_USABLE, key, message, error.advice());
            }
        }
    }

    fn data_folder(&mut self) {
        let Some(folder) = self.settings.path(&DATA_FOLDER) else { return };
        let there = folder.ancestors().find_map(|above| std::fs::metadata(above).ok().map(|about| (above, about)));
        let Some((above, about)) = there else { return };
        let shown = above.display();
        if !about.is_dir() {
            self.say(DATA_FOLDER_USABLE, &DATA_FOLDER, format!("{shown} is no folder."), "Name another place.");
        } else if about.permissions().readonly() {
            let message = format!("Nobody may write to {shown}.");
            self.say(
                DATA_FOLDER_USABLE,
                &DATA_FOLDER,
                message,
                "Let this program's user write there, or name another place.",
            );
        }
    }

    fn kept(&mut self, file: &Path) {
        if std::fs::metadata(file).is_ok_and(|about| permissions(&about) & 0o002 != 0) {
            let shown = file.display();
            let fault = Fault::new(
                "",
                Origin::File(shown.to_string().into(), 1),
                "Everybody on this machine may change this file.",
                format!("Close it: chmod o-w {shown}."),
            );
            self.faults.push(Fault { rule: Some(CONFIGURATION_KEPT), ..fault });
            if !self.settings.environment.is_guarded() {
                self.soften_last();
            }
        }
    }
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
