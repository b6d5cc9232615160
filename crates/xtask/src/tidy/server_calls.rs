//! The two faces cannot differ while the command line calls `app` and not `server`; only `serve` starts the server.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::fault::Fault;
use crate::repository::Repository;
use crate::syntax;

const CLI: &str = "crates/smart-begin/src/";
/// `compliance` looks at the edge without serving anybody.
const HOME: [&str; 3] = [
    "crates/smart-begin/src/cli/serve.rs",
    "crates/smart-begin/src/cli/serve/",
    "crates/smart-begin/src/cli/compliance/edge.rs",
];

/// Finds uses of `server` elsewhere in the binary.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Fault> {
    let mut faults = Vec::new();
    let files = repository.rust_files().filter(|(path, _)| path.starts_with(CLI));
    for (path, text) in files.filter(|(path, _)| !HOME.iter().any(|home| path.starts_with(home))) {
        if let Some(file) = syntax::parse(text) {
            Uses { path, faults: &mut faults }.visit_file(&file);
        }
    }
    faults
}

struct Uses<'a> {
    path: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl Uses<'_> {
    fn found(&mut self, first: &syn::Ident) {
        if first == "server" {
            let says = "only cli/serve.rs may use `server`; everything else calls `app`";
            self.faults.push(Fault::at(self.path, first.span().start().line, says));
        }
    }

    fn tokens(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        for (place, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(name) if starts_path(&tokens, place) => self.found(name),
                _ => {}
            }
        }
    }
}

/// An identifier with `::` after it and none before it.
fn starts_path(tokens: &[TokenTree], place: usize) -> bool {
    let colon = |at: Option<usize>| matches!(at.and_then(|at| tokens.get(at)), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    colon(Some(place + 1)) && colon(Some(place + 2)) && !colon(place.checked_sub(1))
}

impl<'ast> Visit<'ast> for Uses<'_> {
    fn visit_use_path(&mut self, tree: &'ast syn::UsePath) {
        // Only the first segment: a module of another crate may bear the same name.
        self.found(&tree.ident);
    }

    fn visit_use_name(&mut self, tree: &'ast syn::UseName) {
        self.found(&tree.ident);
    }

    fn visit_use_rename(&mut self, tree: &'ast syn::UseRename) {
        self.found(&tree.ident);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let Some(first) = path.segments.first().filter(|_| path.segments.len() > 1) {
            self.found(&first.ident);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
    }
}
