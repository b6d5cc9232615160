//! What was installed is not what a project asks for: the lockfiles of installed packages are those of their authors.

use crate::sources::Sources;

/// Folders that package managers fill and nobody writes in.
const FILLED: [&str; 6] =
    ["node_modules", "bower_components", "site-packages", "dist-packages", ".yarn", ".pnpm-store"];

/// What lies beside a folder `vendor` that a package manager fills.
const VENDORING: [&str; 4] = ["composer.json", "go.mod", "Gemfile", "Cargo.toml"];

/// Whether a file lies among installed packages.
pub(crate) fn is_installed(name: &str, sources: Sources<'_>) -> bool {
    let mut start = 0;
    for part in name.split('/') {
        let beside = |manifest: &str| sources.has(&format!("{}{manifest}", &name[..start]));
        if FILLED.contains(&part) || (part == "vendor" && VENDORING.into_iter().any(beside)) {
            return true;
        }
        start += part.len() + 1;
    }
    false
}
