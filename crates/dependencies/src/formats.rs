//! Which file is read as what, by its name.

use domain::Ecosystem;
use source_tree::SourceFile;

use crate::fault::Fault;
use crate::found::Found;
use crate::lockfile::{bun, cargo, composer, go, gradle, maven, mix, npm, nuget, pdm, pipfile, pnpm};
use crate::lockfile::{poetry, pubspec, pylock, requirements as pip, ruby, uv, yarn};
use crate::manifest::unlocked;
use crate::sbom::sniff::{self, Kind};
use crate::sbom::{cyclonedx, cyclonedx_xml, spdx, spdx_tags};
use crate::sources::{Input, folder, join};

/// What to do about a file that cannot be understood.
pub(crate) const MAKE_AGAIN: &str = "Make it again with the tool that wrote it, and check again.";

/// What a bill of materials tells of.
const ANY: &str = "";

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
    ("pnpm-lock.yaml", lockfile("pnpm-lock.yaml", Ecosystem::NPM, pnpm::read)),
    ("yarn.lock", lockfile("yarn.lock", Ecosystem::NPM, yarn::read)),
    ("bun.lock", lockfile("bun.lock", Ecosystem::NPM, bun::read)),
    ("uv.lock", lockfile("uv.lock", Ecosystem::PYPI, uv::read)),
    ("poetry.lock", lockfile("poetry.lock", Ecosystem::PYPI, poetry::read)),
    ("pdm.lock", lockfile("pdm.lock", Ecosystem::PYPI, pdm::read)),
    ("Pipfile.lock", lockfile("Pipfile.lock", Ecosystem::PYPI, pipfile::read)),
    ("pylock.toml", lockfile("pylock.toml", Ecosystem::PYPI, pylock::read)),
    ("pyproject.toml", manifest("pyproject.toml", Ecosystem::PYPI, unlocked::python)),
    ("Pipfile", manifest("Pipfile", Ecosystem::PYPI, unlocked::pipfile)),
    ("pom.xml", lockfile("pom.xml", Ecosystem::MAVEN, maven::read)),
    ("gradle.lockfile", lockfile("gradle.lockfile", Ecosystem::MAVEN, gradle::read)),
    ("buildscript-gradle.lockfile", lockfile("gradle.lockfile", Ecosystem::MAVEN, gradle::read)),
    ("build.gradle", manifest("build.gradle", Ecosystem::MAVEN, unlocked::gradle)),
    ("build.gradle.kts", manifest("build.gradle.kts", Ecosystem::MAVEN, unlocked::gradle)),
    ("Gemfile.lock", lockfile("Gemfile.lock", Ecosystem::RUBYGEMS, ruby::read)),
    ("gems.locked", lockfile("gems.locked", Ecosystem::RUBYGEMS, ruby::read)),
    ("Gemfile", manifest("Gemfile", Ecosystem::RUBYGEMS, unlocked::gemfile)),
    ("gems.rb", manifest("gems.rb", Ecosystem::RUBYGEMS, unlocked::gemfile)),
    ("composer.lock", lockfile("composer.lock", Ecosystem::PACKAGIST, composer::read)),
    ("composer.json", manifest("composer.json", Ecosystem::PACKAGIST, unlocked::composer)),
    ("packages.lock.json", lockfile("packages.lock.json", Ecosystem::NUGET, nuget::read)),
    ("pubspec.lock", lockfile("pubspec.lock", Ecosystem::PUB, pubspec::read)),
    ("pubspec.yaml", manifest("pubspec.yaml", Ecosystem::PUB, unlocked::pubspec)),
    ("mix.lock", lockfile("mix.lock", Ecosystem::HEX, mix::read)),
    ("mix.exs", manifest("mix.exs", Ecosystem::HEX, unlocked::mix)),
];

static PYLOCK: Format = lockfile("pylock.toml", Ecosystem::PYPI, pylock::read);
static DOTNET: Format = manifest("a project of .NET", Ecosystem::NUGET, unlocked::nuget);
static REQUIREMENTS: Format = lockfile("requirements of pip", Ecosystem::PYPI, pip::read);

/// How a file is read; none where it is no lockfile or manifest by its name.
pub(crate) fn of(name: &str) -> Option<&'static Format> {
    let base = name.rsplit('/').next().unwrap_or(name);
    let named = NAMED.iter().find(|(known, _)| *known == base).map(|(_, format)| format);
    named.or_else(|| match base.rsplit_once('.') {
        Some((stem, "toml")) if stem.starts_with("pylock.") => Some(&PYLOCK),
        Some((_, "csproj" | "fsproj" | "vbproj")) => Some(&DOTNET),
        _ => is_requirements(name).then_some(&REQUIREMENTS),
    })
}

static CYCLONEDX: Format = lockfile("CycloneDX", ANY, cyclonedx::read);
static CYCLONEDX_XML: Format = lockfile("CycloneDX", ANY, cyclonedx_xml::read);
static SPDX: Format = lockfile("SPDX", ANY, spdx::read);
static SPDX_TAGS: Format = lockfile("SPDX", ANY, spdx_tags::read);
static SPDX_3: Format = lockfile("SPDX", ANY, spdx_3);

/// How a bill of materials is read; none where a file is none by its content.
pub(crate) fn of_content(file: &SourceFile) -> Option<&'static Format> {
    Some(match sniff::kind(file)? {
        Kind::CycloneDx => &CYCLONEDX,
        Kind::CycloneDxXml => &CYCLONEDX_XML,
        Kind::Spdx => &SPDX,
        Kind::SpdxTags => &SPDX_TAGS,
        Kind::Spdx3 => &SPDX_3,
    })
}

fn spdx_3(_: &Input<'_>, _: &mut Found) -> Result<(), Fault> {
    Err(Fault::new("its version is 3, and 2.0 to 2.3 are read"))
}

/// The requirements of pip, under whatever name.
pub(crate) fn requirements() -> &'static Format {
    &REQUIREMENTS
}

/// Whether pip's requirements stand in a file of this name: `requirements.txt`, `dev-requirements.txt`, `requirements/ci.txt`.
pub(crate) fn is_requirements(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    let within = folder(name).rsplit('/').next() == Some("requirements");
    base.strip_suffix(".txt").or_else(|| base.strip_suffix(".lock")).is_some_and(|stem| {
        stem.contains("requirements") || (within && !stem.contains("constraints") && base.ends_with(".txt"))
    })
}

/// The sums of Go, where no `go.mod` stands beside them.
fn sums_alone(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    if join(input.folder(), "go.mod").is_some_and(|name| input.sources.has(&name)) {
        return Ok(());
    }
    go::read_sums(input, found)
}
