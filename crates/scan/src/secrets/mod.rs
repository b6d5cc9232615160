//! Finds credentials in text, files and trees.
//!
//! All rules are held against a text at once: one automaton finds the keywords of all of them, and a rule's expression sees
//! only the window around its own. A finding names place, rule and value (by fingerprint), and never holds the value.
//!
//! What is scanned is written by others. It cannot switch a finding off unless the caller says so, cannot make a scan use
//! more memory than a few pieces of a file, and cannot make it panic.

mod allow;
mod archive;
mod archive_limits;
mod assignment;
mod check;
mod chunk;
mod compiled;
mod cursor;
mod decode;
mod entropy;
mod finding;
mod fingerprint;
mod generic;
mod go_syntax;
mod history;
mod keywords;
mod known;
mod kubernetes;
mod matching;
mod outline;
mod pieces;
mod place;
mod rule;
mod rule_set;
mod rules_file;
mod scanner;
mod seen;
mod tree;
mod words;

pub use archive_limits::ArchiveLimits;
pub use cursor::CursorError;
pub use finding::{Encoding, Finding, Suppression};
pub use fingerprint::FingerprintKey;
pub use history::{HistoryError, HistorySeen, check_history};
pub use known::{Known, KnownError};
pub use rule::Rule;
pub use rule_set::RuleSet;
pub use rules_file::RulesError;
pub use scanner::{Options, Outcome, Scanner, Scratch};
pub use seen::SecretsSeen;
pub use tree::check_tree;
