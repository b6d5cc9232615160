//! What all forms of a bill of materials say.

use std::collections::HashMap;

use crate::found::Found;
use crate::sbom::purl;

/// A bill of materials.
#[derive(Debug, Default)]
pub(crate) struct Bill {
    pub(crate) parts: Vec<Part>,
    /// Who needs whom, by the names within the bill.
    pub(crate) needs: Vec<(String, String)>,
    /// Who needs whom for development alone.
    pub(crate) dev_needs: Vec<(String, String)>,
    /// What the bill is of.
    pub(crate) roots: Vec<String>,
}

/// One part.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Its name within the bill.
    pub(crate) key: String,
    pub(crate) purl: Option<String>,
    pub(crate) line: u32,
    pub(crate) license: Option<String>,
    /// Whether it is for development alone, where the bill says so of the part itself.
    pub(crate) dev: Option<bool>,
    /// Whether it is asked for directly; `Some(None)` where the bill says that nobody knows.
    pub(crate) direct: Option<Option<bool>>,
    /// Whether it is software that somebody published, so that a bill without its purl hides something.
    pub(crate) is_package: bool,
}

impl Bill {
    /// Takes it as what a tree depends on.
    pub(crate) fn into_found(self, found: &mut Found) {
        let mut at: HashMap<&str, usize> = HashMap::new();
        let (mut nameless, mut strange) = (0_u64, 0_u64);
        for part in &self.parts {
            if self.roots.contains(&part.key) && !part.key.is_empty() {
                continue;
            }
            let Some(text) = &part.purl else {
                nameless += u64::from(part.is_package);
                continue;
            };
            let Some(package) = purl::read(text) else {
                strange += 1;
                continue;
            };
            let Some(version) = package.version else {
                nameless += 1;
                continue;
            };
            let Some(index) = found.add(package.ecosystem.as_str(), &package.name, &version, part.line) else {
                continue;
            };
            let dependency = &mut found.dependencies[index];
            dependency.license.clone_from(&part.license);
            dependency.dev = part.dev.unwrap_or(false);
            dependency.direct = part.direct.flatten();
            if !part.key.is_empty() {
                at.insert(&part.key, index);
            }
        }
        self.relate(&at, found);
        if nameless > 0 {
            found.note(
                format!("{nameless} of its parts have no package URL with a version: nothing is known of them"),
                "Have the tool that makes the bill write package URLs (purl).",
            );
        }
        if strange > 0 {
            found.note(
                format!("{strange} of its parts have package URLs of a kind that is not known here"),
                "Nothing is matched against them; look them up by hand.",
            );
        }
    }

    fn relate(&self, at: &HashMap<&str, usize>, found: &mut Found) {
        let is_root = |key: &str| self.roots.iter().any(|root| root == key);
        let mut starts = [Vec::new(), Vec::new()];
        for (list, dev) in [(&self.needs, 0), (&self.dev_needs, 1)] {
            for (from, to) in list {
                let Some(target) = at.get(to.as_str()) else { continue };
                match at.get(from.as_str()) {
                    Some(from) => found.relate(*from, *target),
                    None if is_root(from) => starts[dev].push(*target),
                    None => {}
                }
            }
        }
        if !(starts[0].is_empty() && starts[1].is_empty()) {
            found.starts(&starts[0], &starts[1]);
            // What the bill says of each part is surer than what is followed.
            for part in &self.parts {
                let Some(index) = at.get(part.key.as_str()) else { continue };
                let package = &mut found.dependencies[*index];
                package.direct = part.direct.unwrap_or(package.direct);
                package.dev = part.dev.unwrap_or(package.dev);
            }
        }
    }
}
