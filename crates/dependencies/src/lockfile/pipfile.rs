//! `Pipfile.lock`, with the `Pipfile` beside it.

use domain::Ecosystem;

use crate::document::{json, toml};
use crate::fault::Fault;
use crate::found::Found;
use crate::python;
use crate::sources::Input;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let document = json::read(input.text)?;
    if document.get("_meta").is_none() && document.get("default").is_none() {
        return Err(Fault::new("it has neither _meta nor default"));
    }
    let manifest = input.beside("Pipfile");
    let asked = manifest.as_deref().and_then(|text| toml::read(text).ok());
    for (section, of_manifest, dev) in [("default", "packages", false), ("develop", "dev-packages", true)] {
        for (name, node) in document.entries_of(section) {
            let Some(version) = node.text_of("version").and_then(python::pin) else { continue };
            let name = python::normalised(name);
            let Some(index) = found.add(Ecosystem::PYPI, &name, &version, node.line) else { continue };
            found.dependencies[index].dev = dev;
            let wanted = |asked: &crate::document::node::Node<'_>| {
                asked.entries_of(of_manifest).iter().any(|(wanted, _)| python::normalised(wanted) == name)
            };
            found.dependencies[index].direct = asked.as_ref().map(wanted);
        }
    }
    Ok(())
}
