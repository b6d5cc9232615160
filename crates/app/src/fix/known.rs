//! What is known to be wrong with packages, and what a tree depends on.

use std::cmp::Ordering;

use dependencies::upgrade::Knowledge;
use domain::{Dependency, Ecosystem, Finding, NotRun};

/// What is known, for a whole fix.
pub(super) struct Known {
    pub(super) check: Box<dyn Fn(&[Dependency]) -> Vec<Finding>>,
    pub(super) compare: fn(&Ecosystem, &str, &str) -> Option<Ordering>,
    /// What is not known, where that is.
    pub(super) not_run: Vec<NotRun>,
}

impl Known {
    pub(super) fn as_knowledge(&self) -> Knowledge<'_> {
        Knowledge { check: &*self.check, compare: &self.compare }
    }
}
