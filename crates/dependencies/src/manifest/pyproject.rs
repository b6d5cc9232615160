//! `pyproject.toml`, as the standards have it and as poetry, pdm and uv wrote before them.

use crate::document::node::Node;
use crate::document::toml;
use crate::fault::Fault;
use crate::manifest::wants::Wants;
use crate::python::{self, Requirement};

/// Reads a `pyproject.toml`.
pub(crate) fn read(text: &str) -> Result<Wants, Fault> {
    let document = toml::read(text)?;
    let mut wants = Wants::default();
    if let Some(project) = document.get("project") {
        wants.name = project.text_of("name").map(str::to_owned);
        list(project.items_of("dependencies"), false, &mut wants);
        project
            .entries_of("optional-dependencies")
            .iter()
            .for_each(|(_, extra)| list(extra.items(), false, &mut wants));
    }
    for (_, group) in document.entries_of("dependency-groups") {
        list(group.items(), true, &mut wants);
    }
    let Some(tool) = document.get("tool") else { return Ok(wants) };
    if let Some(poetry) = tool.get("poetry") {
        wants.name = wants.name.or_else(|| poetry.text_of("name").map(str::to_owned));
        table(poetry.entries_of("dependencies"), false, &mut wants);
        table(poetry.entries_of("dev-dependencies"), true, &mut wants);
        for (name, group) in poetry.entries_of("group") {
            table(group.entries_of("dependencies"), name != "main", &mut wants);
        }
    }
    for tool in ["pdm", "uv"].into_iter().filter_map(|name| tool.get(name)) {
        list(tool.items_of("dev-dependencies"), true, &mut wants);
        tool.entries_of("dev-dependencies").iter().for_each(|(_, group)| list(group.items(), true, &mut wants));
    }
    Ok(wants)
}

/// Whether a group of this name is for development: any but those that an installation has.
pub(crate) fn is_dev_group(name: &str) -> bool {
    matches!(
        name,
        "dev" | "develop" | "development" | "test" | "tests" | "testing" | "lint" | "typing" | "doc" | "docs"
    )
}

fn list(items: &[Node<'_>], dev: bool, wants: &mut Wants) {
    for node in items {
        let Some(requirement) = node.text().and_then(Requirement::parse) else { continue };
        if !requirement.address {
            wants.want(&requirement.name, &requirement.range, node.line, dev);
        }
    }
}

fn table(entries: &[(std::borrow::Cow<'_, str>, Node<'_>)], dev: bool, wants: &mut Wants) {
    for (name, node) in entries {
        let place = ["path", "git", "url"].iter().any(|key| node.get(key).is_some());
        if name != "python" && !place {
            let range = node.text().or_else(|| node.text_of("version")).unwrap_or_default();
            wants.want(&python::normalised(name), range, node.line, dev);
        }
    }
}
