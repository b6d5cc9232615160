//! The modules of one crate and what they use of each other, read from its files.
//!
//! A node is a file. Modules written inside a file belong to it; what is there for tests alone is left out.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Ident, Item, ItemMod, ItemUse, UseTree, Visibility};

use crate::repository::Repository;
use crate::syntax;

/// A path from the root of the crate: `["a", "b"]` for `crate::a::b`.
pub(super) type ModulePath = Vec<String>;

/// One module of the crate.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// The file it stands in.
    pub(super) file: String,
    /// The module of that file: itself, unless it is written inside one.
    pub(super) node: ModulePath,
    declares: BTreeSet<String>,
    exports: Vec<Export>,
    uses: Vec<Use>,
}

/// A path that code uses, from the root of the crate, with its line.
#[derive(Debug)]
struct Use {
    path: ModulePath,
    line: usize,
}

/// A `pub use`: the name it gives, or `None` for all names of the module it points at.
#[derive(Debug)]
struct Export {
    name: Option<String>,
    path: ModulePath,
    line: usize,
}

/// The modules of one crate by their path.
pub(super) type Tree = BTreeMap<ModulePath, Module>;

/// Reads the crate whose root file is `root`.
pub(super) fn read(repository: &Repository, root: &str) -> Tree {
    let mut tree = Tree::new();
    let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
    read_file(repository, root, folder, &[], &mut tree);
    tree
}

/// Reads a module's file; `folder` is where the files of its children lie.
fn read_file(repository: &Repository, file: &str, folder: &str, path: &[String], tree: &mut Tree) {
    let Some(parsed) = repository.files.get(file).and_then(|text| syntax::parse(text)) else { return };
    let mut children = Vec::new();
    read_items(&parsed.items, file, path, path, tree, &mut children);
    for child in children {
        let name = child.last().cloned().unwrap_or_default();
        // `mod` within a module written in a file looks one folder deeper for each.
        let deeper: String = child[path.len()..child.len() - 1].iter().map(|part| format!("{part}/")).collect();
        let beside = format!("{folder}/{deeper}{name}");
        let candidates = [format!("{beside}.rs"), format!("{beside}/mod.rs")];
        if let Some(found) = candidates.iter().find(|file| repository.files.contains_key(*file)) {
            read_file(repository, found, &beside, &child, tree);
        }
    }
}

fn read_items(
    items: &[Item],
    file: &str,
    path: &[String],
    node: &[String],
    tree: &mut Tree,
    children: &mut Vec<ModulePath>,
) {
    let items: Vec<&Item> = items.iter().filter(|item| !syntax::for_tests(syntax::attributes(item))).collect();
    let child_names = items.iter().filter_map(|item| match item {
        Item::Mod(module) => Some(module.ident.to_string()),
        _ => None,
    });
    let mut reader =
        Reader { path, children: child_names.collect(), firsts: BTreeSet::new(), module: Module::default() };
    for item in &items {
        match item {
            Item::Mod(ItemMod { ident, content, .. }) => {
                let child = [path, &[ident.to_string()]].concat();
                match content {
                    Some((_, inner)) => read_items(inner, file, &child, node, tree, children),
                    None => children.push(child),
                }
            }
            item => {
                reader.module.declares.extend(syntax::declared(item).map(ToString::to_string));
                reader.visit_item(item);
            }
        }
    }
    let Reader { firsts, mut module, .. } = reader;
    // A name that came in by `pub use` and is used here too is a use like any other.
    let used = module.exports.iter().filter(|export| export.name.as_ref().is_some_and(|name| firsts.contains(name)));
    let used: Vec<Use> = used.map(|export| Use { path: export.path.clone(), line: export.line }).collect();
    module.uses.extend(used);
    module.file = file.to_owned();
    module.node = node.to_vec();
    tree.insert(path.to_vec(), module);
}

/// Collects the paths that lead to other modules of the crate.
struct Reader<'a> {
    path: &'a [String],
    children: BTreeSet<String>,
    firsts: BTreeSet<String>,
    module: Module,
}

impl Reader<'_> {
    /// The path from the root of the crate, or nothing where it leads out of the crate or stays here.
    fn absolute(&self, segments: &[&Ident]) -> Option<ModulePath> {
        let words: Vec<String> = segments.iter().map(ToString::to_string).collect();
        let first = words.first()?.as_str();
        let ups = words.iter().take_while(|word| *word == "super").count();
        let own = usize::from(first == "self");
        match first {
            "crate" => Some(words[1..].to_vec()),
            "self" | "super" => {
                let ups = if own == 1 { words[1..].iter().take_while(|word| *word == "super").count() } else { ups };
                let base = self.path.len().checked_sub(ups)?;
                Some([&self.path[..base], &words[own + ups..]].concat())
            }
            child if self.children.contains(child) => Some([self.path, &words[..]].concat()),
            _ => None,
        }
    }

    fn record(&mut self, segments: &[&Ident]) {
        if let Some(path) = self.absolute(segments) {
            let line = segments.first().map_or(0, |first| first.span().start().line);
            self.module.uses.push(Use { path, line });
        }
    }

    fn imported(&mut self, tree: &UseTree, before: &[&Ident], exported: bool) {
        let (segments, name) = match tree {
            UseTree::Path(path) => return self.imported(&path.tree, &[before, &[&path.ident]].concat(), exported),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.imported(tree, before, exported);
                }
                return;
            }
            UseTree::Name(name) if name.ident == "self" => (before.to_vec(), before.last().map(ToString::to_string)),
            UseTree::Name(name) => ([before, &[&name.ident]].concat(), Some(name.ident.to_string())),
            UseTree::Rename(name) => ([before, &[&name.ident]].concat(), Some(name.rename.to_string())),
            UseTree::Glob(_) => (before.to_vec(), None),
        };
        if !exported {
            self.record(&segments);
        } else if let Some(path) = self.absolute(&segments) {
            let line = segments.first().map_or(0, |first| first.span().start().line);
            self.module.exports.push(Export { name, path, line });
        }
    }

    /// Paths within a macro call, which the parser leaves as tokens.
    fn tokens(&mut self, stream: TokenStream) {
        let mut path: Vec<Ident> = Vec::new();
        let mut colons = 0;
        for token in stream {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.token_path(&path);
                        path.clear();
                    }
                    path.push(name);
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                other => {
                    self.token_path(&path);
                    path.clear();
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.token_path(&path);
    }

    fn token_path(&mut self, path: &[Ident]) {
        self.firsts.extend(path.first().map(ToString::to_string));
        if path.len() > 1 {
            self.record(&path.iter().collect::<Vec<_>>());
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !syntax::for_tests(syntax::attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let exported = !matches!(item.vis, Visibility::Inherited);
        self.imported(&item.tree, &[], exported);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
        self.firsts.extend(segments.first().map(ToString::to_string));
        if segments.len() > 1 {
            self.record(&segments);
        }
        visit::visit_path(self, path);
    }

    /// `pub(in crate::a)` names a module without using it.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }
}

/// The arrows from file to file, each with one place where it is drawn.
pub(super) fn arrows(tree: &Tree) -> BTreeMap<ModulePath, BTreeMap<ModulePath, (String, usize)>> {
    let mut arrows: BTreeMap<ModulePath, BTreeMap<ModulePath, (String, usize)>> = BTreeMap::new();
    for module in tree.values() {
        for used in &module.uses {
            if let Some(target) = home(tree, &used.path, 0).filter(|target| *target != module.node) {
                let to = arrows.entry(module.node.clone()).or_default();
                to.entry(target).or_insert_with(|| (module.file.clone(), used.line));
            }
        }
    }
    arrows
}

/// The file that declares what a path leads to, followed through `pub use`.
fn home(tree: &Tree, path: &[String], depth: usize) -> Option<ModulePath> {
    let length = (0..=path.len()).rev().find(|length| tree.contains_key(&path[..*length]))?;
    let module = tree.get(&path[..length])?;
    let Some(name) = path.get(length).filter(|_| depth < 16) else { return Some(module.node.clone()) };
    if module.declares.contains(name) {
        return Some(module.node.clone());
    }
    let named = module.exports.iter().find(|export| export.name.as_ref() == Some(name));
    if let Some(export) = named {
        return home(tree, &[&export.path[..], &path[length + 1..]].concat(), depth + 1);
    }
    let mut all = module.exports.iter().filter(|export| export.name.is_none());
    let through = all.find(|export| tree.get(&export.path).is_some_and(|target| target.declares.contains(name)));
    Some(through.and_then(|export| tree.get(&export.path)).unwrap_or(module).node.clone())
}
