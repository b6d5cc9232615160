//! The second place that every log has: signed checkpoints in files beside the database, so that a database that was
//! replaced by an older one is noticed. A place on another machine is better, and comes on top.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use audit::Anchor;

use crate::error::{Error, ErrorKind};

/// How many files stay. The newest says all that older ones say.
const KEPT: usize = 16;

const ENDING: &str = ".checkpoint";

/// The folder `checkpoints` in the data folder.
#[derive(Clone, Debug)]
pub struct AnchorFolder(PathBuf);

impl AnchorFolder {
    /// That of this data folder; it is made with the first checkpoint.
    #[must_use]
    pub fn of(data_folder: &Path) -> Self {
        Self(data_folder.join("checkpoints"))
    }

    /// Keeps a signed checkpoint, and removes the oldest where there are many.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn keep(&self, size: u64, note: &str) -> Result<(), Error> {
        self.make().and_then(|()| self.write(size, note)).map_err(|cause| {
            let message = format!("The checkpoint could not be written beside the database, in {}.", self.0.display());
            Error::new(ErrorKind::Unavailable, message, "Make the folder writable for its owner, then try again.")
                .because(cause)
        })
    }

    fn make(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    }

    fn write(&self, size: u64, note: &str) -> io::Result<()> {
        safe_fs::write_private(&self.0.join(format!("{size:020}{ENDING}")), note.as_bytes())?;
        let mut names = self.names()?;
        let surplus = names.len().saturating_sub(KEPT);
        names.truncate(surplus);
        // One that stays longer says nothing wrong.
        names.iter().for_each(|path| drop(fs::remove_file(path)));
        Ok(())
    }

    /// The files, oldest first.
    fn names(&self) -> io::Result<Vec<PathBuf>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            if path.to_str().is_some_and(|name| name.ends_with(ENDING)) {
                names.push(path);
            }
        }
        names.sort();
        Ok(names)
    }

    /// All that are kept. One that cannot be read is handed over empty, so that it is missed.
    #[must_use]
    pub fn read(&self) -> Vec<Anchor> {
        let names = self.names().unwrap_or_default();
        names
            .iter()
            .map(|path| {
                read_anchor(path).unwrap_or_else(|_| Anchor { source: path.display().to_string(), note: Vec::new() })
            })
            .collect()
    }
}

/// A checkpoint in a file.
pub(super) fn read_anchor(path: &Path) -> io::Result<Anchor> {
    let mut note = Vec::new();
    fs::File::open(path)?.take(merkle::MAX_NOTE_BYTES as u64 + 1).read_to_end(&mut note)?;
    Ok(Anchor { source: path.display().to_string(), note })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stay_and_the_folder_does_not_grow() {
        let data = tempfile::tempdir().unwrap();
        let folder = AnchorFolder::of(data.path());
        assert!(folder.read().is_empty());
        for size in [3, 20, 100, 1_000].into_iter().chain(2_000..2_030) {
            folder.keep(size, &format!("note {size}\n")).unwrap();
        }
        let kept = folder.read();
        assert_eq!(kept.len(), KEPT);
        let newest: Vec<u8> = b"note 2029\n".to_vec();
        assert_eq!(kept.last().map(|anchor| &anchor.note), Some(&newest));
    }
}
