//! A drawer for odds and ends grows until nobody finds anything in it. So no file, folder, module or type is called one.

use syn::Item;
use syn::spanned::Spanned as _;
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
    for path in repository.files.keys() {
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
    let mut words = String::new();
    let mut before_is_small = false;
    for letter in name.chars() {
        if letter.is_uppercase() && before_is_small {
            words.push(' ');
        }
        before_is_small = letter.is_lowercase();
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
        if let Some(name) = syntax::declared(item).filter(|_| names_a_thing).map(ToString::to_string)
            && let Some(word) = forbidden(&name)
        {
            self.faults.push(Fault::at(self.path, item.span().start().line, says(&name, word)));
        }
        visit::visit_item(self, item);
    }
}
