//! Has the ecosystem's own tool bring a lockfile up to date. A lockfile's checksums cannot be known offline, so nobody else
//! can; and each tool is called so that nothing of the project runs.

mod cargo;
mod go;
mod npm;
mod python;
mod workshop;

use dependencies::upgrade::Upgrade;
use domain::Ecosystem;

use super::commands::commands;
use super::manifests::{base, is_requirements, raise};
use super::tools::Trouble;
pub(super) use workshop::Workshop;
use workshop::beside;

/// Files that a tool may change.
const LOCKS: [&str; 8] = [
    "Cargo.lock",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "go.sum",
    "go.mod",
    "uv.lock",
    "Cargo.toml",
    "package.json",
];

/// Whether this is a file that an upgrade may change.
pub(super) fn may_change(name: &str) -> bool {
    LOCKS.contains(&base(name)) || base(name) == "pyproject.toml" || is_requirements(name)
}

impl Workshop<'_> {
    /// Makes one upgrade in the copy. After a failure the copy is as it was.
    pub(super) fn make(self, upgrade: &Upgrade) -> Result<(), Trouble> {
        let names = self.tree.files().iter().map(|file| file.name.clone());
        let mut touched: Vec<String> = names.filter(|name| may_change(name)).collect();
        touched.extend(touched.clone().iter().filter(|name| base(name) == "go.mod").map(|name| beside(name, "go.sum")));
        let before = self.copy.snapshot(&touched);
        let made = self.try_to_make(upgrade);
        if made.is_err() {
            self.copy.restore(before)?;
        }
        made
    }

    fn try_to_make(self, upgrade: &Upgrade) -> Result<(), Trouble> {
        let changes = raise(self.tree, upgrade, self.known, &|name| self.copy.read(name));
        for change in &changes {
            self.copy.write(&change.file, &change.after)?;
        }
        for file in &upgrade.files {
            let raised = changes.iter().any(|change| &change.file == file);
            self.refresh(upgrade, file, raised)?;
        }
        Ok(())
    }

    fn refresh(self, upgrade: &Upgrade, file: &str, raised: bool) -> Result<(), Trouble> {
        match (upgrade.ecosystem.as_str(), base(file)) {
            (Ecosystem::CARGO, "Cargo.lock") => cargo::refresh(self, upgrade, file),
            (Ecosystem::NPM, "package-lock.json" | "npm-shrinkwrap.json") => npm::refresh(self, upgrade, file),
            (Ecosystem::GO, "go.mod" | "go.sum") => go::refresh(self, upgrade, file),
            (Ecosystem::PYPI, "uv.lock") => python::lock(self, upgrade, file),
            (Ecosystem::PYPI, _) if is_requirements(file) => python::requirements(self, upgrade, file, raised),
            // A manifest without a lockfile: there is nothing to bring up to date.
            _ if raised => Ok(()),
            _ => {
                let typed = commands(upgrade).join("; ");
                let typed =
                    if typed.is_empty() { "no command is known for it".to_owned() } else { format!("type: {typed}") };
                Err(Trouble(format!("smart-begin does not bring {} up to date by itself; {typed}", base(file))))
            }
        }
    }
}

/// Gets what the gates need, while the network may be used, without running any of it.
pub(super) fn fetch(workshop: Workshop<'_>) -> Result<(), Trouble> {
    let has = |name: &str| workshop.tree.file(name).is_some();
    if has("Cargo.lock") {
        cargo::fetch(workshop)?;
    }
    if has("go.mod") {
        go::fetch(workshop)?;
    }
    if has("package-lock.json") {
        npm::fetch(workshop)?;
    }
    Ok(())
}
