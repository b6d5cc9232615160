//! What the rules of the configuration found, for probes.

use app::Seen;

use crate::config::{Fault, Loaded, rule_broken};

/// What a rule of the configuration says, wherever it holds.
pub(super) fn rule(loaded: &Loaded, name: &str, good: &str) -> Seen {
    rule_broken(name, &loaded.settings).map_or_else(|| Seen::good(good), |(what, advice)| Seen::bad(what, advice))
}

/// The first of what these rules found on the disk.
pub(super) fn found<'a>(loaded: &'a Loaded, rules: &[&str]) -> Option<&'a Fault> {
    loaded.findings.iter().find(|fault| fault.rule.is_some_and(|rule| rules.contains(&rule)))
}
