//! All rules, one a file. `CONTRIBUTING.md`, "Add a repository rule", says how one is added.

mod binary_artifacts;
mod branch_rules;
mod changelog;
mod code_owners;
mod contributing;
mod coverage_gate;
mod dependency_updates;
mod environment_files;
mod fuzzing;
mod license;
mod linting;
mod locked_dependencies;
mod packaging;
mod pinned_actions;
mod pinned_downloads;
mod pinned_images;
mod pinned_installs;
mod readme;
mod release_provenance;
mod script_injection;
mod secret_scanning;
mod security_policy;
mod static_analysis;
mod tests_in_ci;
mod tests_present;
mod token_permissions;
mod two_factor;
mod untrusted_checkout;
mod vulnerability_scanning;

use super::rule::Rule;

pub(crate) use tests_present::is_test as is_test_file;

/// Every rule, what lets strangers in first.
pub(super) const ALL: &[Rule] = &[
    untrusted_checkout::RULE,
    script_injection::RULE,
    token_permissions::RULE,
    pinned_actions::RULE,
    pinned_downloads::RULE,
    pinned_images::RULE,
    pinned_installs::RULE,
    binary_artifacts::RULE,
    environment_files::RULE,
    locked_dependencies::RULE,
    dependency_updates::RULE,
    vulnerability_scanning::RULE,
    secret_scanning::RULE,
    static_analysis::RULE,
    fuzzing::RULE,
    tests_present::RULE,
    tests_in_ci::RULE,
    coverage_gate::RULE,
    linting::RULE,
    security_policy::RULE,
    license::RULE,
    code_owners::RULE,
    readme::RULE,
    contributing::RULE,
    changelog::RULE,
    packaging::RULE,
    release_provenance::RULE,
    branch_rules::RULE,
    two_factor::RULE,
];
