//! Modules that use each other in a circle are one module in several files: none can be read, tested or moved alone.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::fault::Fault;
use super::module_tree::{ModulePath, arrows, read};
use crate::repository::Repository;

type Arrows = BTreeMap<ModulePath, BTreeMap<ModulePath, (String, usize)>>;

/// Finds, in each crate, the shortest circle through each group of modules that reach each other.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Fault> {
    let roots = repository.files.keys().filter(|path| {
        let mut parts = path.split('/');
        (parts.next(), parts.nth(1)) == (Some("crates"), Some("src"))
            && matches!((parts.next(), parts.next()), (Some("lib.rs" | "main.rs"), None))
    });
    roots.flat_map(|root| cycles(&arrows(&read(repository, root)))).collect()
}

fn cycles(arrows: &Arrows) -> Vec<Fault> {
    let mut told: BTreeSet<ModulePath> = BTreeSet::new();
    let mut faults = Vec::new();
    for start in arrows.keys() {
        if told.contains(start) {
            continue;
        }
        if let Some(circle) = shortest_circle(arrows, start) {
            faults.push(describe(arrows, &circle));
            told.extend(circle);
        }
    }
    faults
}

/// The modules of the shortest way from `start` back to itself.
fn shortest_circle(arrows: &Arrows, start: &ModulePath) -> Option<Vec<ModulePath>> {
    let mut came_from: BTreeMap<&ModulePath, &ModulePath> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(at) = waiting.pop_front() {
        for next in arrows.get(at).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                let mut circle = vec![at.clone()];
                while let Some(before) =
                    circle.last().filter(|last| *last != start).and_then(|last| came_from.get(last))
                {
                    circle.push((*before).clone());
                }
                circle.reverse();
                return Some(circle);
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, at);
                waiting.push_back(next);
            }
        }
    }
    None
}

fn describe(arrows: &Arrows, circle: &[ModulePath]) -> Fault {
    let mut says = String::from("modules use each other in a circle:");
    let mut first = None;
    for (from, to) in circle.iter().zip(circle.iter().cycle().skip(1)) {
        if let Some((file, line)) = arrows.get(from).and_then(|to_of| to_of.get(to)) {
            says.push_str(&format!(" {} uses {} ({file}:{line});", name(from), name(to)));
            first.get_or_insert((file.clone(), *line));
        }
    }
    let (file, line) = first.unwrap_or_default();
    Fault::at(file, line, says.trim_end_matches(';'))
}

fn name(module: &ModulePath) -> String {
    if module.is_empty() { "the crate root".to_owned() } else { format!("`{}`", module.join("::")) }
}
