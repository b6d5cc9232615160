//! Everything that a tree of files depends on: each lockfile by itself, manifests that have none, and SBOMs under any name.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{Dependency, NotRun, without_credentials};
use source_tree::{SourceFile, SourceTree};

use crate::fault::Fault;
use crate::formats::{self, Format};
use crate::found::{CHECK, Found};
use crate::installed;
use crate::lockfile::requirements;
use crate::sources::{Input, Sources, folder, text};

/// What a tree depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The packages, by file, in its order. One that a file names twice stands once.
    pub dependencies: Vec<Dependency>,
    /// What was there and could not be understood, and what has no version.
    pub not_run: Vec<NotRun>,
    /// Which package brings in which, as indices of `dependencies`, where the files tell.
    pub relations: Vec<(usize, usize)>,
    /// How many files told of it.
    pub files: u64,
}

/// More packages than this in all are refused.
const MOST_PACKAGES: usize = 1_000_000;

/// Reads what the files of a tree say of what it depends on.
#[must_use]
pub fn inventory(tree: &SourceTree) -> Inventory {
    inventory_unless(tree, &AtomicBool::new(false))
}

/// The same; setting `cancelled` ends it after the file at hand, and what comes back is a part.
#[must_use]
pub fn inventory_unless(tree: &SourceTree, cancelled: &AtomicBool) -> Inventory {
    let sources = Sources(tree);
    let mut inventory = Inventory::default();
    let mut passed_over = 0_u64;
    let mut covered = Covered::default();
    let mut manifests = Vec::new();
    let mut read = HashSet::new();
    let goes_on = || !cancelled.load(Ordering::Relaxed);
    for file in tree.files().iter().take_while(|_| goes_on()) {
        let named = formats::of(&file.name);
        let Some(format) = named.or_else(|| formats::of_content(file)) else { continue };
        if installed::is_installed(&file.name, sources) {
            passed_over += 1;
        } else if format.is_manifest {
            manifests.push((file, format));
        } else {
            let found = one(file, format, sources);
            covered.add(file, format, &found);
            inventory.add(found);
            read.insert(file.name.clone());
        }
    }
    included(&mut inventory, sources, &mut read);
    for (file, format) in manifests.into_iter().take_while(|_| goes_on()) {
        if !covered.has(file, format) {
            inventory.add(one(file, format, sources));
        }
    }
    if passed_over > 0 {
        inventory.not_run.push(NotRun {
            check: CHECK.to_owned(),
            file: None,
            reason: format!(
                "{passed_over} lockfiles and manifests lie among installed packages and are those of their authors"
            ),
            hint: "Nothing to do: what this project uses stands in its own lockfiles.".to_owned(),
        });
    }
    inventory
}

/// What one file says; a file that cannot be understood says so.
fn one(file: &SourceFile, format: &Format, sources: Sources<'_>) -> Found {
    let mut found = Found::of(&file.name);
    let outcome =
        text(file).and_then(|text| (format.read)(&Input { name: &file.name, text: &text, sources }, &mut found));
    if let Err(Fault(why)) = outcome {
        found = Found::of(&file.name);
        found.note(format!("it is not understood as {}: {why}", format.label), formats::MAKE_AGAIN);
    }
    found.folded()
}

/// The files that requirements include under names that nobody would know them by.
fn included(inventory: &mut Inventory, sources: Sources<'_>, read: &mut HashSet<String>) {
    let mut open: Vec<String> = read.iter().filter(|name| formats::is_requirements(name)).cloned().collect();
    open.sort();
    while let Some(name) = open.pop() {
        let Some(text) = sources.text(&name) else { continue };
        for name in requirements::included(&name, &text) {
            let Some(file) = sources.0.file(&name) else { continue };
            if read.insert(name.clone()) {
                inventory.add(one(file, formats::requirements(), sources));
                open.push(name);
            }
        }
    }
}

impl Inventory {
    fn add(&mut self, found: Found) {
        let base = self.dependencies.len();
        self.not_run.extend(found.not_run);
        if base + found.dependencies.len() > MOST_PACKAGES {
            self.not_run.push(NotRun {
                check: CHECK.to_owned(),
                file: Some(found.file),
                reason: format!("the files before it name {MOST_PACKAGES} packages already"),
                hint: "Check the parts of the tree one by one.".to_owned(),
            });
            return;
        }
        self.files += 1;
        self.dependencies.extend(found.dependencies.into_iter().map(without_passwords));
        self.relations.extend(found.relations.into_iter().map(|(from, to)| (base + from, base + to)));
    }
}

/// An address in place of a version may bear the password of whoever wrote it.
fn without_passwords(mut dependency: Dependency) -> Dependency {
    for text in [&mut dependency.version, &mut dependency.requirement].into_iter().flatten() {
        if let Cow::Owned(clean) = without_credentials(text) {
            *text = clean;
        }
    }
    dependency
}

/// Which folders have lockfiles, so that their manifests need not be told of.
#[derive(Default)]
struct Covered(HashSet<(&'static str, String)>);

impl Covered {
    fn add(&mut self, file: &SourceFile, format: &Format, found: &Found) {
        let own = std::iter::once(folder(&file.name).to_owned());
        self.0.extend(own.chain(found.covers.iter().cloned()).map(|folder| (format.ecosystem, folder)));
    }

    fn has(&self, file: &SourceFile, format: &Format) -> bool {
        self.0.contains(&(format.ecosystem, folder(&file.name).to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_look_reads_no_further_file() {
        let file = |name: &str| SourceFile::in_memory(name, b"six==1.16.0\n".to_vec());
        let tree = SourceTree::of_files([file("a/requirements.txt"), file("b/requirements.txt")]);
        assert_eq!(inventory_unless(&tree, &AtomicBool::new(false)).dependencies.len(), 2);
        assert_eq!(inventory_unless(&tree, &AtomicBool::new(true)), Inventory::default());
    }
}
