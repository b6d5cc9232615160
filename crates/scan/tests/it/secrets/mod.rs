//! Tests of the secrets engine.

mod archives;
mod beside_gitleaks;
mod checksums;
mod hostile;
mod known;
mod own_tree;
mod rules;
mod rules_files;
mod suppressions;
pub(crate) mod template;
mod trees;

use std::sync::OnceLock;

use scan::secrets::{Finding, Options, RuleSet, Scanner, Scratch};

/// A scanner with the shipped rules.
pub(crate) fn shipped() -> &'static Scanner {
    static SHIPPED: OnceLock<Scanner> = OnceLock::new();
    SHIPPED.get_or_init(|| scanner(RuleSet::shipped().unwrap(), Options::default()))
}

pub(crate) fn scanner(rules: &RuleSet, options: Options) -> Scanner {
    Scanner::new(rules, options).unwrap()
}

/// What is found in a text under a name.
pub(crate) fn find(scanner: &Scanner, name: &str, text: &str) -> Vec<Finding> {
    scanner.scan_bytes(name, None, text.as_bytes(), &mut Scratch::default()).findings
}

/// The same, as names of rules.
pub(crate) fn rules_in(scanner: &Scanner, name: &str, text: &str) -> Vec<String> {
    find(scanner, name, text).into_iter().map(|finding| finding.rule).collect()
}
