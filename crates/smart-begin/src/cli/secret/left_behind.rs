//! What of imported secrets stays in a tree: the file itself where git has it or would take it, and each place where one of
//! the values stands. Values are never told, only where they are.

use std::fs;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use app::{Error, NewSecret};
use ignore::WalkBuilder;
use secrecy::ExposeSecret as _;
use serde::Serialize;

use super::tracked::{Tracked, tracked, work_tree};
use crate::cli::output::{BAD, GOOD, QUIET, STRONG};

/// A shorter value, such as `true` or a port, stands everywhere and tells nothing.
const SHORTEST: usize = 8;

/// Larger files are not looked into.
const LARGEST: u64 = 8 << 20;

/// Files that are looked into at most.
const MOST_FILES: usize = 200_000;

/// Places that are told at most.
const MOST_FOUND: usize = 200;

/// Folders of what was fetched or built: they are made anew from what is looked into, and are vast.
const SKIPPED: [&str; 8] = [".git", "node_modules", "target", ".venv", "venv", "__pycache__", ".tools", "vendor"];

/// What stays.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LeftBehind {
    /// The tree that was looked through.
    tree: String,
    /// The imported file, where git has it (`tracked`), would take it (`not-ignored`), or it is not known (`unknown`).
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileState>,
    /// Where values stand.
    found: Vec<Found>,
    /// The names of those that are too short to be looked for.
    not_looked_for: Vec<String>,
    /// Files that were not looked into: too large, unreadable, or too many.
    not_looked_into: usize,
}

#[derive(Debug, Serialize)]
struct FileState {
    path: String,
    state: &'static str,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Found {
    path: String,
    line: usize,
    name: String,
}

impl LeftBehind {
    /// Whether anything does.
    pub(super) fn is_something(&self) -> bool {
        !self.found.is_empty() || self.file.is_some()
    }

    /// For people.
    pub(super) fn told(&self, environment: &str) -> String {
        let mut text = String::new();
        if let Some(FileState { path, state }) = &self.file {
            text.push_str(&format!("{BAD}Still there{BAD:#}: {STRONG}{path}{STRONG:#}, "));
            text.push_str(&match *state {
                "tracked" => format!(
                    "which git keeps, so that its values are in the history. Take it out (git rm --cached {path}), have it\n\
                     ignored (echo {path} >> .gitignore), commit that, and renew every value: whoever has a copy has them.\n"
                ),
                "not-ignored" => format!(
                    "which the next git add takes. Delete it, once your program starts with smart-begin run --environment\n\
                     {environment}; or have it ignored: echo {path} >> .gitignore\n"
                ),
                _ => "and whether git keeps it is not known: its index cannot be read. Look with git status.\n".to_owned(),
            });
        }
        if !self.found.is_empty() {
            text.push_str(&format!("{BAD}Values stand in the tree{BAD:#}, where a variable should:\n"));
        }
        for found in &self.found {
            text.push_str(&format!("  {}:{}  {STRONG}{}{STRONG:#}\n", found.path, found.line, found.name));
        }
        if !self.found.is_empty() {
            text.push_str("Let the program read the variable there instead. What git keeps in its history, renew.\n");
        }
        if !self.is_something() {
            text.push_str(&format!("{GOOD}Nothing of it{GOOD:#} was found in {}.\n", self.tree));
        }
        if !self.not_looked_for.is_empty() {
            let names = self.not_looked_for.join(", ");
            text.push_str(&format!("{QUIET}Too short to be looked for: {names}{QUIET:#}\n"));
        }
        if self.not_looked_into > 0 {
            text.push_str(&format!(
                "{QUIET}Files not looked into, too large or unreadable: {}{QUIET:#}\n",
                self.not_looked_into
            ));
        }
        text.push_str(&format!(
            "{QUIET}Not looked into: git's history, and {}.{QUIET:#}\n",
            SKIPPED.get(1..).unwrap_or_default().join(", ")
        ));
        text
    }
}

/// Looks through `tree`, or the git work tree of `file`; none where there is neither.
pub(super) fn look(
    file: Option<&Path>,
    tree: Option<&Path>,
    secrets: &[NewSecret],
) -> Result<Option<LeftBehind>, Error> {
    let named = tree.map(|tree| {
        tree.canonicalize().map_err(|cause| {
            let message = format!("{} cannot be looked through: {cause}. The secrets were taken in.", tree.display());
            Error::invalid("check-tree", message, "Name a folder.").because(cause)
        })
    });
    let Some(tree) = named.transpose()?.or_else(|| work_tree(file?)) else { return Ok(None) };
    let file = file.and_then(|file| file.canonicalize().ok());
    let mut left = LeftBehind { tree: tree.display().to_string(), ..LeftBehind::default() };
    left.file = file.as_deref().and_then(state);
    let (wanted, short): (Vec<_>, Vec<_>) =
        secrets.iter().partition(|secret| secret.value.expose_secret().len() >= SHORTEST);
    left.not_looked_for = short.into_iter().map(|secret| secret.name.clone()).collect();
    search(&tree, file.as_deref(), &wanted, &mut left)?;
    Ok(Some(left))
}

/// None for one that git ignores, or that is in no work tree.
fn state(file: &Path) -> Option<FileState> {
    let tree = work_tree(file)?;
    let state = match tracked(&tree, file) {
        Tracked::Yes => "tracked",
        Tracked::NotIgnored => "not-ignored",
        Tracked::Unknown => "unknown",
        Tracked::Ignored => return None,
    };
    Some(FileState { path: inside(&tree, file), state })
}

fn search(tree: &Path, but: Option<&Path>, wanted: &[&NewSecret], left: &mut LeftBehind) -> Result<(), Error> {
    if wanted.is_empty() {
        return Ok(());
    }
    let searcher =
        AhoCorasick::new(wanted.iter().map(|secret| secret.value.expose_secret())).map_err(Error::internal)?;
    for (count, path) in files(tree).enumerate() {
        if but == Some(path.as_path()) {
            continue;
        }
        let small = path.metadata().is_ok_and(|about| about.len() <= LARGEST);
        let content = if small && count < MOST_FILES { fs::read(&path).ok() } else { None };
        let Some(content) = content.map(secrecy::zeroize::Zeroizing::new) else {
            left.not_looked_into += 1;
            continue;
        };
        for found in searcher.find_overlapping_iter(content.as_slice()) {
            let line = 1 + content.iter().take(found.start()).filter(|byte| **byte == b'\n').count();
            let name = wanted.get(found.pattern().as_usize()).map_or_else(String::new, |secret| secret.name.clone());
            let found = Found { path: inside(tree, &path), line, name };
            if left.found.len() < MOST_FOUND && !left.found.contains(&found) {
                left.found.push(found);
            }
        }
    }
    left.found.sort();
    Ok(())
}

/// All files, ignored and hidden ones as well: what is ignored today is copied tomorrow.
fn files(tree: &Path) -> impl Iterator<Item = PathBuf> {
    let mut walk = WalkBuilder::new(tree);
    walk.standard_filters(false).follow_links(false);
    walk.filter_entry(|entry| {
        entry.depth() == 0 || !entry.file_name().to_str().is_some_and(|name| SKIPPED.contains(&name))
    });
    let entries = walk.build().flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    entries.map(ignore::DirEntry::into_path)
}

fn inside(tree: &Path, path: &Path) -> String {
    path.strip_prefix(tree).unwrap_or(path).display().to_string()
}
