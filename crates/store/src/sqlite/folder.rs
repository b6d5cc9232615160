//! The folder that holds the store: private to its owner.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};

/// A folder that was found fit to hold a store.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// How many folders were made for it: itself, and so many above it.
    made: usize,
}

impl Folder {
    /// Makes the folder, and in it that of the owners' locks, where they are missing.
    pub(super) fn prepare(path: &Path) -> Result<Self, Error> {
        let made = path.ancestors().take_while(|folder| !folder.exists()).count();
        make_private_folder(path)?;
        let root = whole_path(path).map_err(|cause| Error::folder("enter the store's folder", cause))?;
        let folder = Self { root, made };
        folder.refuse_others()?;
        make_private_folder(&folder.owners())?;
        Ok(folder)
    }

    pub(super) fn database(&self) -> PathBuf {
        self.root.join("store.db")
    }

    pub(super) fn owners(&self) -> PathBuf {
        self.root.join("owners")
    }

    #[cfg(unix)]
    fn refuse_others(&self) -> Result<(), Error> {
        use std::os::unix::fs::MetadataExt;

        let about = self.root.metadata().map_err(|cause| Error::folder("look at the store's folder", cause))?;
        // Whoever owns it is admin, so that nobody else may be taken for its owner: not even root.
        if about.uid() != rustix::process::geteuid().as_raw() {
            let message = format!("The store's folder {} belongs to another user.", self.root.display());
            return Err(Error::new(ErrorKind::OtherOwner, message));
        }
        if about.mode() & 0o022 != 0 {
            let shown = self.root.display();
            let message = format!("The store's folder {shown} is not safe to use: other users may write to it.");
            return Err(Error::new(ErrorKind::Folder(io::ErrorKind::PermissionDenied), message));
        }
        Ok(())
    }

    /// A user's folders are private by default there; their access lists are not read.
    #[cfg(not(unix))]
    fn refuse_others(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Opens a file of the folder for writing, made for us alone where it is missing.
    pub(super) fn private_file(&self, name: &str) -> Result<File, Error> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.root.join(name)).map_err(|cause| Error::folder("make a file in the store's folder", cause))
    }

    /// Refuses what is no plain file, and takes away what others may do with it (a copy that was put back, for example).
    pub(super) fn keep_private(&self, path: &Path, about: &fs::Metadata) -> Result<(), Error> {
        if !about.is_file() {
            let message = format!("The store {} is not a plain file.", path.display());
            return Err(Error::new(ErrorKind::Folder(io::ErrorKind::InvalidInput), message));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;

            if about.permissions().mode() & 0o077 != 0 {
                let private = fs::Permissions::from_mode(0o600);
                fs::set_permissions(path, private).map_err(|cause| Error::folder("make the store private", cause))?;
            }
        }
        Ok(())
    }

    /// What was made in a folder survives a power cut only once the folder itself is on the disk. Only Unix
    /// lets us ask for that.
    pub(super) fn flush(&self) -> Result<(), Error> {
        if !cfg!(unix) {
            return Ok(());
        }
        for folder in self.root.ancestors().take(self.made.max(1) + 1) {
            let flushed = File::open(folder).and_then(|opened| opened.sync_all());
            // One above ours that we may not read cannot be flushed by us.
            match flushed {
                Err(cause) if folder == self.root => return Err(Error::folder("flush the store's folder", cause)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Links are resolved here, so that SQLite can be told to follow none.
#[cfg(unix)]
fn whole_path(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

/// The canonical form there (`\\?\`) is not one that SQLite is known to take.
#[cfg(not(unix))]
fn whole_path(path: &Path) -> io::Result<PathBuf> {
    std::path::absolute(path)
}

fn make_private_folder(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|cause| Error::folder("make the store's folder", cause))
}
