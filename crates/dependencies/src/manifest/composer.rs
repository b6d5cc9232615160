//! `composer.json`.

use crate::document::json;
use crate::fault::Fault;
use crate::manifest::wants::Wants;

/// Reads a `composer.json`. PHP itself and its extensions have no vendor, and are left out.
pub(crate) fn read(text: &str) -> Result<Wants, Fault> {
    let document = json::read(text)?;
    let mut wants = Wants::default();
    for (section, dev) in [("require", false), ("require-dev", true)] {
        for (name, node) in document.entries_of(section).iter().filter(|(name, _)| name.contains('/')) {
            wants.want(&name.to_ascii_lowercase(), node.text().unwrap_or_default(), node.line, dev);
        }
    }
    Ok(wants)
}
