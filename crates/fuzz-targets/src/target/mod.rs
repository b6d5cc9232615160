//! The targets, one file a parser or a family of them.

mod advisories;
mod git;
mod lockfiles;
mod manifests;
mod packed;
mod planted;
mod reports;
mod repository;
mod secrets;
mod versions;

/// One parser that is fuzzed.
#[derive(Debug)]
pub struct Target {
    /// What `cargo xtask fuzz` calls it.
    pub name: &'static str,
    /// The parser, given anything. A panic is a bug, and so is what takes long or much memory.
    pub run: fn(&[u8]),
    /// What the fuzzer starts from.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words of the format, which the fuzzer puts in.
    pub words: &'static [&'static str],
}

/// All targets.
pub const TARGETS: &[Target] = &[
    secrets::RULES,
    secrets::SCAN,
    secrets::OWN_RULES,
    lockfiles::JSON,
    lockfiles::TOML,
    lockfiles::YAML,
    lockfiles::LINES,
    lockfiles::XML,
    lockfiles::SBOM,
    lockfiles::TREE,
    manifests::EDIT,
    versions::TARGET,
    advisories::RECORD,
    advisories::ARCHIVE,
    advisories::INDEX,
    advisories::IGNORES,
    advisories::EPSS,
    repository::GATES,
    git::INDEX,
    git::SETTINGS,
    reports::TARGET,
];

/// A bug on purpose: a run that does not find it would find no other.
pub const PLANTED: Target = planted::TARGET;
