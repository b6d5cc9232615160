//! `pom.xml`: its properties, its parents within the tree, and what they manage. A version that cannot be worked out from the
//! tree alone is no pin.

use std::collections::{HashMap, HashSet};

use domain::Ecosystem;

use crate::document::xml::{self, Element};
use crate::fault::Fault;
use crate::found::Found;
use crate::sources::{Input, Sources, folder, join};

/// The longest line of parents.
const MOST_PARENTS: usize = 32;
/// How often a property may stand in a property.
const DEEPEST_PROPERTY: usize = 8;
/// A longer value is none.
const LONGEST: usize = 512;

/// What a project inherits and says itself.
#[derive(Default)]
struct Project {
    properties: HashMap<String, String>,
    /// Version and scope that are managed, by `group:artifact`, unresolved.
    managed: HashMap<String, (Option<String>, Option<String>)>,
    /// Whether a parent is not in the tree.
    is_partial: bool,
    /// Whether it takes managed versions from another project.
    imports: bool,
}

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let root = xml::read(input.text)?;
    if root.name != "project" {
        return Err(Fault::new("it has no project"));
    }
    let mut project = Project::default();
    inherit(&root, input.name, input.sources, &mut project, &mut HashSet::from([input.name.to_owned()]));
    let mut unknown = 0;
    let profiles = root.children_of("profiles").iter();
    let lists = std::iter::once(&root).chain(profiles).map(|holder| holder.children_of("dependencies"));
    for dependency in lists.flatten().filter(|element| element.name == "dependency") {
        unknown += usize::from(!one(dependency, &project, found));
    }
    if unknown > 0 {
        let why = match (project.is_partial, project.imports) {
            (true, _) => "its parent is not in this tree",
            (false, true) => "it imports managed versions from elsewhere",
            (false, false) => "they are ranges or use properties that stand nowhere",
        };
        found.note(
            format!("{unknown} of its versions cannot be worked out: {why}"),
            "Make an SBOM with Maven (the CycloneDX plugin), keep it in the repository, and check again; it has all versions.",
        );
    }
    if !found.dependencies.is_empty() {
        found.note(
            "it names only what is asked for directly: what that brings in is not known",
            "Make an SBOM with Maven (the CycloneDX plugin), keep it in the repository, and check again.",
        );
    }
    Ok(())
}

/// Adds a dependency; answers whether its version is known.
fn one(dependency: &Element, project: &Project, found: &mut Found) -> bool {
    let said = |name: &str| dependency.text_of(name);
    let (Some(group), Some(artifact)) = (said("groupId"), said("artifactId")) else { return false };
    let resolve = |text: &str| project.resolve(text, 0);
    let (Some(group), Some(artifact)) = (resolve(group), resolve(artifact)) else { return false };
    let name = format!("{group}:{artifact}");
    let managed = project.managed.get(&name);
    let written = said("version").map(str::to_owned).or_else(|| managed.and_then(|(version, _)| version.clone()));
    let scope = said("scope").map(str::to_owned).or_else(|| managed.and_then(|(_, scope)| scope.clone()));
    if scope.as_deref() == Some("system") {
        return true;
    }
    let resolved = written.as_deref().and_then(resolve);
    let version = resolved.as_deref().and_then(pin);
    let index = match version {
        Some(version) => found.add(Ecosystem::MAVEN, &name, version, dependency.line),
        None => found.ask(Ecosystem::MAVEN, &name, written.as_deref().unwrap_or_default(), dependency.line, false),
    };
    if let Some(index) = index {
        found.dependencies[index].direct = Some(true);
        found.dependencies[index].dev = scope.as_deref() == Some("test");
    }
    version.is_some()
}

/// The one version that is meant: `1.0`, or `[1.0]`. `[1.0,2.0)` is a range, `LATEST` is whatever is there.
fn pin(version: &str) -> Option<&str> {
    let version = version.trim();
    let version = version.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(version);
    let range = version.is_empty() || version.contains([',', '[', ']', '(', ')', '$']);
    (!range && !matches!(version, "LATEST" | "RELEASE")).then_some(version)
}

/// Takes in what a project says, and then what its parents say and it does not.
fn inherit(root: &Element, name: &str, sources: Sources<'_>, project: &mut Project, seen: &mut HashSet<String>) {
    take(root, project);
    let Some(parent) = root.child("parent") else { return };
    let path = parent.child("relativePath").map_or("../pom.xml", |path| path.text.trim());
    let candidates = if path.is_empty() { Vec::new() } else { vec![path.to_owned(), format!("{path}/pom.xml")] };
    for candidate in candidates.iter().filter_map(|path| join(folder(name), path)) {
        if seen.contains(&candidate) || seen.len() >= MOST_PARENTS {
            continue;
        }
        let Some(above) = sources.text(&candidate).and_then(|text| xml::read(&text).ok()) else { continue };
        if above.text_of("artifactId") == parent.text_of("artifactId") {
            seen.insert(candidate.clone());
            inherit(&above, &candidate, sources, project, seen);
            return;
        }
    }
    project.is_partial = true;
}

fn take(root: &Element, project: &mut Project) {
    let parent = root.child("parent");
    for (key, name) in [("groupId", "groupId"), ("version", "version"), ("artifactId", "artifactId")] {
        let said = root.text_of(name).or_else(|| parent?.text_of(name));
        for prefix in ["project.", "pom.", ""] {
            project.property(&format!("{prefix}{key}"), said);
        }
        project.property(&format!("project.parent.{key}"), parent.and_then(|parent| parent.text_of(name)));
    }
    for property in root.children_of("properties") {
        project.property(&property.name, Some(property.text.trim()));
    }
    let managed =
        root.child("dependencyManagement").map_or(&[][..], |management| management.children_of("dependencies"));
    for entry in managed.iter().filter(|entry| entry.name == "dependency") {
        let (Some(group), Some(artifact)) = (entry.text_of("groupId"), entry.text_of("artifactId")) else { continue };
        project.imports |= entry.text_of("scope") == Some("import");
        let resolved = |text: &str| project.resolve(text, 0).unwrap_or_else(|| text.to_owned());
        let name = format!("{}:{}", resolved(group), resolved(artifact));
        let said = |key: &str| entry.text_of(key).map(str::to_owned);
        project.managed.entry(name).or_insert((said("version"), said("scope")));
    }
}

impl Project {
    /// A property counts where nearer to the project nothing set it.
    fn property(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.properties.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
    }

    /// A text with its `${properties}` put in; none where one is unknown or goes in circles.
    fn resolve(&self, text: &str, depth: usize) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let end = start + rest[start..].find('}')?;
            out.push_str(&rest[..start]);
            if depth >= DEEPEST_PROPERTY {
                return None;
            }
            out.push_str(&self.resolve(self.properties.get(&rest[start + 2..end])?, depth + 1)?);
            rest = &rest[end + 1..];
            if out.len() > LONGEST {
                return None;
            }
        }
        out.push_str(rest);
        (out.len() <= LONGEST).then_some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_in_circles_end() {
        let mut project = Project::default();
        for (name, value) in [("a", "${b}"), ("b", "${a}"), ("c", "1.${d}"), ("d", "2")] {
            project.property(name, Some(value));
        }
        assert_eq!(project.resolve("${a}", 0), None);
        assert_eq!(project.resolve("v${c}.0", 0).as_deref(), Some("v1.2.0"));
        assert_eq!(project.resolve("${unknown}", 0), None);
        assert_eq!(project.resolve("${open", 0), None);
        (0..12)
            .for_each(|level| project.property(&format!("x{level}"), Some(&format!("${{x{}}}", level + 1).repeat(50))));
        project.property("x12", Some("y"));
        assert_eq!(project.resolve("${x0}", 0), None);
    }

    #[test]
    fn a_range_is_no_pin() {
        assert_eq!(pin("1.0"), Some("1.0"));
        assert_eq!(pin("[1.0]"), Some("1.0"));
        for range in ["[1.0,2.0)", "(,1]", "LATEST", "", "${x}"] {
            assert_eq!(pin(range), None, "{range}");
        }
    }
}
