//! Each rule, shown to find what it is for and to leave the rest alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

mod access_table;
mod advisories;
mod architecture_names;
mod compliance;
mod coverage;
mod floors;
mod forbidden_names;
mod lint;
mod machine_names;
mod module_cycles;
mod openssf;
mod recipe;
mod rules;
mod server_calls;
mod size_limits;
mod thresholds;

use xtask::repository::{Dependency, Package, Repository};
use xtask::tidy::fault::Fault;

/// A repository with these files.
fn files(files: &[(&str, &str)]) -> Repository {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    Repository { files, packages: Vec::new() }
}

/// A crate of the workspace that depends on these, each with its kind.
fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
    let dependencies = dependencies.iter().map(|(name, kind)| Dependency {
        name: (*name).to_owned(),
        kind: kind.map(str::to_owned),
        path: Some(format!("crates/{name}")),
    });
    Package { name: name.to_owned(), dependencies: dependencies.collect() }
}

fn told(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}
