//! What a manifest asks for.

use std::collections::HashSet;

/// What a manifest asks for.
#[derive(Debug, Default)]
pub(crate) struct Wants {
    /// The name of what it is the manifest of.
    pub(crate) name: Option<String>,
    pub(crate) wants: Vec<Want>,
}

/// One package that is asked for.
#[derive(Debug)]
pub(crate) struct Want {
    pub(crate) name: String,
    /// The range; empty where any version will do.
    pub(crate) requirement: String,
    pub(crate) line: u32,
    pub(crate) dev: bool,
}

impl Wants {
    pub(crate) fn want(&mut self, name: &str, requirement: &str, line: u32, dev: bool) {
        self.wants.push(Want { name: name.to_owned(), requirement: requirement.to_owned(), line, dev });
    }

    /// The names that are asked for in use, or in development.
    pub(crate) fn names(&self, dev: bool) -> HashSet<&str> {
        self.wants.iter().filter(|want| want.dev == dev).map(|want| want.name.as_str()).collect()
    }
}
