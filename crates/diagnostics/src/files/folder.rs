//! The folder of the logs, held open: names in it are used one component at a time and no link is followed, so that nothing
//! outside is ever read, written or removed, whatever is put there meanwhile.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, DirBuilder, Metadata, OpenOptions};

use super::name::FileName;
use crate::Error;

/// Files that are looked at; a folder with more is not ours.
const MOST_FILES: usize = 100_000;

/// Who tidies up holds this.
pub(crate) const TIDYING: &str = ".lock";

/// The folder of the logs.
#[derive(Debug)]
pub(crate) struct Folder {
    dir: Dir,
    path: PathBuf,
}

/// A log file as the folder lists it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) name: FileName,
    /// Bytes.
    pub(crate) size: u64,
    /// When it was last written.
    pub(crate) modified: SystemTime,
}

/// A file that is locked. The lock ends with this, also where a program that is being started still has the file open.
#[derive(Debug)]
pub(crate) struct Held(File);

impl Held {
    /// Locks a file; none while somebody else has.
    pub(crate) fn of(file: File) -> io::Result<Option<Self>> {
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(cause)) => Err(cause),
        }
    }

    pub(crate) fn file(&mut self) -> &mut File {
        &mut self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// What was listed.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Log files, the one that was begun first at first.
    pub(crate) files: Vec<Entry>,
    /// Files that were being compressed.
    pub(crate) drafts: Vec<String>,
}

impl Folder {
    /// The folder, made where there is none.
    pub(crate) fn make(path: &Path) -> Result<Self, Error> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        cap_std::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let made = make_all(path, &builder);
        made.map_err(|cause| refused(path, "could not be made", cause))?;
        let folder = Self::open(path)?;
        folder.check_private()?;
        Ok(folder)
    }

    /// The folder, which is there.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let dir = Dir::open_ambient_dir(path, ambient_authority());
        let dir = dir.map_err(|cause| refused(path, "could not be opened", cause))?;
        Ok(Self { dir, path: path.to_path_buf() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Others who may write there could take files away, or fill the disk in our name.
    #[cfg(unix)]
    fn check_private(&self) -> Result<(), Error> {
        use cap_std::fs::MetadataExt as _;
        let about = self.dir.dir_metadata().map_err(|cause| refused(&self.path, "could not be looked at", cause))?;
        let own = about.uid() == rustix::process::geteuid().as_raw();
        if own && about.mode() & 0o022 == 0 {
            return Ok(());
        }
        let shown = self.path.display();
        Err(Error::of_field(
            "folder",
            format!("Others may write in the log folder {shown}."),
            "Name a folder that belongs to the user of this program and that nobody else may write in (chmod 700).",
        ))
    }

    #[cfg(not(unix))]
    fn check_private(&self) -> Result<(), Error> {
        Ok(())
    }

    /// A new file, readable by its owner alone. What is there already is never opened.
    pub(crate) fn create(&self, name: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        Ok(self.dir.open_with(name, &private(options))?.into_std())
    }

    /// A file to read: none but a file, not through a link, and without waiting for the other end of a pipe.
    pub(crate) fn read(&self, name: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        {
            use cap_std::fs::OpenOptionsExt as _;
            options.custom_flags((rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits().cast_signed());
        }
        let before = self.dir.symlink_metadata(name)?;
        let file = self.dir.open_with(name, &options)?;
        let about = file.metadata()?;
        if !before.is_file() || !about.is_file() || !is_single(&about) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is a link or no file"));
        }
        Ok(file.into_std())
    }

    /// Removes a name of this folder, and only that: a link is removed, never what it leads to.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        self.dir.remove_file(name)
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.dir.rename(from, &self.dir, to)
    }

    /// Replaces a small file in one step; whoever calls this holds a lock, so that `draft` is nobody else's.
    pub(crate) fn replace(&self, name: &str, draft: &str, bytes: &[u8]) -> io::Result<()> {
        // Left by a process that died.
        let _ = self.remove(draft);
        let written = self.create(draft).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        let written = written.and_then(|()| self.rename(draft, name));
        if written.is_err() {
            let _ = self.remove(draft);
        }
        written
    }

    /// A small file, whole.
    pub(crate) fn read_all(&self, name: &str, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read(name)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Makes the names durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        if cfg!(windows) { Ok(()) } else { self.dir.open(".")?.sync_all() }
    }

    /// All log files.
    pub(crate) fn list(&self) -> io::Result<Listing> {
        let mut listing = Listing::default();
        for entry in self.dir.entries()?.take(MOST_FILES) {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if FileName::is_draft(&name) {
                listing.drafts.push(name);
                continue;
            }
            let Some(parsed) = FileName::parse(&name) else { continue };
            // It may be gone by now.
            let Ok(about) = self.dir.symlink_metadata(&name) else { continue };
            if about.is_file() && is_single(&about) {
                let modified = about.modified().map_or(SystemTime::UNIX_EPOCH, cap_std::time::SystemTime::into_std);
                listing.files.push(Entry { name: parsed, size: about.len(), modified });
            }
        }
        listing.files.sort_by_key(|entry| entry.name);
        Ok(listing)
    }

    /// The right to something; none while another process has it. It ends with the file.
    pub(crate) fn lock(&self, name: &str) -> io::Result<Option<Held>> {
        Held::of(self.lock_file(name)?)
    }

    /// The same, after whoever has it is done.
    pub(crate) fn wait_for_lock(&self, name: &str) -> io::Result<Held> {
        let file = self.lock_file(name)?;
        file.lock()?;
        Ok(Held(file))
    }

    /// A file that is opened although it is there: nothing is ever written to it.
    fn lock_file(&self, name: &str) -> io::Result<File> {
        match self.create(name) {
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => self.read(name),
            made => made,
        }
    }

    /// Bytes that are free on its disk; none where the system does not tell.
    #[cfg(unix)]
    pub(crate) fn free(&self) -> Option<u64> {
        let about = rustix::fs::fstatvfs(&self.dir).ok()?;
        Some(about.f_bavail.saturating_mul(about.f_frsize))
    }

    #[cfg(not(unix))]
    pub(crate) fn free(&self) -> Option<u64> {
        None
    }
}

/// Several processes may make the folder at once.
fn make_all(path: &Path, builder: &DirBuilder) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let made = Dir::open_ambient_dir(parent, ambient_authority())?.create_dir_with(name, builder);
    if path.is_dir() { Ok(()) } else { made }
}

fn private(options: OpenOptions) -> OpenOptions {
    #[cfg(unix)]
    let options = {
        use cap_std::fs::OpenOptionsExt as _;
        let mut options = options;
        options.mode(0o600);
        options
    };
    options
}

/// Whether no other name leads to it: a hard link would make a file of somebody else's one of ours.
#[cfg(unix)]
fn is_single(about: &Metadata) -> bool {
    use cap_std::fs::MetadataExt as _;
    about.nlink() <= 1
}

#[cfg(not(unix))]
fn is_single(_about: &Metadata) -> bool {
    true
}

fn refused(path: &Path, what: &str, cause: io::Error) -> Error {
    let hint = "Name a folder that this program's user may write in, on a disk with room.";
    Error::of_system(format!("The log folder {} {what}.", path.display()), hint, cause)
}
