//! Packages: what a project is made of that others wrote.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where packages of a kind come from, by its name in OSV records, for example `npm`, `PyPI`, `Go`, `Debian:12`. An open
/// set: records and documents name ones that nobody here has heard of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Ecosystem(String);

impl Ecosystem {
    /// Node's packages.
    pub const NPM: &str = "npm";
    /// Python's packages.
    pub const PYPI: &str = "PyPI";
    /// Rust's packages; the records name the ecosystem after its registry.
    pub const CARGO: &str = concat!("crates", ".io");
    /// Go's modules.
    pub const GO: &str = "Go";
    /// Java's packages.
    pub const MAVEN: &str = "Maven";
    /// Ruby's packages.
    pub const RUBYGEMS: &str = "RubyGems";
    /// PHP's packages.
    pub const PACKAGIST: &str = "Packagist";
    /// .NET's packages.
    pub const NUGET: &str = "NuGet";
    /// Dart's packages.
    pub const PUB: &str = "Pub";
    /// Erlang's and Elixir's packages.
    pub const HEX: &str = "Hex";

    /// The ecosystem that OSV records call `name`.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The ecosystem that people and folders call `label`.
    #[must_use]
    pub fn labelled(label: &str) -> Self {
        Self::new(if label == "cargo" { Self::CARGO } else { label })
    }

    /// Its name in OSV records, with the release behind a colon where it has one.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its name without the release: `Debian` of `Debian:12`.
    #[must_use]
    pub fn family(&self) -> &str {
        self.0.split_once(':').map_or(self.0.as_str(), |(family, _)| family)
    }

    /// Its name for people and folders: `cargo`, and else as in OSV records.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.0 == Self::CARGO { "cargo" } else { &self.0 }
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.label())
    }
}

/// A package that something depends on, and where that is said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Dependency {
    /// Where it comes from.
    pub ecosystem: Ecosystem,
    /// Its name as the ecosystem writes it: `group:artifact` for Maven, `@scope/name` for npm, normalised for PyPI.
    pub name: String,
    /// The version that is used. None where only a range is known: that is no pin, and nothing is matched against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The range that a manifest asks for, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// The file that says so, beneath the root that was looked at.
    pub file: String,
    /// The line in it, from 1, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Whether the project asks for it by itself; false where another package does; none where the file does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// Whether it is used in development and tests alone.
    #[serde(default)]
    pub dev: bool,
    /// Its licence as an SPDX expression, where the file says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
}
