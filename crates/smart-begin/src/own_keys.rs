//! The key for one's own machine: a file in the data folder, and beside it those that it replaced.
//!
//! At every moment there is a key in place, and whatever was sealed opens with one of those in the folder: a replaced key
//! has its second name before the new one takes the first.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use app::{Error, ErrorKind};
use secrecy::{ExposeSecret as _, SecretString};
use vault::{Kek, KekId, Keyring, LocalKey};

const CURRENT: &str = "vault.key";
const DRAFT: &str = "vault.key.new";
const BEFORE: &str = "vault-before-";

/// The folder with the keys.
pub(crate) struct OwnKeys(PathBuf);

impl OwnKeys {
    /// Those in the data folder `data`.
    pub(crate) fn of(data: &Path) -> Self {
        Self(data.join("keys"))
    }

    /// Where the present key is.
    pub(crate) fn current(&self) -> PathBuf {
        self.0.join(CURRENT)
    }

    /// The keys, where there is one.
    pub(crate) fn open(&self) -> Result<Option<Keyring>, Error> {
        // The older ones first: one that is being replaced has its second name by then.
        let older = self.older()?.into_iter().map(|path| LocalKey::from_file(&path).map(Kek::Local));
        let older = older.collect::<Result<Vec<_>, _>>()?;
        if !self.exists() {
            return Ok(None);
        }
        Ok(Some(Keyring::new(Kek::Local(LocalKey::from_file(&self.current())?), older)))
    }

    /// Whether there is a present key.
    pub(crate) fn exists(&self) -> bool {
        self.current().symlink_metadata().is_ok()
    }

    /// The files of the keys that were replaced.
    pub(crate) fn older(&self) -> Result<Vec<PathBuf>, Error> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(unusable(&self.0, cause)),
        };
        let names = entries.flatten().map(|entry| entry.file_name()).filter_map(|name| name.into_string().ok());
        let mut found: Vec<_> = names.filter(|name| name.starts_with(BEFORE)).map(|name| self.0.join(name)).collect();
        found.sort();
        Ok(found)
    }

    /// Puts `key` down, not in its place yet: its id.
    pub(crate) fn draft(&self, key: &SecretString) -> Result<KekId, Error> {
        let made = private_folder().create(&self.0);
        if let Err(cause) = made.or_else(|cause| if self.0.is_dir() { Ok(()) } else { Err(cause) }) {
            return Err(unusable(&self.0, cause));
        }
        let draft = self.0.join(DRAFT);
        // Left behind by one that died; nothing was ever sealed with it.
        let _ = fs::remove_file(&draft);
        write_key(&draft, key)
    }

    /// Makes the key that was put down the present one.
    pub(crate) fn adopt(&self) -> Result<(), Error> {
        if self.exists() {
            let id = LocalKey::from_file(&self.current())?.id().as_str().replace(':', "-");
            let before = self.0.join(format!("{BEFORE}{id}.key"));
            fs::hard_link(self.current(), &before)
                .or_else(|cause| if cause.kind() == io::ErrorKind::AlreadyExists { Ok(()) } else { Err(cause) })
                .map_err(|cause| unusable(&before, cause))?;
        }
        fs::rename(self.0.join(DRAFT), self.current()).map_err(|cause| unusable(&self.current(), cause))?;
        File::open(&self.0).and_then(|folder| folder.sync_all()).map_err(|cause| unusable(&self.0, cause))
    }
}

/// Makes the file `path`, which nobody but its owner may read, with `key` in it: the key's id.
pub(crate) fn write_key(path: &Path, key: &SecretString) -> Result<KekId, Error> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(key.expose_secret().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()
    });
    written.map_err(|cause| match cause.kind() {
        io::ErrorKind::AlreadyExists => Error::refused(
            format!("There is a file {} already.", path.display()),
            "Name another; a key is never overwritten.",
        ),
        _ => unusable(path, cause),
    })?;
    Ok(LocalKey::from_file(path)?.id().clone())
}

fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn unusable(path: &Path, cause: io::Error) -> Error {
    let message = format!("{} cannot be used for a key.", path.display());
    Error::new(ErrorKind::Unavailable, message, "See that you own it, and that the disk has room.").because(cause)
}
