//! Opens what lies beneath a folder, if it still is what it was taken for. A scanned tree is written by others and may change
//! under the walk: no link is followed, at no part of a path, and no pipe or device is waited for.

use std::fs::File;
use std::io;
use std::path::Path;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
    Other,
}

/// A folder that is held open; paths beneath it are bytes with `/` between the parts.
#[derive(Debug)]
pub(crate) struct Folder(held::Held);

impl Folder {
    /// The folder at `path`. The last part may be a link here: whoever gives the path vouches for it.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        held::Held::open(path).map(Self)
    }

    /// A regular file.
    pub(crate) fn file(&self, path: &[u8]) -> io::Result<File> {
        let file = self.0.file(path)?;
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"))
        }
    }

    /// The bytes of a file that has at most `most`.
    pub(crate) fn read(&self, path: &[u8], most: u64) -> io::Result<Vec<u8>> {
        use std::io::Read as _;
        let mut bytes = Vec::new();
        self.file(path)?.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes")));
        }
        Ok(bytes)
    }

    /// Calls `each` with what a folder holds, in no order, until it answers false. The empty path is the folder itself.
    pub(crate) fn entries(&self, path: &[u8], each: &mut dyn FnMut(&[u8], Kind) -> bool) -> io::Result<()> {
        self.0.entries(path, each)
    }

    /// What a path stands for; a path through a link stands for nothing.
    pub(crate) fn kind(&self, path: &[u8]) -> io::Result<Kind> {
        self.0.kind(path)
    }

    /// Who owns it.
    pub(crate) fn owner(&self) -> Option<u32> {
        self.0.owner()
    }

    /// The folder at a path beneath this one.
    pub(crate) fn folder(&self, path: &[u8]) -> io::Result<Self> {
        self.0.folder(path).map(Self)
    }

    /// A path that leads to this very folder while this value lives, where the system has one.
    pub(crate) fn held_path(&self, name: &Path) -> std::path::PathBuf {
        self.0.held_path(name)
    }
}

#[cfg(unix)]
mod held {
    use std::ffi::OsStr;
    use std::fs::File;
    use std::io;
    use std::os::fd::OwnedFd;
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::{Path, PathBuf};

    use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, fstat, openat, statat};

    use super::Kind;

    #[derive(Debug)]
    pub(super) struct Held(OwnedFd);

    const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
    const FILE: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

    impl Held {
        pub(super) fn open(path: &Path) -> io::Result<Self> {
            Ok(Self(openat(CWD, path, FOLDER, Mode::empty())?))
        }

        pub(super) fn file(&self, path: &[u8]) -> io::Result<File> {
            Ok(File::from(self.at(path, FILE)?))
        }

        pub(super) fn folder(&self, path: &[u8]) -> io::Result<Self> {
            self.at(path, FOLDER).map(Self)
        }

        pub(super) fn entries(&self, path: &[u8], each: &mut dyn FnMut(&[u8], Kind) -> bool) -> io::Result<()> {
            let folder = self.at(if path.is_empty() { b"." } else { path }, FOLDER)?;
            let mut listing = Dir::read_from(&folder)?;
            while let Some(entry) = listing.read() {
                let entry = entry?;
                let name = entry.file_name().to_bytes();
                if name == b"." || name == b".." {
                    continue;
                }
                let kind = match entry.file_type() {
                    FileType::Unknown => statat(&folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW)
                        .map_or(Kind::Other, |stat| of(FileType::from_raw_mode(stat.st_mode))),
                    known => of(known),
                };
                if !each(name, kind) {
                    break;
                }
            }
            Ok(())
        }

        pub(super) fn kind(&self, path: &[u8]) -> io::Result<Kind> {
            let (parent, name) = path
                .iter()
                .rposition(|byte| *byte == b'/')
                .map_or((&b"."[..], path), |slash| (&path[..slash], &path[slash + 1..]));
            let parent = self.at(parent, FOLDER)?;
            let stat = statat(&parent, OsStr::from_bytes(name), AtFlags::SYMLINK_NOFOLLOW)?;
            Ok(of(FileType::from_raw_mode(stat.st_mode)))
        }

        pub(super) fn owner(&self) -> Option<u32> {
            fstat(&self.0).ok().map(|stat| stat.st_uid)
        }

        pub(super) fn held_path(&self, name: &Path) -> PathBuf {
            #[cfg(target_os = "linux")]
            {
                use std::os::fd::AsRawFd as _;
                let held = PathBuf::from(format!("/proc/self/fd/{}", self.0.as_raw_fd()));
                if held.is_dir() {
                    return held;
                }
            }
            name.to_owned()
        }

        #[cfg(target_os = "linux")]
        fn at(&self, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
            use rustix::fs::{ResolveFlags, openat2};
            use rustix::io::Errno;
            let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
            match openat2(&self.0, OsStr::from_bytes(path), flags, Mode::empty(), resolve) {
                // Kernels before 5.6, and sandboxes that have not heard of it.
                Err(Errno::NOSYS | Errno::PERM) => self.step_by_step(path, flags),
                opened => Ok(opened?),
            }
        }

        #[cfg(not(target_os = "linux"))]
        fn at(&self, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
            self.step_by_step(path, flags)
        }

        fn step_by_step(&self, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
            let mut at: Option<OwnedFd> = None;
            let mut parts = path.split(|byte| *byte == b'/').peekable();
            while let Some(part) = parts.next() {
                if part == b".." || part.is_empty() {
                    return Err(io::ErrorKind::InvalidInput.into());
                }
                let wanted = if parts.peek().is_some() { FOLDER } else { flags } | OFlags::NOFOLLOW;
                let from = at.as_ref().unwrap_or(&self.0);
                at = Some(openat(from, OsStr::from_bytes(part), wanted, Mode::empty())?);
            }
            at.ok_or_else(|| io::ErrorKind::InvalidInput.into())
        }
    }

    fn of(kind: FileType) -> Kind {
        match kind {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            _ => Kind::Other,
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn old_kernels_follow_no_link_either() {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join("real")).unwrap();
            std::fs::File::create(folder.path().join("real/file")).unwrap();
            std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
            std::os::unix::fs::symlink("real/file", folder.path().join("alias")).unwrap();
            let held = Held::open(folder.path()).unwrap();
            assert!(held.step_by_step(b"real/file", FILE).is_ok());
            for path in [&b"link/file"[..], b"alias", b"../x", b"real/../real/file", b"", b"/etc/passwd", b"none"] {
                assert!(held.step_by_step(path, FILE).is_err(), "{path:?}");
                assert!(held.at(path, FILE).is_err() || path == b"real/../real/file", "{path:?}");
            }
        }
    }
}

#[cfg(not(unix))]
mod held {
    use std::fs::File;
    use std::io;
    use std::path::{Path, PathBuf};

    use super::Kind;

    #[derive(Debug)]
    pub(super) struct Held(PathBuf);

    impl Held {
        pub(super) fn open(path: &Path) -> io::Result<Self> {
            if path.is_dir() { Ok(Self(path.to_owned())) } else { Err(io::ErrorKind::NotADirectory.into()) }
        }

        pub(super) fn file(&self, path: &[u8]) -> io::Result<File> {
            File::open(self.path(path)?)
        }

        pub(super) fn folder(&self, path: &[u8]) -> io::Result<Self> {
            Self::open(&self.path(path)?)
        }

        pub(super) fn entries(&self, path: &[u8], each: &mut dyn FnMut(&[u8], Kind) -> bool) -> io::Result<()> {
            for entry in self.path(path)?.read_dir()? {
                let entry = entry?;
                if !each(entry.file_name().to_string_lossy().as_bytes(), of(entry.file_type()?)) {
                    break;
                }
            }
            Ok(())
        }

        pub(super) fn kind(&self, path: &[u8]) -> io::Result<Kind> {
            Ok(of(self.path(path)?.symlink_metadata()?.file_type()))
        }

        pub(super) fn owner(&self) -> Option<u32> {
            None
        }

        pub(super) fn held_path(&self, name: &Path) -> PathBuf {
            name.to_owned()
        }

        /// Each part is looked at on the way: none may be a link.
        fn path(&self, path: &[u8]) -> io::Result<PathBuf> {
            let path = std::str::from_utf8(path).map_err(|_| io::Error::from(io::ErrorKind::InvalidFilename))?;
            let mut at = self.0.clone();
            for part in path.split('/').filter(|part| !part.is_empty()) {
                at.push(part);
                if part == ".." || part.contains(['\\', ':']) || at.symlink_metadata()?.is_symlink() {
                    return Err(io::ErrorKind::InvalidInput.into());
                }
            }
            Ok(at)
        }
    }

    fn of(kind: std::fs::FileType) -> Kind {
        if kind.is_file() {
            Kind::File
        } else if kind.is_dir() {
            Kind::Folder
        } else {
            Kind::Other
        }
    }
}
