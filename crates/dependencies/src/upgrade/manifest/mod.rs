//! Edits what people wrote: one version is replaced, and every other byte stays.

mod cargo;
mod go_mod;
mod npm;
mod pyproject;
mod raise;
mod requirement;
mod requirements;

use domain::Ecosystem;

use super::climb::Knowledge;
pub use npm::{Override, override_npm, pin_npm};
pub use raise::Edited;
use raise::Raise;
pub use requirements::replace_hashed_pin;

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
