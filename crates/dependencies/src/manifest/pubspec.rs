//! `pubspec.yaml`.

use crate::document::yaml;
use crate::fault::Fault;
use crate::manifest::wants::Wants;

/// Reads a `pubspec.yaml`. What comes with the SDK, from a folder or a repository is left out.
pub(crate) fn read(text: &str) -> Result<Wants, Fault> {
    let documents = yaml::read(text)?;
    let mut wants = Wants::default();
    let Some(document) = documents.first() else { return Ok(wants) };
    for (section, dev) in [("dependencies", false), ("dev_dependencies", true)] {
        for (name, node) in document.entries_of(section) {
            let range = node.text().or_else(|| node.text_of("version")).unwrap_or_default();
            if !node.is_map() || !range.is_empty() {
                wants.want(name, range, node.line, dev);
            }
        }
    }
    Ok(wants)
}
