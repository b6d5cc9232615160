//! What the rules look at: the files of the repository and the packages that cargo sees, read once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::{Failure, tool};

/// The repository as the rules see it.
#[derive(Debug, Default)]
pub struct Repository {
    /// Text files by their path from the root: those in git and those that are not ignored.
    pub files: BTreeMap<String, String>,
    /// The packages of the workspace.
    pub packages: Vec<Package>,
}

/// A package of the workspace, as `cargo metadata` tells it.
#[derive(Clone, Debug, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
}

/// An arrow from one package to another.
#[derive(Clone, Debug, Deserialize)]
pub struct Dependency {
    /// The name of the other package.
    pub name: String,
    /// `None` for a normal one, else `dev` or `build`.
    pub kind: Option<String>,
    /// Set for the packages of this workspace.
    pub path: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

impl Repository {
    /// Reads the repository at `root`.
    ///
    /// # Errors
    /// When git or cargo cannot list it.
    pub fn read(root: &Path) -> Result<Self, Failure> {
        let list = tool::text(tool::command("git").current_dir(root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]))?;
        let files = list
            .split('\0')
            .filter(|path| !path.is_empty())
            // A file may be gone though git still lists it, and binary files are nobody's subject here.
            .filter_map(|path| Some((path.to_owned(), fs::read_to_string(root.join(path)).ok()?)))
            .collect();
        let metadata = tool::text(tool::command("cargo").current_dir(root).args([
            "metadata",
            "--format-version=1",
            "--no-deps",
            "--locked",
        ]))?;
        let metadata: Metadata = serde_json::from_str(&metadata)
            .map_err(|fault| Failure::because("cargo metadata is not understood", fault))?;
        Ok(Self { files, packages: metadata.packages })
    }

    /// The Rust files of our crates, tests included.
    pub fn rust_files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .filter(|(path, _)| path.starts_with("crates/") && path.ends_with(".rs"))
    }

    /// The crate that a path of ours belongs to.
    #[must_use]
    pub fn crate_of(path: &str) -> Option<&str> {
        path.strip_prefix("crates/")?.split('/').next()
    }
}
