//! The targets, one file a parser or a family of them.

mod advisories;
mod archives;
mod engines;
mod git;
mod history;
mod known;
mod lockfiles;
mod logs;
mod manifests;
mod packed;
mod planted;
mod reports;
mod repository;
mod secrets;
mod versions;

use crate::target::Target;

/// All targets.
pub const TARGETS: &[Target] = &[
    secrets::RULES,
    secrets::SCAN,
    secrets::OWN_RULES,
    known::TARGET,
    archives::TARGET,
    engines::SECRETS,
    engines::VULNERABILITIES,
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
    history::LOOSE,
    history::PACKED,
    reports::TARGET,
    logs::LINE,
    logs::FOLDER,
];

/// A bug on purpose: a run that does not find it would find no other.
pub const PLANTED: Target = planted::TARGET;
