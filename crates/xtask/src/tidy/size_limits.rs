//! A file past 700 lines or a function past 100 has a split waiting.

use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, ItemFn, Signature, TraitItemFn};

use super::fault::Fault;
use crate::repository::Repository;
use crate::syntax;

/// No Rust file or script is longer.
pub const FILE_LIMIT: usize = 700;
/// What a file aims at.
pub const FILE_AIM: usize = 300;
/// No function is longer.
pub const FUNCTION_LIMIT: usize = 100;

/// Finds files and functions that are too long.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Fault> {
    let mut faults: Vec<Fault> = sources(repository)
        .filter(|(_, lines)| *lines > FILE_LIMIT)
        .map(|(path, lines)| {
            Fault::of(path, format!("{lines} lines, more than {FILE_LIMIT}: split it by what its parts do"))
        })
        .collect();
    for (path, text) in repository.rust_files() {
        let mut functions = Functions { path, faults: &mut faults };
        if let Some(file) = syntax::parse(text) {
            functions.visit_file(&file);
        }
    }
    faults
}

/// The files past the aim, for the eye.
pub fn long_files(repository: &Repository) -> impl Iterator<Item = (&str, usize)> {
    sources(repository).filter(|(_, lines)| (FILE_AIM + 1..=FILE_LIMIT).contains(lines))
}

fn sources(repository: &Repository) -> impl Iterator<Item = (&str, usize)> {
    let files = repository.files.iter().filter(|(path, text)| {
        path.ends_with(".rs") || path.ends_with(".rs.jinja") || path.ends_with(".py") || text.starts_with("#!")
    });
    files.map(|(path, text)| (path.as_str(), text.lines().count()))
}

struct Functions<'a> {
    path: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl Functions<'_> {
    fn measure(&mut self, signature: &Signature, body: &Block) {
        let first = signature.fn_token.span.start().line;
        let lines = body.brace_token.span.close().end().line + 1 - first;
        if lines > FUNCTION_LIMIT {
            let name = &signature.ident;
            let says = format!("`{name}` has {lines} lines, more than {FUNCTION_LIMIT}: give its steps names");
            self.faults.push(Fault::at(self.path, first, says));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.measure(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.measure(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.measure(&function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }
}
