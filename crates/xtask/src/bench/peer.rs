//! The peer: the same tool on the TypeScript SDK, laid out where Node.js finds its packages.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use super::workshop::Workshop;
use crate::Failure;

const FILES: [(&str, &str); 3] = [
    ("tool.mjs", include_str!("peer/tool.mjs")),
    ("stdio.mjs", include_str!("peer/stdio.mjs")),
    ("http.mjs", include_str!("peer/http.mjs")),
];

/// The peer's scripts, and the bundle of files it answers from.
pub(super) struct Peer {
    folder: PathBuf,
    bundle: PathBuf,
}

impl Peer {
    pub(super) fn lay_out(workshop: &Workshop<'_>, bundle: PathBuf) -> Result<Self, Failure> {
        for (name, text) in FILES {
            workshop.write(&format!("peer/{name}"), text)?;
        }
        let folder = workshop.path("peer");
        let linked = symlink(&workshop.programs.node_modules, folder.join("node_modules"));
        linked.map_err(|fault| Failure::because("a link to the packages of npm", fault))?;
        Ok(Self { folder, bundle })
    }

    /// On its standard streams.
    pub(super) fn on_stdio(&self, workshop: &Workshop<'_>) -> Command {
        self.command(workshop, "stdio.mjs")
    }

    /// Over HTTP, at a port of its choice that it tells on stderr.
    pub(super) fn on_http(&self, workshop: &Workshop<'_>) -> Command {
        self.command(workshop, "http.mjs")
    }

    fn command(&self, workshop: &Workshop<'_>, script: &str) -> Command {
        let mut command = workshop.command(&workshop.programs.node);
        command.arg(self.folder.join(script)).env("BENCH_BUNDLE", &self.bundle).env("NODE_ENV", "production");
        command
    }
}
