//! `pyproject.toml`: the standard's lists of requirements, and Poetry's tables.

use toml_edit::{Array, DocumentMut, Item, Table, Value};

use super::raise::{Edited, Raise};
use super::requirement::{raised, raised_python};
use super::requirements::raised_line;

pub(super) fn edit(text: &str, raise: Raise<'_>) -> Option<Edited> {
    let mut document: DocumentMut = text.parse().ok()?;
    let mut done = Vec::new();
    let root = document.as_table_mut();
    for list in lists(root) {
        in_list(list, raise, &mut done);
    }
    for table in poetry(root) {
        in_poetry(table, raise, &mut done);
    }
    (!done.is_empty()).then(|| Edited { text: document.to_string(), raised: done })
}

fn lists(root: &mut Table) -> Vec<&mut Array> {
    let mut lists = Vec::new();
    for (key, item) in root.iter_mut() {
        match key.get() {
            "project" => {
                for (key, item) in item.as_table_like_mut().into_iter().flat_map(|table| table.iter_mut()) {
                    match key.get() {
                        "dependencies" => lists.extend(item.as_array_mut()),
                        "optional-dependencies" => lists.extend(arrays(item)),
                        _ => {}
                    }
                }
            }
            "dependency-groups" => lists.extend(arrays(item)),
            _ => {}
        }
    }
    lists
}

fn arrays(item: &mut Item) -> impl Iterator<Item = &mut Array> {
    item.as_table_like_mut().into_iter().flat_map(|table| table.iter_mut().filter_map(|(_, item)| item.as_array_mut()))
}

fn in_list(list: &mut Array, raise: Raise<'_>, done: &mut Vec<(String, String)>) {
    for value in list.iter_mut() {
        let Some(old) = value.as_str().map(str::to_owned) else { continue };
        if let Some(new) = raised_line(&old, raise) {
            replace(value, &new);
            done.push((old, new));
        }
    }
}

fn poetry(root: &mut Table) -> Vec<&mut dyn toml_edit::TableLike> {
    let tool = root.get_mut("tool").and_then(|tool| tool.as_table_like_mut()?.get_mut("poetry"));
    let Some(tool) = tool.and_then(Item::as_table_like_mut) else { return Vec::new() };
    let mut tables = Vec::new();
    for (key, item) in tool.iter_mut() {
        match key.get() {
            "dependencies" | "dev-dependencies" => tables.extend(item.as_table_like_mut()),
            "group" => {
                let groups = item.as_table_like_mut().into_iter().flat_map(|groups| groups.iter_mut());
                tables.extend(
                    groups.filter_map(|(_, group)| {
                        group.as_table_like_mut()?.get_mut("dependencies")?.as_table_like_mut()
                    }),
                );
            }
            _ => {}
        }
    }
    tables
}

fn in_poetry(table: &mut dyn toml_edit::TableLike, raise: Raise<'_>, done: &mut Vec<(String, String)>) {
    for (key, entry) in table.iter_mut() {
        if super::requirements::normalised(key.get()) != raise.package {
            continue;
        }
        let value = if entry.is_str() {
            entry.as_value_mut()
        } else {
            entry.as_table_like_mut().and_then(|entry| entry.get_mut("version")?.as_value_mut())
        };
        let Some(value) = value else { continue };
        let Some(old) = value.as_str().map(str::to_owned) else { continue };
        if let Some(new) = raised(&old, raise).or_else(|| raised_python(&old, raise)) {
            replace(value, &new);
            done.push((old, new));
        }
    }
}

fn replace(value: &mut Value, new: &str) {
    let decor = value.decor().clone();
    *value = Value::from(new);
    *value.decor_mut() = decor;
}
