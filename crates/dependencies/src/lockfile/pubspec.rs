//! `pubspec.lock` of Dart and Flutter.

use domain::Ecosystem;

use crate::document::yaml;
use crate::fault::Fault;
use crate::found::Found;
use crate::sources::Input;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let documents = yaml::read(input.text)?;
    let document = documents.first().filter(|document| document.get("packages").is_some());
    let Some(document) = document else { return Err(Fault::new("it has no packages")) };
    for (name, node) in document.entries_of("packages") {
        let source = node.text_of("source").unwrap_or_default();
        // What comes with the SDK or lies in a folder has no version of its own.
        let Some(version) = node.text_of("version").filter(|_| !matches!(source, "sdk" | "path")) else { continue };
        let Some(index) = found.add(Ecosystem::PUB, name, version, node.line) else { continue };
        let kind = node.text_of("dependency").unwrap_or_default();
        found.dependencies[index].direct = Some(kind.starts_with("direct"));
        found.dependencies[index].dev = kind == "direct dev";
    }
    Ok(())
}
