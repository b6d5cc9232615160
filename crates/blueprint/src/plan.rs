//! A plan: every file of a project before anything is written, and the hash that names exactly this.

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest as _, Sha256};

use crate::fault::CatalogueFault;
use crate::source::Bytes;

/// One file of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// Its path beneath the project's folder, names divided by `/`.
    pub path: String,
    /// What is in it.
    pub bytes: Bytes,
    /// Whether it has mode 755; else 644.
    pub executable: bool,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

impl PlannedFile {
    pub(crate) fn new(path: String, bytes: Vec<u8>, executable: bool) -> Self {
        let sha256 = Sha256::digest(&bytes).into();
        Self { path, bytes: Bytes::Owned(bytes), executable, sha256 }
    }
}

/// The files of a project, sorted by path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The files.
    pub files: Vec<PlannedFile>,
}

impl Plan {
    /// SHA-256 over one line a file, `MODE SHA256  PATH`, sorted by path; written `sha256:` and 64 hex digits.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        for file in &self.files {
            let mode = if file.executable { "755" } else { "644" };
            for part in [mode, " ", &hex(&file.sha256), "  ", &file.path, "\n"] {
                hasher.update(part);
            }
        }
        format!("sha256:{}", hex(&hasher.finalize()))
    }

    /// The file at `path`.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&PlannedFile> {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        self.files.get(at)
    }

    /// Every folder, sorted, without the project's own.
    #[must_use]
    pub fn folders(&self) -> Vec<String> {
        let mut folders = BTreeSet::new();
        for file in &self.files {
            for (at, _) in file.path.match_indices('/') {
                folders.insert(file.path[..at].to_owned());
            }
        }
        folders.into_iter().collect()
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    // By hand: through the formatter, the digits cost a call as much as reading its templates.
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
        text
    })
}

/// Sorts the files by path and checks that every path can be written on every system, once.
pub(crate) fn check_paths(files: &mut [PlannedFile]) -> Result<(), CatalogueFault> {
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let mut seen: HashMap<String, &str> = HashMap::with_capacity(files.len());
    for file in files.iter() {
        if !is_portable(&file.path) {
            return Err(CatalogueFault::Path(file.path.clone()));
        }
        if let Some(other) = seen.insert(file.path.to_ascii_lowercase(), &file.path) {
            return Err(CatalogueFault::SameButCase(other.to_owned(), file.path.clone()));
        }
    }
    Ok(())
}

fn is_portable(path: &str) -> bool {
    let plain = |name: &str| {
        !name.is_empty()
            && name != "."
            && name != ".."
            && !name.eq_ignore_ascii_case(".git")
            && !name.ends_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+@".contains(&byte))
    };
    path.len() <= 200 && path.split('/').all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_out_or_collide_are_faults() {
        for path in ["../x", "/x", "a//b", "a/./b", ".git/config", "a\\b", "a:b", "a/..", "x."] {
            let mut files = [PlannedFile::new(path.to_owned(), vec![], false)];
            assert!(matches!(check_paths(&mut files), Err(CatalogueFault::Path(_))), "{path}");
        }
        let mut files =
            [PlannedFile::new("A".to_owned(), vec![], false), PlannedFile::new("a".to_owned(), vec![], false)];
        assert!(matches!(check_paths(&mut files), Err(CatalogueFault::SameButCase(..))));
    }

    #[test]
    fn the_hash_covers_mode_path_and_bytes() {
        let plan = |path: &str, bytes: &[u8], executable| Plan {
            files: vec![PlannedFile::new(path.to_owned(), bytes.to_vec(), executable)],
        };
        let hash = plan("a", b"x", false).hash();
        assert_ne!(hash, plan("b", b"x", false).hash());
        assert_ne!(hash, plan("a", b"y", false).hash());
        assert_ne!(hash, plan("a", b"x", true).hash());
    }
}
