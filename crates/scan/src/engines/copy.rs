//! A private copy of the files that are checked, for programs of others: exactly these files, no links, nothing that they would
//! take for their own configuration at the top, and no repository.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use source_tree::{SourceFile, SourceTree};
use tempfile::TempDir;

use super::trufflehog;

/// Larger files are not given to other engines.
const MOST_BYTES: u64 = 256 << 20;
/// All files together have no more.
const MOST_TOGETHER: u64 = 4 << 30;

/// The copy, which is gone with this value.
pub(crate) struct Copy {
    folder: TempDir,
    /// Files that could not keep their names, by the names they got.
    renamed: HashMap<String, String>,
    /// What is not in it, and why.
    pub(crate) left_out: Vec<(String, String)>,
}

impl Copy {
    pub(crate) fn of(
        tree: &SourceTree,
        wanted: &dyn Fn(&SourceFile) -> bool,
        cancelled: &AtomicBool,
    ) -> io::Result<Self> {
        let mut copy = Self { folder: tempfile::tempdir()?, renamed: HashMap::new(), left_out: Vec::new() };
        fs::create_dir_all(copy.files())?;
        fs::create_dir_all(copy.home())?;
        let mut room = MOST_TOGETHER;
        for (number, file) in tree.files().iter().enumerate().filter(|(_, file)| wanted(file)) {
            if cancelled.load(Ordering::Relaxed) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            match file.read(MOST_BYTES.min(room)) {
                Ok(mut bytes) => {
                    room -= bytes.len() as u64;
                    respell(&mut bytes);
                    copy.add(number, &file.name, &bytes)?;
                }
                Err(error) => copy.left_out.push((file.name.clone(), error.to_string())),
            }
        }
        Ok(copy)
    }

    fn add(&mut self, number: usize, name: &str, bytes: &[u8]) -> io::Result<()> {
        if is_plain(name) && self.write(name, bytes).is_ok() {
            return Ok(());
        }
        // Its ending is kept: some rules look at it.
        let ending: String =
            name.rsplit('.').next().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).take(10).collect();
        let other = format!("renamed-by-smart-begin/{number}.{ending}");
        self.write(&other, bytes)?;
        self.renamed.insert(other, name.to_owned());
        Ok(())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.files().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        File::create_new(path)?.write_all(bytes)
    }

    /// The folder to scan. The files lie one deeper: what a scanner takes for its configuration at the top is not there.
    pub(crate) fn top(&self) -> PathBuf {
        self.folder.path().join("scanned")
    }

    fn files(&self) -> PathBuf {
        self.top().join("files")
    }

    /// An empty folder for the scanner's own files.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Writes a file for the scanner beside the copy.
    pub(crate) fn own_file(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.folder.path().join(name);
        File::create_new(&path)?.write_all(text.as_bytes())?;
        Ok(path)
    }

    /// The folder that holds all of it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The name in the tree of a file that a scanner names.
    pub(crate) fn name(&self, told: &str) -> Option<String> {
        let told = told.replace('\\', "/");
        let top = self.top();
        let real = top.canonicalize().unwrap_or_else(|_| top.clone());
        let beneath = [&top, &real].into_iter().find_map(|top| told.strip_prefix(&*top.to_string_lossy()));
        let beneath = beneath.unwrap_or(&told).trim_start_matches("./").trim_start_matches('/');
        let name = beneath.strip_prefix("files/")?;
        Some(self.renamed.get(name).cloned().unwrap_or_else(|| name.to_owned()))
    }
}

fn is_plain(name: &str) -> bool {
    let good = |part: &str| {
        !part.is_empty() && part.len() < 250 && !part.starts_with('-') && ![".", "..", ".git"].contains(&part)
    };
    name.split('/').all(good) && !name.contains(['\\', '\0', ':']) && !name.chars().any(char::is_control)
}

/// The same length, so that lines and columns stay.
fn respell(bytes: &mut [u8]) {
    let places: Vec<usize> = memchr::memmem::find_iter(bytes, trufflehog::IGNORE).collect();
    for place in places {
        if let Some(colon) = bytes.get_mut(place + b"trufflehog".len()) {
            *colon = b'_';
        }
    }
}
