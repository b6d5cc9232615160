//! Reads records out of a folder of JSON files, at any depth; no symbolic link is followed.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::error::Error;
use super::taken::{Intake, RECORD_BYTES, RECORDS};

/// Deepest folder.
const DEPTH: usize = 16;

/// Gives each record in the folder at `path` to `intake`.
pub(super) fn read(path: &Path, intake: &mut Intake<'_>) -> Result<(), Error> {
    let too_much = |what: String| Error::TooMuch { path: path.to_path_buf(), what };
    let (mut folders, mut seen) = (vec![(path.to_path_buf(), 0)], 0_u64);
    let mut bytes = Vec::new();
    while let Some((folder, depth)) = folders.pop() {
        for (entry, is_folder) in listed(&folder)? {
            seen += 1;
            if seen > 2 * RECORDS {
                return Err(too_much(format!("more than {} files", 2 * RECORDS)));
            }
            if is_folder && depth < DEPTH {
                folders.push((entry, depth + 1));
            } else if !is_folder && entry.extension().is_some_and(|ending| ending == "json") {
                let file = File::open(&entry).map_err(Error::file(&entry, "read"))?;
                bytes.clear();
                file.take(RECORD_BYTES + 1).read_to_end(&mut bytes).map_err(Error::file(&entry, "read"))?;
                if bytes.len() as u64 > RECORD_BYTES {
                    return Err(too_much(format!("{} has more than {RECORD_BYTES} bytes", entry.display())));
                }
                intake.take(&entry.to_string_lossy(), &bytes)?;
            }
        }
    }
    Ok(())
}

/// Files and folders by name, so that the same folder gives the same index; hidden ones are left out.
fn listed(folder: &Path) -> Result<Vec<(PathBuf, bool)>, Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file(folder, "read"))? {
        let entry = entry.map_err(Error::file(folder, "read"))?;
        let kind = entry.file_type().map_err(Error::file(entry.path(), "read"))?;
        if (kind.is_file() || kind.is_dir()) && !entry.file_name().to_string_lossy().starts_with('.') {
            found.push((entry.path(), kind.is_dir()));
        }
    }
    found.sort();
    Ok(found)
}
