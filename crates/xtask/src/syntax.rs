//! Reading Rust files: which names they declare, and which items are there for tests alone.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Attribute, Ident, Item};

use crate::repository::Repository;

/// A parsed file, or nothing for one that rustc will refuse anyway.
#[must_use]
pub fn parse(text: &str) -> Option<syn::File> {
    syn::parse_file(text).ok()
}

/// Whether an item exists only when tests are built.
#[must_use]
pub fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).any(|attribute| {
        let words = attribute.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
        let mut words = words.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let first = words.clone().next();
        first != Some("not") && words.any(|word| word == "test")
    })
}

/// The attributes of any item.
#[must_use]
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The name that an item declares in its module.
#[must_use]
pub fn declared(item: &Item) -> Option<&Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Macro(item) => item.ident.as_ref(),
        Item::Mod(item) => Some(&item.ident),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}

/// Every name that the crates declare, with the crate: items, variants and methods.
#[must_use]
pub fn declared_names(repository: &Repository) -> BTreeSet<(String, String)> {
    let mut names = BTreeSet::new();
    for (path, text) in repository.rust_files() {
        let Some((file, of)) = parse(text).zip(Repository::crate_of(path)) else { continue };
        let mut all = Names(Vec::new());
        all.visit_file(&file);
        names.extend(all.0.into_iter().map(|name| (of.replace('-', "_"), name)));
    }
    names
}

struct Names(Vec<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        self.0.extend(declared(item).map(ToString::to_string));
        visit::visit_item(self, item);
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.0.push(variant.ident.to_string());
    }

    fn visit_impl_item_fn(&mut self, method: &'ast syn::ImplItemFn) {
        self.0.push(method.sig.ident.to_string());
    }

    fn visit_trait_item_fn(&mut self, method: &'ast syn::TraitItemFn) {
        self.0.push(method.sig.ident.to_string());
    }
}
