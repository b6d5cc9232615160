//! A drawer for odds and ends grows until nobody finds anything in it. So no file, folder, module or type is called one.

use syn::Item;
use syn::visit::{self, Visit};

use super::fault::Fault;
use crate::repository::Repository;
use crate::syntax;

/// Words that say nothing about what is inside.
pub const FORBIDDEN: [&str; 10] =
    ["util", "utils", "common", "commons", "helper", "helpers", "misc", "manager", "managers", "utilities"];

/// Finds such names.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Fault> {
    let mut faults = Vec::new();
    // A snapshot bears the whole name of its test, which is a sentence.
    for path in repository.files.keys().filter(|path| !path.ends_with(".snap")) {
        for part in path.split('/') {
            let stem = part.split('.').find(|stem| !stem.is_empty()).unwrap_or(part);
            faults.extend(forbidden(stem).map(|word| Fault::of(path, says(part, word))));
        }
    }
    for (path, text) in repository.rust_files() {
        if let Some(file) = syntax::parse(text) {
            Declarations { path, faults: &mut faults }.visit_file(&file);
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

fn says(name: &str, word: &str) -> String {
    format!("`{name}`: \"{word}\" does not say what is inside; name it after what it does")
}

/// The forbidden word in a name, whichever way its words are joined.
fn forbidden(name: &str) -> Option<&'static str> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let small = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|letter| letter.is_lowercase());
        // `TaskManager` and `HTTPManager` both have a word that starts with the M.
        if letter.is_uppercase() && (small(place.checked_sub(1)) || small(Some(place + 1))) {
            words.push(' ');
        }
        words.push(if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' });
    }
    FORBIDDEN.into_iter().find(|word| words.split(' ').any(|part| part == *word))
}

struct Declarations<'a> {
    path: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl<'ast> Visit<'ast> for Declarations<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let names_a_thing = matches!(
            item,
            Item::Mod(_) | Item::Struct(_) | Item::Enum(_) | Item::Trait(_) | Item::Type(_) | Item::Union(_)
        );
        if let Some(name) = syntax::declared(item).filter(|_| names_a_thing)
            && let Some(word) = forbidden(&name.to_string())
        {
            self.faults.push(Fault::at(self.path, name.span().start().line, says(&name.to_string(), word)));
        }
        visit::visit_item(self, item);
    }
}
