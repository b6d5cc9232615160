//! Edits what people wrote: one version is replaced, and every other byte stays.

mod cargo;
mod go_mod;
mod npm;
mod pyproject;
mod requirement;
mod requirements;

use domain::Ecosystem;

use super::climb::Knowledge;
pub use npm::{Override, override_npm, pin_npm};
pub use requirements::replace_hashed_pin;

/// A manifest with a raised version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The whole file.
    pub text: String,
    /// The requirements that were raised: what they were, and what they are.
    pub raised: Vec<(String, String)>,
}

/// What is to be raised.
#[derive(Clone, Copy)]
pub(crate) struct Raise<'a> {
    pub(crate) ecosystem: &'a Ecosystem,
    pub(crate) package: &'a str,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) known: Knowledge<'a>,
}

/// Raises what the manifest called `name` asks of a package, where it asks for it in a way that has one meaning. None
/// where there is nothing to raise, or nothing that is understood.
#[must_use]
pub fn edit_manifest(
    name: &str,
    text: &str,
    ecosystem: &Ecosystem,
    package: &str,
    (from, to): (&str, &str),
    known: Knowledge<'_>,
) -> Option<Edited> {
    let raise = Raise { ecosystem, package, from, to, known };
    let file = name.rsplit('/').next().unwrap_or(name);
    match (ecosystem.as_str(), file) {
        (Ecosystem::CARGO, "Cargo.toml") => cargo::edit(text, raise),
        (Ecosystem::NPM, "package.json") => npm::edit(text, raise),
        (Ecosystem::GO, "go.mod") => go_mod::edit(text, raise),
        (Ecosystem::PYPI, "pyproject.toml") => pyproject::edit(text, raise),
        (Ecosystem::PYPI, _) => requirements::edit(text, raise),
        _ => None,
    }
}
