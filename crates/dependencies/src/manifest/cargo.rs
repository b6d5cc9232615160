//! `Cargo.toml`.

use crate::document::node::Node;
use crate::document::toml;
use crate::fault::Fault;
use crate::manifest::wants::Wants;

/// Reads a `Cargo.toml`. A dependency by path has no version to look up, and is left out.
pub(crate) fn read(text: &str) -> Result<Wants, Fault> {
    let document = toml::read(text)?;
    let mut wants = Wants {
        name: document.get("package").and_then(|package| package.text_of("name")).map(str::to_owned),
        ..Wants::default()
    };
    section(&document, &mut wants);
    document.entries_of("target").iter().for_each(|(_, target)| section(target, &mut wants));
    if let Some(workspace) = document.get("workspace") {
        // Members take from here by name; whether for development, they alone tell.
        let shared = Wants::default();
        let mut shared = Wants { name: None, ..shared };
        table(workspace, "dependencies", false, &mut shared);
        if wants.name.is_none() {
            wants.wants = shared.wants;
        }
    }
    Ok(wants)
}

fn section(holder: &Node<'_>, wants: &mut Wants) {
    table(holder, "dependencies", false, wants);
    table(holder, "build-dependencies", false, wants);
    table(holder, "build_dependencies", false, wants);
    table(holder, "dev-dependencies", true, wants);
    table(holder, "dev_dependencies", true, wants);
}

fn table(holder: &Node<'_>, key: &str, dev: bool, wants: &mut Wants) {
    for (name, node) in holder.entries_of(key) {
        let name = node.text_of("package").unwrap_or(name);
        let requirement = node.text().or_else(|| node.text_of("version")).unwrap_or_default();
        if node.get("path").is_none() || !requirement.is_empty() {
            wants.want(name, requirement, node.line, dev);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn sections_tell_what_is_for_development() {
        let text = "[package]\nname = \"me\"\n[dependencies]\na = \"1\"\nb = { package = \"real-b\", version = \"2\" }\nown = { path = \"x\" }\n\
                    [dev-dependencies]\nc = \"3\"\n[target.'cfg(unix)'.dependencies]\nd = { version = \"4\" }\n";
        let wants = read(text).unwrap();
        let shown: Vec<_> =
            wants.wants.iter().map(|w| (w.name.as_str(), w.requirement.as_str(), w.line, w.dev)).collect();
        assert_eq!(
            shown,
            [("a", "1", 4, false), ("real-b", "2", 5, false), ("c", "3", 8, true), ("d", "4", 10, false)]
        );
        assert_eq!(wants.name.as_deref(), Some("me"));
    }
}
