//! Which CI systems have files in a tree.

use source_tree::SourceTree;

use super::pipeline::SYSTEMS;
use super::workflow::is_workflow;

/// The systems that have files here, with these files.
#[must_use]
pub(crate) fn ci_systems(tree: &SourceTree) -> Vec<(&'static str, Vec<&str>)> {
    let names = |is: &dyn Fn(&str) -> bool| -> Vec<&str> {
        tree.files().iter().map(|file| file.name.as_str()).filter(|name| is(name)).collect()
    };
    let forges = [("GitHub Actions", ".github/"), ("Gitea Actions", ".gitea/"), ("Forgejo Actions", ".forgejo/")];
    let mut found: Vec<(&'static str, Vec<&str>)> = forges
        .into_iter()
        .map(|(system, folder)| (system, names(&|name| name.starts_with(folder) && is_workflow(name))))
        .collect();
    found.extend(SYSTEMS.iter().map(|system| (system.name, names(&|name| (system.is)(name)))));
    found.retain(|(_, files)| !files.is_empty());
    found
}
