//! What an upgrade is made with.

use dependencies::upgrade::Knowledge;
use source_tree::SourceTree;

use crate::fix::copy::Copy;
use crate::fix::tools::{Tools, Trouble};

/// The tools, the copy, and what is known.
#[derive(Clone, Copy)]
pub(in crate::fix) struct Workshop<'a> {
    pub(in crate::fix) tools: &'a Tools<'a>,
    pub(in crate::fix) copy: &'a Copy,
    /// The files of the commit.
    pub(in crate::fix) tree: &'a SourceTree,
    pub(in crate::fix) known: Knowledge<'a>,
    /// Whether the tools may ask their registries.
    pub(in crate::fix) network: bool,
}

impl Workshop<'_> {
    pub(super) fn needs_network(self) -> Result<(), Trouble> {
        if self.network {
            return Ok(());
        }
        Err(Trouble("the registry may not be asked (checks.fix_network)".to_owned()))
    }

    pub(super) fn needs(self, program: &str) -> Result<(), Trouble> {
        if self.tools.has(program) {
            return Ok(());
        }
        Err(Trouble(format!("the program {program} is not on this machine")))
    }
}

pub(super) fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

pub(super) fn beside(name: &str, other: &str) -> String {
    match folder_of(name) {
        "" => other.to_owned(),
        folder => format!("{folder}/{other}"),
    }
}
