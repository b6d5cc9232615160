//! Crates stand on floors, and arrows point down only. Crates of one floor never see each other.

use std::collections::BTreeMap;

use super::fault::Fault;
use crate::repository::{Dependency, Repository};

/// Each floor with its crates, from the top. ARCHITECTURE.md shows the same table.
pub const FLOORS: [(u8, &[&str]); 5] = [
    (4, &["smart-begin"]),
    (3, &["server"]),
    (2, &["app"]),
    (1, &["audit", "blueprint", "delivery", "dependencies", "diagnostics", "report", "scan", "slo", "store", "vault"]),
    (0, &["domain", "merkle", "observe", "outbound", "safe-fs", "source-tree", "subprocess"]),
];

/// Beside the floors, never part of the product: work on this repository, which may look at all of it.
const CHORES: [&str; 2] = ["fuzz-targets", "xtask"];

/// Beside the floors, for tests alone: any crate may name it under `[dev-dependencies]`, and nowhere else.
const FOR_TESTS: &str = "testkit";

const HOME: &str = "crates/xtask/src/tidy/floors.rs";
const DOCUMENT: &str = "ARCHITECTURE.md";

/// Finds arrows that do not point down, and tables that do not agree.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Fault> {
    let mut faults = Vec::new();
    for package in repository.packages.iter().filter(|package| !CHORES.contains(&package.name.as_str())) {
        let manifest = format!("crates/{}/Cargo.toml", package.name);
        let own = if package.name == FOR_TESTS { Some(0) } else { floor(&package.name) };
        let Some(own) = own else {
            faults.push(Fault::of(
                &manifest,
                format!("`{}` stands on no floor: add it to {HOME} and {DOCUMENT}", package.name),
            ));
            continue;
        };
        let ours = package.dependencies.iter().filter(|dependency| dependency.path.is_some());
        faults.extend(ours.filter_map(|to| arrow(&package.name, own, to)).map(|says| Fault::of(&manifest, says)));
    }
    faults.extend(stale(repository));
    faults.extend(document(repository));
    faults
}

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(_, crates)| crates.contains(&name)).map(|(floor, _)| *floor)
}

fn arrow(from: &str, own: u8, to: &Dependency) -> Option<String> {
    let for_tests = to.kind.as_deref() == Some("dev");
    if to.name == FOR_TESTS {
        return (!for_tests).then(|| format!("`{FOR_TESTS}` may only stand under [dev-dependencies]"));
    }
    if CHORES.contains(&to.name.as_str()) {
        return Some(format!("`{}` is no part of the product", to.name));
    }
    match floor(&to.name) {
        Some(theirs) if theirs < own => None,
        Some(theirs) => {
            Some(format!("`{from}` (floor {own}) may not depend on `{}` (floor {theirs}): arrows point down", to.name))
        }
        None => None,
    }
}

fn stale(repository: &Repository) -> impl Iterator<Item = Fault> {
    let exists = |name: &&str| repository.packages.iter().any(|package| package.name == *name);
    let gone = FLOORS.iter().flat_map(|(_, crates)| crates.iter().copied()).filter(move |name| !exists(name));
    gone.map(|name| Fault::of(HOME, format!("there is no crate `{name}`")))
}

/// Compares with the document's table `| Floor | Crates | …`.
fn document(repository: &Repository) -> Vec<Fault> {
    let Some(text) = repository.files.get(DOCUMENT) else {
        return vec![Fault::of(DOCUMENT, "it is missing")];
    };
    let mut shown = BTreeMap::new();
    for line in text.lines() {
        let mut cells = line.trim().trim_matches('|').split('|').map(str::trim);
        if let (Some(Ok(floor)), Some(crates)) = (cells.next().map(str::parse::<u8>), cells.next()) {
            shown.extend(crates.split('`').skip(1).step_by(2).map(|name| (name.to_owned(), floor)));
        }
    }
    let wanted: BTreeMap<String, u8> =
        FLOORS.iter().flat_map(|(floor, crates)| crates.iter().map(|name| ((*name).to_owned(), *floor))).collect();
    let mut faults: Vec<Fault> = wanted
        .iter()
        .filter(|(name, floor)| shown.get(*name) != Some(floor))
        .map(|(name, floor)| Fault::of(DOCUMENT, format!("its table of floors should show `{name}` on floor {floor}")))
        .collect();
    let surplus = shown.keys().filter(|name| !wanted.contains_key(*name));
    faults.extend(
        surplus.map(|name| Fault::of(DOCUMENT, format!("its table of floors shows `{name}`, which {HOME} does not"))),
    );
    faults
}
