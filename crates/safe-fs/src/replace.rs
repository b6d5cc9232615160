//! One file replaced whole: whoever reads it sees the old content or the new.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Replaces the content of the operator's file at `path`, or makes it, in one step. A symbolic link is followed. Returns
/// where the old content was kept, if there was any: beside it, with `.before-smart-begin` and a number.
///
/// # Errors
/// When the operating system does not let us; the file is as it was then.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<Option<PathBuf>> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    let kept = if path.exists() { Some(keep_copy(&path)?) } else { None };
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    if let Ok(old) = std::fs::metadata(&path) {
        new.as_file().set_permissions(old.permissions())?;
    }
    new.as_file().sync_all()?;
    new.persist(&path).map_err(|error| error.error)?;
    Ok(kept)
}

fn keep_copy(path: &Path) -> io::Result<PathBuf> {
    for number in 1..=9999 {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".before-smart-begin.{number}"));
        let copy = path.with_file_name(name);
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&copy) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        std::fs::copy(path, &copy)?;
        return Ok(copy);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_content_is_kept_beside_the_new() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/settings.json");
        assert_eq!(replace_file(&path, b"one").unwrap(), None);
        let kept = replace_file(&path, b"two").unwrap().unwrap();
        let again = replace_file(&path, b"three").unwrap().unwrap();
        assert_eq!(std::fs::read(kept).unwrap(), b"one");
        assert_eq!(std::fs::read(again).unwrap(), b"two");
        assert_eq!(std::fs::read(path).unwrap(), b"three");
    }
}
