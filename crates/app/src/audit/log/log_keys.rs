//! The keys of the log: those that the configuration refers to, else those of the data folder, made at their first use.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use audit::{KnownKey, KnownKeys, SigningKeys, private_key_line};
use aws_lc_rs::rand;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::anchor_folder::AnchorFolder;
use crate::error::{Error, ErrorKind};

/// Private keys, one a line, newest first.
const PRIVATE: &str = "audit-signing-keys";

/// Public keys, the retired ones as well.
const PUBLIC: &str = "audit-public-keys";

/// More than a hundred keys need.
const MAX_BYTES: u64 = 1 << 16;

/// Where the keys of a log and its checkpoints are.
#[derive(Debug)]
pub struct LogPlace {
    folder: PathBuf,
    configured: Option<SecretString>,
}

impl LogPlace {
    /// The data folder, and the signing keys where the configuration refers to some.
    #[must_use]
    pub fn new(folder: &Path, configured: Option<SecretString>) -> Self {
        Self { folder: folder.to_path_buf(), configured }
    }

    /// The keys.
    ///
    /// # Errors
    /// As [`LogKeys::open`].
    pub fn keys(&self) -> Result<LogKeys, Error> {
        LogKeys::open(&self.folder, self.configured.as_ref().map(|lines| lines.expose_secret()))
    }

    /// The public keys that this machine knows; none before the first checkpoint.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn known(&self) -> Result<KnownKeys, Error> {
        let path = self.folder.join(PUBLIC);
        let known = read(&path)?.unwrap_or_default();
        known.parse().map_err(|fault| unusable(&path, &fault))
    }

    /// The checkpoints beside the database.
    #[must_use]
    pub fn anchors(&self) -> AnchorFolder {
        AnchorFolder::of(&self.folder)
    }

    /// Whether the keys are the operator's to keep.
    pub(super) fn is_configured(&self) -> bool {
        self.configured.is_some()
    }
}

/// The keys of a log.
#[derive(Debug)]
pub struct LogKeys {
    folder: PathBuf,
    lines: Zeroizing<String>,
    signing: SigningKeys,
    known: KnownKeys,
}

impl LogKeys {
    /// The keys in `configured`, else those in the data folder `folder`, where a first one is made. Public keys are kept
    /// beside them, those that no longer sign as well.
    ///
    /// # Errors
    /// When they cannot be read, made or used.
    pub fn open(folder: &Path, configured: Option<&str>) -> Result<Self, Error> {
        let lines = match configured {
            Some(lines) => Zeroizing::new(lines.to_owned()),
            None => own_lines(&folder.join(PRIVATE))?,
        };
        let private = folder.join(PRIVATE);
        let signing = SigningKeys::parse(&lines).map_err(|fault| unusable(&private, &fault))?;
        let path = folder.join(PUBLIC);
        let known = read(&path)?.unwrap_or_default().parse().map_err(|fault| unusable(&path, &fault))?;
        let mut keys = Self { folder: folder.to_path_buf(), lines, signing, known };
        keys.remember()?;
        Ok(keys)
    }

    /// The keys that sign, newest first.
    #[must_use]
    pub fn signing(&self) -> &SigningKeys {
        &self.signing
    }

    /// The keys to believe, newest first.
    #[must_use]
    pub fn known(&self) -> &KnownKeys {
        &self.known
    }

    /// Keeps the public half of every key that signs.
    fn remember(&mut self) -> Result<(), Error> {
        let is_known = |verifier: &merkle::Verifier| self.known.keys().iter().any(|key| key.verifier == *verifier);
        let new: Vec<KnownKey> = self
            .signing
            .verifiers()
            .filter(|verifier| !is_known(verifier))
            .map(|verifier| KnownKey { verifier: verifier.clone(), retired_at: None })
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        self.write_known(new.into_iter().chain(self.known.keys().iter().cloned()).collect())
    }

    fn write_known(&mut self, keys: Vec<KnownKey>) -> Result<(), Error> {
        let path = self.folder.join(PUBLIC);
        let known = KnownKeys::new(keys).map_err(|fault| unusable(&path, &fault))?;
        let text = format!("# Public keys of the audit log {}, newest first.\n{known}", known.origin());
        safe_fs::write_private(&path, text.as_bytes()).map_err(|cause| unwritable(&path, cause))?;
        self.known = known;
        Ok(())
    }

    /// Makes a new key that signs beside the others.
    pub(super) fn rotate(&mut self) -> Result<(), Error> {
        let line = new_line(self.signing.origin())?;
        let lines = Zeroizing::new(format!("{}\n{}", line.as_str(), self.lines.as_str()));
        self.write_private(lines)?;
        self.remember()
    }

    /// Ends all keys but the newest, from the size `at` of the log on: how many.
    pub(super) fn retire_old(&mut self, at: u64) -> Result<u64, Error> {
        let first = self.lines.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
        let newest = Zeroizing::new(format!("{first}\n"));
        let ending: Vec<merkle::Verifier> = self.signing.verifiers().skip(1).cloned().collect();
        if ending.is_empty() {
            return Ok(0);
        }
        let mut keys = self.known.keys().to_vec();
        for key in keys.iter_mut().filter(|key| ending.contains(&key.verifier)) {
            key.retired_at = Some(at);
        }
        // Public first: a crash between leaves a key that signs and is not needed.
        self.write_known(keys)?;
        self.write_private(newest)?;
        Ok(ending.len() as u64)
    }

    fn write_private(&mut self, lines: Zeroizing<String>) -> Result<(), Error> {
        let path = self.folder.join(PRIVATE);
        let signing = SigningKeys::parse(&lines).map_err(|fault| unusable(&path, &fault))?;
        safe_fs::write_private(&path, lines.as_bytes()).map_err(|cause| unwritable(&path, cause))?;
        (self.lines, self.signing) = (lines, signing);
        Ok(())
    }
}

/// The lines of the file, which is made with a key of a new log where there is none.
fn own_lines(path: &Path) -> Result<Zeroizing<String>, Error> {
    if let Some(lines) = read(path)? {
        return Ok(Zeroizing::new(lines));
    }
    let mut random = [0; 8];
    rand::fill(&mut random).map_err(|_| no_randomness())?;
    let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let line = Zeroizing::new(format!("{}\n", new_line(&format!("smart-begin/audit/{name}"))?.as_str()));
    match safe_fs::create_private(path, line.as_bytes()) {
        Ok(()) => Ok(line),
        // Another process was faster.
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            read(path)?.map(Zeroizing::new).ok_or_else(|| unwritable(path, cause))
        }
        Err(cause) => Err(unwritable(path, cause)),
    }
}

fn new_line(origin: &str) -> Result<Zeroizing<String>, Error> {
    let mut seed = Zeroizing::new([0; 32]);
    rand::fill(seed.as_mut_slice()).map_err(|_| no_randomness())?;
    private_key_line(origin, &seed).map_err(Error::internal)
}

fn no_randomness() -> Error {
    Error::internal("the operating system gave no random bytes")
}

fn read(path: &Path) -> Result<Option<String>, Error> {
    let mut text = String::new();
    match fs::File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text)) {
        Ok(_) => Ok(Some(text)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => {
            let message = format!("The keys of the audit log cannot be read: {}.", path.display());
            Err(Error::new(ErrorKind::Unavailable, message, "Look at the file and who may read it.").because(cause))
        }
    }
}

fn unusable(path: &Path, fault: &audit::KeyFault) -> Error {
    let message = format!("The keys of the audit log cannot be used: {fault}.");
    let hint = format!("Look at audit.signing_keys, or at {} where that is not set.", path.display());
    Error::new(ErrorKind::Unavailable, message, hint)
}

fn unwritable(path: &Path, cause: io::Error) -> Error {
    let message = format!("The keys of the audit log cannot be written: {}.", path.display());
    Error::new(ErrorKind::Unavailable, message, "Make room in the data folder, and let its owner write.").because(cause)
}
