//! Trees of files for tests, and what is found in them in short.

use dependencies::{Inventory, inventory};
use source_tree::{SourceFile, SourceTree};

/// What the files depend on.
pub(crate) fn of(files: &[(&str, &str)]) -> Inventory {
    let files = files.iter().map(|(name, text)| SourceFile::in_memory(*name, text.as_bytes().to_vec()));
    inventory(&SourceTree::of_files(files))
}

/// Each dependency as `file:line ecosystem name version`, with a mark for what is known of it: `+` direct, `-` not, `?` unknown,
/// and `dev`.
pub(crate) fn lines(inventory: &Inventory) -> Vec<String> {
    let line = |package: &domain::Dependency| {
        let direct = match package.direct {
            Some(true) => "+",
            Some(false) => "-",
            None => "?",
        };
        let version =
            package.version.clone().unwrap_or_else(|| format!("({})", package.requirement.as_deref().unwrap_or("")));
        let place = package.line.map_or_else(|| package.file.clone(), |line| format!("{}:{line}", package.file));
        let dev = if package.dev { " dev" } else { "" };
        format!("{place} {} {} {version} {direct}{dev}", package.ecosystem.label(), package.name)
    };
    inventory.dependencies.iter().map(line).collect()
}

/// The relations as `name>name`.
pub(crate) fn relations(inventory: &Inventory) -> Vec<String> {
    let name = |index: usize| inventory.dependencies[index].name.as_str();
    inventory.relations.iter().map(|(from, to)| format!("{}>{}", name(*from), name(*to))).collect()
}

/// What one file depends on, where all is understood.
#[track_caller]
pub(crate) fn check(files: &[(&str, &str)], expected: &[&str]) -> Inventory {
    let found = of(files);
    assert_eq!(lines(&found), expected, "{:#?}", found.not_run);
    found
}
