//! The loop that finds a version without vulnerabilities: take the smallest version that mends each, the largest of those,
//! and look again, until nothing is left.

use std::cmp::Ordering;

use domain::{Dependency, Ecosystem, Finding};

use super::line::same_line;

/// What is known of packages: what is wrong with a version, and which of two versions is the newer.
#[derive(Clone, Copy)]
pub struct Knowledge<'a> {
    /// The vulnerabilities of packages at these versions, each with the smallest version above that has it not.
    pub check: &'a dyn Fn(&[Dependency]) -> Vec<Finding>,
    /// The order of two versions of an ecosystem; none where one of them is no version.
    pub compare: &'a dyn Fn(&Ecosystem, &str, &str) -> Option<Ordering>,
}

/// More steps than any package has needed so far.
const MOST_STEPS: usize = 100;

impl Knowledge<'_> {
    pub(super) fn at(&self, package: &Dependency, version: &str) -> Vec<Finding> {
        (self.check)(&[Dependency { version: Some(version.to_owned()), ..package.clone() }])
    }

    pub(super) fn is_newer(&self, ecosystem: &Ecosystem, one: &str, other: &str) -> bool {
        (self.compare)(ecosystem, one, other) == Some(Ordering::Greater)
    }

    /// The versions that the loop comes by from `from`, each with what is still wrong with it. `stay` keeps it on the line.
    pub(super) fn climb(&self, package: &Dependency, from: &str, stay: bool) -> Vec<(String, Vec<Finding>)> {
        let mut trail = vec![(from.to_owned(), self.at(package, from))];
        for _ in 0..MOST_STEPS {
            let Some((version, wrong)) = trail.last() else { break };
            let fits = |fixed: &&str| !stay || same_line(&package.ecosystem, from, fixed);
            let mends = wrong.iter().filter_map(|finding| finding.fixed.as_deref()).filter(fits);
            let newer = mends.filter(|fixed| self.is_newer(&package.ecosystem, fixed, version));
            let Some(next) = self.largest(&package.ecosystem, newer) else { break };
            let wrong = self.at(package, &next);
            trail.push((next, wrong));
        }
        trail
    }

    fn largest<'v>(&self, ecosystem: &Ecosystem, versions: impl Iterator<Item = &'v str>) -> Option<String> {
        versions
            .fold(None, |best: Option<&str>, version| match best {
                Some(best) if !self.is_newer(ecosystem, version, best) => Some(best),
                _ => Some(version),
            })
            .map(str::to_owned)
    }
}
