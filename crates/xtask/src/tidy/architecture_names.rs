//! A map that names what is not there misleads. Every crate, file, type and function that ARCHITECTURE.md names exists.

use std::collections::BTreeSet;

use super::fault::Fault;
use crate::repository::Repository;
use crate::syntax;

const DOCUMENT: &str = "ARCHITECTURE.md";

/// Endings that make a word a file name.
const FILE_ENDINGS: [&str; 12] =
    [".rs", ".md", ".toml", ".json", ".yml", ".yaml", ".sh", ".py", ".txt", ".lock", ".sql", ".jinja"];

/// Finds names in backticks that lead nowhere.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Fault> {
    let Some(text) = repository.files.get(DOCUMENT) else {
        return vec![Fault::of(DOCUMENT, "it is missing")];
    };
    let known = Known::of(repository);
    let mut faults = Vec::new();
    let mut in_block = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            let names = line.split('`').skip(1).step_by(2);
            faults.extend(names.filter_map(|name| known.fault(name)).map(|says| Fault::at(DOCUMENT, number, says)));
        }
    }
    faults
}

/// What there is to name.
struct Known<'a> {
    repository: &'a Repository,
    crates: BTreeSet<String>,
    names: BTreeSet<(String, String)>,
}

impl<'a> Known<'a> {
    fn of(repository: &'a Repository) -> Self {
        let crates = repository.packages.iter().map(|package| package.name.replace('-', "_")).collect();
        Self { repository, crates, names: syntax::declared_names(repository) }
    }

    fn fault(&self, name: &str) -> Option<String> {
        let plain = |letter: char| letter.is_alphanumeric() || "_-./:()".contains(letter);
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        if let Some((of, item)) = name.trim_end_matches("()").split_once("::") {
            let item = item.rsplit("::").next().unwrap_or(item);
            let there = !self.crates.contains(of) || self.names.contains(&(of.to_owned(), item.to_owned()));
            return (!there).then(|| format!("`{name}`: crate `{of}` declares no `{item}`"));
        }
        if let Some(function) = name.strip_suffix("()") {
            return (!self.declared(function)).then(|| format!("`{name}`: no crate declares that function"));
        }
        if self.is_path(name) {
            return (!self.exists(name)).then(|| format!("`{name}`: there is no such file or folder"));
        }
        let there = !is_type(name) || self.declared(name) || self.exists(name);
        (!there).then(|| format!("`{name}`: no crate declares that type (write a foreign one with its crate)"))
    }

    fn declared(&self, name: &str) -> bool {
        self.names.iter().any(|(_, declared)| declared == name)
    }

    /// Whether it reads as a path: it ends like a file or a folder, or starts with something of ours.
    fn is_path(&self, name: &str) -> bool {
        let ends_like_one = name.ends_with('/')
            || FILE_ENDINGS.iter().any(|ending| name.len() > ending.len() && name.ends_with(ending));
        let Some((first, _)) = name.split_once('/') else { return ends_like_one };
        let of_ours = self.repository.files.keys().any(|file| file.starts_with(&format!("{first}/")));
        !name.starts_with('/') && (ends_like_one || of_ours || first == ".")
    }

    /// Whether a file or folder has this path, or one that ends with it.
    fn exists(&self, name: &str) -> bool {
        let name = name.trim_start_matches("./").trim_end_matches('/');
        self.repository.files.keys().any(|file| {
            let file = file.strip_suffix(".jinja").filter(|_| !name.ends_with(".jinja")).unwrap_or(file);
            format!("/{file}/").contains(&format!("/{name}/"))
        })
    }
}

/// `LikeThis`: a capital, then small letters somewhere, and nothing but letters and digits.
fn is_type(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric())
        && name.chars().any(|letter| letter.is_ascii_lowercase())
}
