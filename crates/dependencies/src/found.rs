//! What one file says: the packages, what each brings in, and what could not be made out.

use std::collections::HashMap;

use domain::{Dependency, Ecosystem, NotRun};

use crate::graph;

/// The check that all of this is part of.
pub(crate) const CHECK: &str = "vulnerabilities";

/// More packages than this in one file are refused.
const MOST_PACKAGES: usize = 200_000;
/// More relations than this in one file are left out.
const MOST_RELATIONS: usize = 2_000_000;
/// A longer name or version is none.
const LONGEST: usize = 512;

/// What one file says.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) file: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// Who brings in whom.
    pub(crate) relations: Vec<(usize, usize)>,
    pub(crate) not_run: Vec<NotRun>,
    /// The folders besides its own whose manifests this lockfile is for, beneath the root.
    pub(crate) covers: Vec<String>,
    refused: usize,
}

impl Found {
    pub(crate) fn of(file: &str) -> Self {
        Self { file: file.to_owned(), ..Self::default() }
    }

    /// Adds a package. What has no usable name or version is counted, and told of in the end.
    pub(crate) fn add(&mut self, ecosystem: &str, name: &str, version: &str, line: u32) -> Option<usize> {
        let usable = |word: &str| !word.is_empty() && word.len() <= LONGEST && !word.contains(|c: char| c.is_control());
        if !usable(name) || !usable(version) || self.dependencies.len() >= MOST_PACKAGES {
            self.refused += 1;
            return None;
        }
        self.dependencies.push(Dependency {
            ecosystem: Ecosystem::new(ecosystem),
            name: name.to_owned(),
            version: Some(version.to_owned()),
            requirement: None,
            file: self.file.clone(),
            line: Some(line),
            direct: None,
            dev: false,
            license: None,
        });
        Some(self.dependencies.len() - 1)
    }

    /// Adds what a manifest asks for: a range, which is no pin.
    pub(crate) fn ask(
        &mut self,
        ecosystem: &str,
        name: &str,
        requirement: &str,
        line: u32,
        dev: bool,
    ) -> Option<usize> {
        let index = self.add(ecosystem, name, if requirement.is_empty() { "*" } else { requirement }, line)?;
        let asked = &mut self.dependencies[index];
        asked.requirement = asked.version.take();
        asked.direct = Some(true);
        asked.dev = dev;
        Some(index)
    }

    pub(crate) fn relate(&mut self, from: usize, to: usize) {
        if self.relations.len() < MOST_RELATIONS {
            self.relations.push((from, to));
        }
    }

    /// Says what was not looked at.
    pub(crate) fn note(&mut self, reason: impl Into<String>, hint: impl Into<String>) {
        self.not_run.push(NotRun {
            check: CHECK.to_owned(),
            file: Some(self.file.clone()),
            reason: reason.into(),
            hint: hint.into(),
        });
    }

    /// Tells apart what the project asks for and what comes with that, and what only development needs.
    pub(crate) fn starts(&mut self, used: &[usize], dev: &[usize]) {
        let from_used = graph::reachable(self.dependencies.len(), &self.relations, used);
        let from_dev = graph::reachable(self.dependencies.len(), &self.relations, dev);
        for (index, package) in self.dependencies.iter_mut().enumerate() {
            package.direct = Some(false);
            package.dev = from_dev[index] && !from_used[index];
        }
        used.iter().chain(dev).for_each(|index| self.dependencies[*index].direct = Some(true));
    }

    /// Folds packages that are named twice into one; what is used at all is not for development alone.
    pub(crate) fn folded(mut self) -> Self {
        let mut places: HashMap<(Ecosystem, String, Option<String>, Option<String>), usize> = HashMap::new();
        let mut moved = Vec::with_capacity(self.dependencies.len());
        let mut kept: Vec<Dependency> = Vec::with_capacity(self.dependencies.len());
        for package in std::mem::take(&mut self.dependencies) {
            let key =
                (package.ecosystem.clone(), package.name.clone(), package.version.clone(), package.requirement.clone());
            let at = *places.entry(key).or_insert(kept.len());
            moved.push(at);
            match kept.get_mut(at) {
                None => kept.push(package),
                Some(first) => {
                    first.dev &= package.dev;
                    first.direct = first.direct.max(package.direct);
                    first.license = first.license.take().or(package.license);
                }
            }
        }
        self.relations.iter_mut().for_each(|(from, to)| (*from, *to) = (moved[*from], moved[*to]));
        self.relations.sort_unstable();
        self.relations.dedup();
        self.dependencies = kept;
        if self.refused > 0 {
            let refused = self.refused;
            self.note(
                format!("{refused} of its entries have no usable name or version"),
                "Make the file again with the tool that wrote it, and check again.",
            );
        }
        self
    }
}
