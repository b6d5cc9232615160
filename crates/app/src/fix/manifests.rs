//! Raises what a project's manifests ask for.

use dependencies::upgrade::{Knowledge, Upgrade, edit_manifest};
use domain::Ecosystem;
use source_tree::SourceTree;

/// Files larger than this are no manifest that somebody wrote.
const MOST_BYTES: u64 = 4 << 20;

/// A file with what is to be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) file: String,
    pub(super) before: String,
    pub(super) after: String,
}

/// The manifests that ask for the package, raised. `text_of` reads a file as it is now.
pub(super) fn raise(
    tree: &SourceTree,
    upgrade: &Upgrade,
    known: Knowledge<'_>,
    text_of: &dyn Fn(&str) -> Option<String>,
) -> Vec<Change> {
    let Some(to) = &upgrade.to else { return Vec::new() };
    let names = tree.files().iter().map(|file| file.name.as_str());
    let asks = names.filter(|name| is_manifest(&upgrade.ecosystem, name) && is_of(upgrade, name));
    asks.filter_map(|name| {
        let before = text_of(name)?;
        // A pin with hashes is replaced whole, when they are known.
        if before.contains("--hash=") {
            return None;
        }
        let edited = edit_manifest(name, &before, &upgrade.ecosystem, &upgrade.package, (&upgrade.from, to), known)?;
        Some(Change { file: name.to_owned(), before, after: edited.text })
    })
    .collect()
}

fn is_manifest(ecosystem: &Ecosystem, name: &str) -> bool {
    let base = base(name);
    match ecosystem.as_str() {
        Ecosystem::CARGO => base == "Cargo.toml",
        Ecosystem::NPM => base == "package.json" && !name.split('/').any(|part| part == "node_modules"),
        Ecosystem::GO => base == "go.mod",
        Ecosystem::PYPI => base == "pyproject.toml" || is_requirements(name),
        _ => false,
    }
}

/// A list of requirements as pip reads it.
pub(super) fn is_requirements(name: &str) -> bool {
    let base = base(name);
    let listed = base.ends_with(".txt") || base.ends_with(".in") || base.ends_with(".lock");
    listed && (base.contains("requirements") || base.contains("constraints"))
}

/// Whether a manifest belongs to what names the vulnerable version: it is that file, or lies where that file counts.
fn is_of(upgrade: &Upgrade, name: &str) -> bool {
    let beneath = |lock: &String| {
        let folder = lock.rsplit_once('/').map_or("", |(folder, _)| folder);
        folder.is_empty() || name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    upgrade.files.iter().any(|file| file == name || beneath(file))
}

pub(super) fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The text of a file of a tree.
pub(super) fn text_in(tree: &SourceTree, name: &str) -> Option<String> {
    String::from_utf8(tree.file(name)?.read(MOST_BYTES).ok()?).ok()
}
