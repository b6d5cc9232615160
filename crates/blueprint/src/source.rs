//! The files a blueprint is made of: its layers put together, before anything is rendered.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};
use sha2::{Digest as _, Sha256};

use crate::fault::CatalogueFault;
use crate::manifest::{LayerManifest, Manifest};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../blueprints");

/// The suffix of files that are rendered.
const TEMPLATE_SUFFIX: &str = ".jinja";
/// Where the frozen versions lie.
const SHIPPED_FOLDER: &str = "shipped";
/// What the blueprints build on.
const CATALOGUE: &str = "catalogue.toml";
/// The layer of every project.
const BASE: &str = "base";

/// Bytes that lie in the binary or were unpacked.
pub(crate) type Bytes = Cow<'static, [u8]>;

/// Everything one blueprint is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sources {
    /// Templates to include, by their name (`parts/…`).
    pub(crate) parts: BTreeMap<String, Bytes>,
    /// Files by their path as they lie in a layer, `.jinja` included.
    pub(crate) files: BTreeMap<String, Bytes>,
    /// `base.toml` of each layer as it is written, by the layer's name.
    pub(crate) layers: BTreeMap<String, Bytes>,
    /// `blueprint.toml` as it is written.
    pub(crate) manifest: Bytes,
    /// `catalogue.toml` as it is written.
    pub(crate) catalogue: Bytes,
}

impl Sources {
    /// SHA-256 over every name and byte, in an order that does not depend on the machine.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        let mut add = |kind: &str, name: &str, bytes: &[u8]| {
            hasher.update(format!("{kind} {} {} {name}\n", name.len(), bytes.len()));
            hasher.update(bytes);
        };
        add("manifest", "", &self.manifest);
        add("catalogue", "", &self.catalogue);
        for (name, bytes) in &self.parts {
            add("part", name, bytes);
        }
        for (name, bytes) in &self.files {
            add("file", name, bytes);
        }
        for (name, bytes) in &self.layers {
            add("layer", name, bytes);
        }
        hasher.finalize().into()
    }

    /// The manifest with what the layers add.
    pub(crate) fn read_manifest(&self, name: &str) -> Result<Manifest, CatalogueFault> {
        let own = text(&self.manifest, name)?;
        let data = |source| CatalogueFault::Data { file: name.to_owned(), source };
        let mut manifest: Manifest = toml::from_str(own).map_err(data)?;
        for (layer, bytes) in &self.layers {
            let data = |source| CatalogueFault::Data { file: layer.clone(), source };
            let added: LayerManifest = toml::from_str(text(bytes, layer)?).map_err(data)?;
            manifest.executable.extend(added.executable);
            manifest.toolchain.extend(added.toolchain);
            manifest.gates.extend(added.gates);
        }
        Ok(manifest)
    }

    /// The stack's own manifest as a table, which templates read.
    pub(crate) fn read_own_manifest(&self, name: &str) -> Result<toml::Table, CatalogueFault> {
        let own = text(&self.manifest, name)?;
        toml::from_str(own).map_err(|source| CatalogueFault::Data { file: name.to_owned(), source })
    }

    /// The catalogue, read.
    pub(crate) fn read_catalogue(&self) -> Result<toml::Table, CatalogueFault> {
        catalogue_table(text(&self.catalogue, CATALOGUE)?)
    }
}

/// The date of the catalogue that is current.
pub(crate) fn current_version() -> Result<String, CatalogueFault> {
    version_of(data_file(CATALOGUE)?)
}

/// The date of a catalogue. It stands before the first table, and no more is read: every program start waits for this.
pub(crate) fn version_of(catalogue: &[u8]) -> Result<String, CatalogueFault> {
    let whole = text(catalogue, CATALOGUE)?;
    let head = catalogue_table(whole.split_once("\n[").map_or(whole, |(head, _)| head))?;
    let version = head.get("version").and_then(toml::Value::as_str);
    version.map(str::to_owned).ok_or_else(|| CatalogueFault::Missing(format!("version in {CATALOGUE}")))
}

fn catalogue_table(text: &str) -> Result<toml::Table, CatalogueFault> {
    toml::from_str(text).map_err(|source| CatalogueFault::Data { file: CATALOGUE.to_owned(), source })
}

/// Whether the file at this path is a template, and the path without the suffix.
pub(crate) fn strip_template(path: &str) -> (&str, bool) {
    path.strip_suffix(TEMPLATE_SUFFIX).map_or((path, false), |path| (path, true))
}

pub(crate) fn text<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str, CatalogueFault> {
    std::str::from_utf8(bytes).map_err(|_| CatalogueFault::NotText(name.to_owned()))
}

/// The embedded data file at `path`.
pub(crate) fn data_file(path: &str) -> Result<&'static [u8], CatalogueFault> {
    let (folder, name) =
        path.rsplit_once('/').map_or((Some(&EMBEDDED), path), |(folder, name)| (embedded(folder), name));
    let file = folder.and_then(|folder| folder.files().find(|file| is_named(file.path(), name)));
    file.map(include_dir::File::contents).ok_or_else(|| CatalogueFault::Missing(path.to_owned()))
}

/// The embedded folder at `path`, name by name: the library's own search compares with every path there is, which took a
/// sixth of the time until the first answer.
fn embedded(path: &str) -> Option<&'static Dir<'static>> {
    path.split('/').try_fold(&EMBEDDED, |folder, name| folder.dirs().find(|beneath| is_named(beneath.path(), name)))
}

fn is_named(path: &Path, name: &str) -> bool {
    path.file_name().is_some_and(|found| found == name)
}

/// The frozen versions, as packed files with their names.
pub(crate) fn shipped_files() -> impl Iterator<Item = (String, &'static [u8])> {
    let files = embedded(SHIPPED_FOLDER).into_iter().flat_map(|folder| folder.files());
    files.map(|file| (file.path().display().to_string(), file.contents()))
}

/// The template and stack of each current blueprint.
pub(crate) fn current() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for template in EMBEDDED.dirs() {
        for stack in template.dirs() {
            if stack.files().any(|file| is_named(file.path(), "blueprint.toml")) {
                found.push((last_name(template), last_name(stack)));
            }
        }
    }
    found.sort();
    found
}

fn last_name(dir: &Dir<'_>) -> String {
    dir.path().file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The layers of a current blueprint, put together.
pub(crate) fn layered(template: &str, stack: &str) -> Result<Sources, CatalogueFault> {
    let stack_folder = format!("{template}/{stack}");
    let manifest = Cow::Borrowed(data_file(&format!("{stack_folder}/blueprint.toml"))?);
    let catalogue = Cow::Borrowed(data_file(CATALOGUE)?);
    let mut sources =
        Sources { parts: BTreeMap::new(), files: BTreeMap::new(), layers: BTreeMap::new(), manifest, catalogue };
    for layer in [&stack_folder, &format!("{template}/{BASE}"), BASE] {
        add_layer(&mut sources, layer)?;
    }
    Ok(sources)
}

/// Adds the files and parts of one layer. A part that is there already wins; a file that is there already is a fault.
fn add_layer(sources: &mut Sources, layer: &str) -> Result<(), CatalogueFault> {
    for (path, bytes) in beneath(layer, "files") {
        if sources.files.insert(path.clone(), Cow::Borrowed(bytes)).is_some() {
            return Err(CatalogueFault::Twice(path));
        }
    }
    for (path, bytes) in beneath(layer, "parts") {
        sources.parts.entry(format!("parts/{path}")).or_insert(Cow::Borrowed(bytes));
    }
    if let Ok(bytes) = data_file(&format!("{layer}/base.toml")) {
        sources.layers.insert(layer.to_owned(), Cow::Borrowed(bytes));
    }
    Ok(())
}

fn beneath(layer: &str, folder: &str) -> Vec<(String, &'static [u8])> {
    let top = format!("{layer}/{folder}");
    let mut found = Vec::new();
    let mut folders: Vec<&'static Dir<'static>> = embedded(&top).into_iter().collect();
    while let Some(dir) = folders.pop() {
        folders.extend(dir.dirs());
        for file in dir.files() {
            let path = file.path().to_string_lossy().replace('\\', "/");
            found.push((path[top.len() + 1..].to_owned(), file.contents()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_a_catalogue_stands_before_its_first_table() {
        assert_eq!(version_of(b"# A note.\nversion = \"2026-11-23\"\n[actions]\n= broken").unwrap(), "2026-11-23");
        assert!(matches!(version_of(b"[actions]\nversion = \"2026-11-23\"\n"), Err(CatalogueFault::Missing(_))));
        assert!(matches!(version_of(b"= broken\n[actions]\n"), Err(CatalogueFault::Data { .. })));
    }
}
