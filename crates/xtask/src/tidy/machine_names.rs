//! A path of the machine it was written on, or the host of a package registry, works there and nowhere else.

use std::env;

use super::fault::Fault;
use crate::repository::Repository;

/// Hosts that a package client knows by itself. Split, so that this file does not name them.
const HOSTS: [(&str, &str); 9] = [
    ("registry.npmjs", ".org"),
    ("pypi.", "org"),
    ("files.pythonhosted", ".org"),
    ("index.crates", ".io"),
    ("static.crates", ".io"),
    ("proxy.golang", ".org"),
    ("sum.golang", ".org"),
    ("repo.maven.apache", ".org"),
    ("deb.debian", ".org"),
];

/// Folders that only one kind of machine has at its root.
const FOLDERS: [(&str, &str); 3] = [("/wo", "rk/"), ("/ro", "ot/"), ("/fa", "rm/")];

/// Finds them in every text file.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Fault> {
    let here = env::var("HOME").ok().filter(|home| home.matches('/').count() > 1).map(|home| home + "/");
    let hosts: Vec<String> = HOSTS.iter().map(|(head, tail)| format!("{head}{tail}")).collect();
    let folders: Vec<String> = FOLDERS.iter().map(|(head, tail)| format!("{head}{tail}")).chain(here).collect();
    let mut faults = Vec::new();
    for (path, text) in &repository.files {
        for (number, line) in (1..).zip(text.lines()) {
            faults.extend(hosts.iter().filter(|host| line.contains(*host)).map(|host| {
                Fault::at(
                    path,
                    number,
                    format!("names the registry host {host}; the package client knows it by itself"),
                )
            }));
            faults.extend(
                folders
                    .iter()
                    .filter(|folder| starts_a_path(line, folder))
                    .map(|folder| Fault::at(path, number, format!("names {folder}, a folder of one machine"))),
            );
        }
    }
    faults
}

/// Whether it stands there as the start of a path, not within one.
fn starts_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(place, _)| {
        !line[..place].ends_with(|before: char| before.is_alphanumeric() || "./_-~*}])>".contains(before))
    })
}
