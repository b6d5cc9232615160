//! What a run starts from: real files of this repository and of the crates that cargo has fetched, and what targets make up.
//! None of it is kept in the repository, so that no fixture can name a registry or look like a secret.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::WalkBuilder;

use crate::target::Target;

/// A larger file is no seed: the fuzzer would spend its time on copying.
const LARGEST: u64 = 64 << 10;

/// Writes the seeds of a target to `folder/seeds`, and its words to `folder/words`, as libFuzzer reads them.
///
/// # Errors
/// The folder cannot be written.
pub fn write(target: &Target, folder: &Path) -> io::Result<()> {
    let seeds = folder.join("seeds");
    fs::create_dir_all(&seeds)?;
    for (number, seed) in (target.seeds)().iter().enumerate() {
        fs::write(seeds.join(format!("{number:04}")), seed)?;
    }
    let words: String = target.words.iter().map(|word| format!("\"{}\"\n", escaped(word))).collect();
    fs::write(folder.join("words"), words)
}

/// A word as a dictionary of libFuzzer has it.
fn escaped(word: &str) -> String {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        0x20..0x7f => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    };
    word.bytes().map(byte).collect()
}

/// Files of this repository whose name beneath its root is wanted, at most so many.
#[must_use]
pub fn files(wanted: &dyn Fn(&str) -> bool, most: usize) -> Vec<Vec<u8>> {
    files_beneath("", wanted, most)
}

/// The same beneath one folder of it.
#[must_use]
pub fn files_beneath(folder: &str, wanted: &dyn Fn(&str) -> bool, most: usize) -> Vec<Vec<u8>> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = manifest.ancestors().nth(2).unwrap_or(manifest);
    beneath(&root.join(folder), wanted, most)
}

/// Files of the crates that cargo has fetched: real ones, by many hands.
#[must_use]
pub fn files_of_crates(wanted: &dyn Fn(&str) -> bool, most: usize) -> Vec<Vec<u8>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    home.map(|home| beneath(&home.join("registry/src"), wanted, most)).unwrap_or_default()
}

fn beneath(root: &Path, wanted: &dyn Fn(&str) -> bool, most: usize) -> Vec<Vec<u8>> {
    let own = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    let files = listed(root);
    let files = files.iter().filter(|path| wanted(&own(path)));
    let files = files.filter(|path| path.metadata().is_ok_and(|file| file.len() <= LARGEST));
    files.take(most).filter_map(|path| fs::read(path).ok()).collect()
}

/// All files beneath a folder, in order. The crates of the registry are many: they are walked once.
fn listed(root: &Path) -> Arc<[PathBuf]> {
    static KNOWN: Mutex<BTreeMap<PathBuf, Arc<[PathBuf]>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let list = || {
        let walk = WalkBuilder::new(root).hidden(false).max_depth(Some(8)).build().filter_map(Result::ok);
        let files = walk.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
        let mut files: Vec<PathBuf> = files.map(ignore::DirEntry::into_path).collect();
        files.sort();
        files.into()
    };
    Arc::clone(known.entry(root.to_owned()).or_insert_with(list))
}
