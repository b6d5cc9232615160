//! `blueprint.toml`: what a blueprint says about itself.

use serde::Deserialize;

/// A check that can fail a build of the project.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Its name.
    pub name: String,
    /// What it protects from, in plain words.
    pub protects_from: String,
    /// The command that runs it.
    pub command: String,
    /// Where it runs without being asked: `make check`, `pre-commit`, `CI`.
    pub runs_in: Vec<String>,
}

/// A program the project needs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// The oldest version that works.
    pub minimum: String,
    /// The command that prints its version.
    pub check: String,
    /// How to get it.
    pub get: String,
}

/// What `base.toml` of a layer says: what every project made with the layer has, beside what its stack says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LayerManifest {
    /// For people: the layer's own version.
    pub(crate) version: String,
    /// Output paths that are written with mode 755.
    pub(crate) executable: Vec<String>,
    /// What a person needs to have installed.
    pub(crate) toolchain: Vec<Tool>,
    /// The checks that can fail a build.
    pub(crate) gates: Vec<Gate>,
}

/// What a stack's `blueprint.toml` says, with what its layers add. Further keys are for its templates, as `manifest.*`.
#[derive(Clone, Debug, Deserialize)]
pub struct Manifest {
    /// The blueprint's version.
    pub version: String,
    /// What it is, in one line.
    pub title: String,
    /// The language.
    pub language: String,
    /// The web framework.
    pub framework: String,
    /// What it brings, in a sentence.
    pub summary: String,
    /// Output paths that are written with mode 755.
    #[serde(default)]
    pub executable: Vec<String>,
    /// What a person needs to have installed.
    pub toolchain: Vec<Tool>,
    /// The checks that can fail a build.
    pub gates: Vec<Gate>,
    /// The packages it builds on. A project cannot bear the name of one.
    #[serde(default)]
    pub dependencies: toml::Table,
}
