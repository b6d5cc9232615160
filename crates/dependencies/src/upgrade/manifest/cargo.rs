//! `Cargo.toml`.

use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::raise::{Edited, Raise};
use super::requirement::raised;

const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

pub(super) fn edit(text: &str, raise: Raise<'_>) -> Option<Edited> {
    let mut document: DocumentMut = text.parse().ok()?;
    let mut done = Vec::new();
    let root = document.as_table_mut();
    in_tables(root, raise, &mut done);
    if let Some(workspace) = root.get_mut("workspace").and_then(Item::as_table_like_mut) {
        in_tables(workspace, raise, &mut done);
    }
    if let Some(targets) = root.get_mut("target").and_then(Item::as_table_like_mut) {
        for (_, target) in targets.iter_mut() {
            if let Some(target) = target.as_table_like_mut() {
                in_tables(target, raise, &mut done);
            }
        }
    }
    (!done.is_empty()).then(|| Edited { text: document.to_string(), raised: done })
}

fn in_tables(within: &mut dyn TableLike, raise: Raise<'_>, done: &mut Vec<(String, String)>) {
    for table in TABLES {
        let Some(table) = within.get_mut(table).and_then(Item::as_table_like_mut) else { continue };
        for (key, entry) in table.iter_mut() {
            let renamed = entry.get("package").and_then(Item::as_str);
            if renamed.unwrap_or(key.get()) != raise.package {
                continue;
            }
            let requirement = if entry.is_str() { entry.as_value_mut() } else { version_of(entry) };
            if let Some(requirement) = requirement {
                replace(requirement, raise, done);
            }
        }
    }
}

fn version_of(entry: &mut Item) -> Option<&mut Value> {
    entry.as_table_like_mut()?.get_mut("version")?.as_value_mut()
}

fn replace(value: &mut Value, raise: Raise<'_>, done: &mut Vec<(String, String)>) {
    let Some(old) = value.as_str().map(str::to_owned) else { return };
    let Some(new) = raised(&old, raise) else { return };
    let decor = value.decor().clone();
    *value = Value::from(new.as_str());
    *value.decor_mut() = decor;
    done.push((old, new));
}
