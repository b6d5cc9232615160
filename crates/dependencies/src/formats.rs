//! Which file is read as what, by its name.

use domain::Ecosystem;

use crate::fault::Fault;
use crate::found::Found;
use crate::lockfile::{cargo, go, npm, requirements as pip, uv};
use crate::manifest::unlocked;
use crate::sources::{Input, folder, join};

/// What to do about a file that cannot be understood.
pub(crate) const MAKE_AGAIN: &str = "Make it again with the tool that wrote it, and check again.";

/// A form of file, and how it is read.
pub(crate) struct Format {
    /// What it is, for people.
    pub(crate) label: &'static str,
    pub(crate) ecosystem: &'static str,
    /// Whether it only asks, so that a lockfile makes it needless.
    pub(crate) is_manifest: bool,
    pub(crate) read: fn(&Input<'_>, &mut Found) -> Result<(), Fault>,
}

const fn lockfile(
    label: &'static str,
    ecosystem: &'static str,
    read: fn(&Input<'_>, &mut Found) -> Result<(), Fault>,
) -> Format {
    Format { label, ecosystem, is_manifest: false, read }
}

const fn manifest(
    label: &'static str,
    ecosystem: &'static str,
    read: fn(&Input<'_>, &mut Found) -> Result<(), Fault>,
) -> Format {
    Format { label, ecosystem, is_manifest: true, read }
}

/// The files with a fixed name.
static NAMED: &[(&str, Format)] = &[
    ("Cargo.lock", lockfile("Cargo.lock", Ecosystem::CARGO, cargo::read)),
    ("Cargo.toml", manifest("Cargo.toml", Ecosystem::CARGO, unlocked::cargo)),
    ("package-lock.json", lockfile("package-lock.json", Ecosystem::NPM, npm::read)),
    ("npm-shrinkwrap.json", lockfile("npm-shrinkwrap.json", Ecosystem::NPM, npm::read)),
    ("package.json", manifest("package.json", Ecosystem::NPM, unlocked::npm)),
    ("go.mod", lockfile("go.mod", Ecosystem::GO, go::read)),
    ("go.sum", lockfile("go.sum", Ecosystem::GO, sums_alone)),
    ("uv.lock", lockfile("uv.lock", Ecosystem::PYPI, uv::read)),
];

static REQUIREMENTS: Format = lockfile("requirements of pip", Ecosystem::PYPI, pip::read);

/// How a file is read; none where it is no lockfile or manifest by its name.
pub(crate) fn of(name: &str) -> Option<&'static Format> {
    let base = name.rsplit('/').next().unwrap_or(name);
    let named = NAMED.iter().find(|(known, _)| *known == base).map(|(_, format)| format);
    named.or_else(|| is_requirements(name).then_some(&REQUIREMENTS))
}

/// The requirements of pip, under whatever name.
pub(crate) fn requirements() -> &'static Format {
    &REQUIREMENTS
}

/// Whether pip's requirements stand in a file of this name: `requirements.txt`, `dev-requirements.txt`, `requirements/ci.txt`.
pub(crate) fn is_requirements(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    let within = folder(name).rsplit('/').next() == Some("requirements");
    base.strip_suffix(".txt")
        .is_some_and(|stem| stem.contains("requirements") || (within && !stem.contains("constraints")))
}

/// The sums of Go, where no `go.mod` stands beside them.
fn sums_alone(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    if join(input.folder(), "go.mod").is_some_and(|name| input.sources.has(&name)) {
        return Ok(());
    }
    go::read_sums(input, found)
}
