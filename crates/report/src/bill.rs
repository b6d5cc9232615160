//! What a bill of materials is made of, whatever its form: each package once, in a fixed order.

use std::collections::BTreeMap;

use domain::{Dependency, Ecosystem, visible};

use crate::purl::purl;

/// What a bill of materials is made of. The same values make the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct BillOfMaterials<'a> {
    /// What it is the bill of.
    pub name: &'a str,
    /// The version of that, where it has one.
    pub version: Option<&'a str>,
    /// The packages.
    pub dependencies: &'a [Dependency],
    /// Which of them brings in which, as indices.
    pub relations: &'a [(usize, usize)],
    /// Whether all files were understood and all versions are known.
    pub complete: bool,
    /// When it was made, in UTC (`2026-11-23T10:00:00Z`); none where the bytes must not tell.
    pub timestamp: Option<&'a str>,
    /// Its serial number (`urn:uuid:…`); none for one that is made of the content.
    pub serial_number: Option<&'a str>,
}

/// A package with all that the files say of it.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) ecosystem: Ecosystem,
    pub(crate) version: Option<String>,
    pub(crate) purl: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) direct: Option<bool>,
    pub(crate) dev: bool,
    /// The range, where no version is known.
    pub(crate) requirement: Option<String>,
    /// The files that name it.
    pub(crate) files: Vec<String>,
    /// What it brings in, as indices.
    pub(crate) needs: Vec<usize>,
}

impl Part {
    /// What it is called within the bill.
    pub(crate) fn reference(&self) -> String {
        match (&self.purl, &self.requirement) {
            (Some(purl), None) => purl.clone(),
            (_, requirement) => {
                let version = self.version.as_deref().or(requirement.as_deref()).unwrap_or_default();
                format!("{}:{}@{version}", self.ecosystem.label(), self.name)
            }
        }
    }
}

/// The packages, each once, by ecosystem, name and version.
pub(crate) fn parts(bill: &BillOfMaterials<'_>) -> Vec<Part> {
    let key = |package: &'_ Dependency| -> (Ecosystem, String, Option<String>, Option<String>) {
        let range = package.requirement.clone().filter(|_| package.version.is_none());
        (package.ecosystem.clone(), package.name.clone(), package.version.clone(), range)
    };
    let mut places: BTreeMap<_, usize> = bill.dependencies.iter().map(|package| (key(package), 0)).collect();
    places.values_mut().enumerate().for_each(|(at, place)| *place = at);
    let mut parts: Vec<Option<Part>> = Vec::new();
    parts.resize_with(places.len(), || None);
    let mut moved = Vec::with_capacity(bill.dependencies.len());
    for package in bill.dependencies {
        let at = places.get(&key(package)).copied().unwrap_or_default();
        moved.push(at);
        match &mut parts[at] {
            Some(part) => join(part, package),
            empty => *empty = Some(part(package)),
        }
    }
    let mut parts: Vec<Part> = parts.into_iter().flatten().collect();
    for (from, to) in bill.relations {
        if let (Some(from), Some(to)) = (moved.get(*from), moved.get(*to)) {
            parts[*from].needs.push(*to);
        }
    }
    for part in &mut parts {
        part.needs.sort_unstable();
        part.needs.dedup();
        part.files.sort();
        part.files.dedup();
    }
    parts
}

fn part(package: &Dependency) -> Part {
    let clean = |text: &String| visible(text).into_owned();
    Part {
        name: clean(&package.name),
        ecosystem: package.ecosystem.clone(),
        version: package.version.as_ref().map(clean),
        purl: purl(&package.ecosystem, &package.name, package.version.as_deref()),
        license: package.license.as_ref().filter(|license| !license.trim().is_empty()).map(clean),
        direct: package.direct,
        dev: package.dev,
        requirement: package.requirement.as_ref().filter(|_| package.version.is_none()).map(clean),
        files: vec![clean(&package.file)],
        needs: Vec::new(),
    }
}

/// What several files say of one package: it is asked for directly if any asks, and for development alone if all say so.
fn join(part: &mut Part, package: &Dependency) {
    part.direct = part.direct.max(package.direct);
    part.dev &= package.dev;
    part.license = part.license.take().or_else(|| package.license.clone());
    part.files.push(visible(&package.file).into_owned());
}

/// A licence, as far as it is understood.
pub(crate) enum License {
    /// A licence of the list of SPDX.
    Id(String),
    /// A valid expression of them.
    Expression(String),
    /// Some other words.
    Words(String),
}

/// What a file says of a licence. Cargo used to write `MIT/Apache-2.0`, which means either.
pub(crate) fn license(text: &str) -> License {
    let text = text.trim();
    if spdx::license_id(text).is_some_and(|id| id.name == text) {
        return License::Id(text.to_owned());
    }
    let either = text.replace('/', " OR ");
    for candidate in [text, &either] {
        if spdx::Expression::parse(candidate).is_ok() {
            return License::Expression(candidate.to_owned());
        }
    }
    License::Words(text.to_owned())
}
