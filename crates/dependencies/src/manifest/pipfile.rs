//! `Pipfile`.

use crate::document::toml;
use crate::fault::Fault;
use crate::manifest::wants::Wants;
use crate::python;

/// Reads a `Pipfile`. What comes from a folder or repository has no version to look up, and is left out.
pub(crate) fn read(text: &str) -> Result<Wants, Fault> {
    let document = toml::read(text)?;
    let mut wants = Wants::default();
    for (section, dev) in [("packages", false), ("dev-packages", true)] {
        for (name, node) in document.entries_of(section) {
            let range = node.text().or_else(|| node.text_of("version")).unwrap_or_default();
            if !node.is_map() || !range.is_empty() {
                wants.want(&python::normalised(name), range, node.line, dev);
            }
        }
    }
    Ok(wants)
}
