//! The order of versions: each ecosystem has its own, and a wrong one hides vulnerabilities or makes some up.
//!
//! A version is read once into a [`Version`], which can be compared with others of the same [`Scheme`]. What cannot be read
//! has no place in the order, and an ecosystem that is not known here has no order at all.

mod alpine;
mod debian;
mod maven;
mod nuget;
mod number;
mod packagist;
mod python;
mod ruby;
mod semver;

use std::cmp::Ordering;

use domain::Ecosystem;

/// Longest version that is read, in bytes. Published ones stay below 130.
const LONGEST: usize = 512;

/// Which of two versions of `ecosystem` is newer; none where one of them cannot be read or the ecosystem has no known order.
#[must_use]
pub fn compare(ecosystem: &Ecosystem, one: &str, other: &str) -> Option<Ordering> {
    let scheme = Scheme::of(ecosystem)?;
    scheme.parse(one)?.compare(&scheme.parse(other)?)
}

/// The rules by which an ecosystem orders its versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Semantic Versioning 2.0, read loosely: npm, Cargo, Pub, Hex and others.
    Semver,
    /// Go's modules: Semantic Versioning with `v` before it, and the releases of Go itself (`1.21rc2`).
    Go,
    /// PEP 440, and what came before it.
    Python,
    /// Maven's `ComparableVersion`.
    Maven,
    /// `Gem::Version`.
    Ruby,
    /// Composer.
    Packagist,
    /// NuGet: four numbers.
    Nuget,
    /// `dpkg`.
    Debian,
    /// `apk`.
    Alpine,
}

impl Scheme {
    /// That of `ecosystem`; none where it is not known here.
    #[must_use]
    pub fn of(ecosystem: &Ecosystem) -> Option<Self> {
        match ecosystem.family() {
            Ecosystem::NPM | Ecosystem::CARGO | Ecosystem::PUB | Ecosystem::HEX => Some(Self::Semver),
            "GitHub Actions" | "SwiftURL" | "Bioconductor" => Some(Self::Semver),
            Ecosystem::GO => Some(Self::Go),
            Ecosystem::PYPI => Some(Self::Python),
            Ecosystem::MAVEN => Some(Self::Maven),
            Ecosystem::RUBYGEMS => Some(Self::Ruby),
            Ecosystem::PACKAGIST => Some(Self::Packagist),
            Ecosystem::NUGET => Some(Self::Nuget),
            "Debian" | "Ubuntu" | "Echo" => Some(Self::Debian),
            "Alpine" | "Wolfi" | "Chainguard" | "MinimOS" => Some(Self::Alpine),
            _ => None,
        }
    }

    /// Reads a version; none where these rules know no place for it.
    #[must_use]
    pub fn parse(self, text: &str) -> Option<Version> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        let read = match self {
            Self::Semver => Read::Semver(semver::Semver::loose(text)?),
            Self::Go => Read::Semver(semver::Semver::go(text)?),
            Self::Python => Read::Python(python::Python::parse(text)),
            Self::Maven => Read::Maven(maven::Maven::parse(text)),
            Self::Ruby => Read::Ruby(ruby::Gem::parse(text)?),
            Self::Packagist => Read::Packagist(packagist::Composer::parse(text)?),
            Self::Nuget => Read::Nuget(nuget::Nuget::parse(text)?),
            Self::Debian => Read::Debian(debian::Debian::parse(text)?),
            Self::Alpine => Read::Alpine(alpine::Apk::parse(text)?),
        };
        Some(Version(read))
    }
}

/// A version that was read, to be compared with others of its scheme.
#[derive(Clone, Debug)]
pub struct Version(Read);

#[derive(Clone, Debug)]
enum Read {
    Semver(semver::Semver),
    Python(python::Python),
    Maven(maven::Maven),
    Ruby(ruby::Gem),
    Packagist(packagist::Composer),
    Nuget(nuget::Nuget),
    Debian(debian::Debian),
    Alpine(alpine::Apk),
}

impl Version {
    /// Which is newer; none where they are of different schemes, or where the scheme itself gives them no order.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (&self.0, &other.0) {
            (Read::Semver(one), Read::Semver(other)) => Some(one.cmp(other)),
            (Read::Python(one), Read::Python(other)) => Some(one.cmp(other)),
            (Read::Maven(one), Read::Maven(other)) => Some(one.compare(other)),
            (Read::Ruby(one), Read::Ruby(other)) => Some(one.cmp(other)),
            (Read::Packagist(one), Read::Packagist(other)) => one.compare(other),
            (Read::Nuget(one), Read::Nuget(other)) => Some(one.cmp(other)),
            (Read::Debian(one), Read::Debian(other)) => Some(one.cmp(other)),
            (Read::Alpine(one), Read::Alpine(other)) => Some(one.compare(other)),
            _ => None,
        }
    }

    /// Whether it comes before a release: an alpha, a release candidate, a development version.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        match &self.0 {
            Read::Semver(version) => version.is_prerelease(),
            Read::Python(version) => version.is_prerelease(),
            Read::Maven(version) => version.is_prerelease(),
            Read::Ruby(version) => version.is_prerelease(),
            Read::Packagist(version) => version.is_prerelease(),
            Read::Nuget(version) => version.is_prerelease(),
            Read::Debian(_) => false,
            Read::Alpine(version) => version.is_prerelease(),
        }
    }
}
