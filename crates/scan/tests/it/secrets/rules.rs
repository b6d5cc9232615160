//! Every shipped rule finds its examples and leaves its counter-examples alone.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

use scan::secrets::{RuleSet, check_tree};
use source_tree::{Selection, SourceTree};

use super::template::expand;
use super::{rules_in, shipped};

/// Names that stand for files of each kind of language.
const NAME: &str = "settings.conf";

#[test]
fn the_shipped_set_has_many_rules_each_with_examples() {
    let set = RuleSet::shipped().unwrap();
    assert!(set.rules().len() >= 200, "{}", set.rules().len());
    let ids: HashSet<&str> = set.rules().iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids.len(), set.rules().len());
    for rule in set.rules() {
        let by_path = ["pkcs12-file", "private-key-file"].contains(&rule.id.as_str());
        assert!(by_path || (!rule.examples.is_empty() && !rule.counter_examples.is_empty()), "{}", rule.id);
        assert!(!rule.description.is_empty(), "{}", rule.id);
    }
}

#[test]
fn every_rule_finds_its_examples() {
    let scanner = shipped();
    let mut missed = Vec::new();
    for rule in RuleSet::shipped().unwrap().rules() {
        for (number, example) in rule.examples.iter().enumerate() {
            let text = expand(example, &format!("{} {number}", rule.id));
            let found = rules_in(scanner, NAME, &text);
            if !found.contains(&rule.id) {
                missed.push(format!("{}: {text:?} found {found:?}", rule.id));
            }
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn no_rule_finds_its_counter_examples() {
    let scanner = shipped();
    let mut wrong = Vec::new();
    for rule in RuleSet::shipped().unwrap().rules() {
        for (number, example) in rule.counter_examples.iter().enumerate() {
            let text = expand(example, &format!("{} not {number}", rule.id));
            if rules_in(scanner, NAME, &text).contains(&rule.id) {
                wrong.push(format!("{}: {text:?}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrongly found:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_rules_files_hold_no_secret_themselves() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let tree = SourceTree::of_folder(&folder, Selection::All).unwrap();
    let seen = check_tree(shipped(), &tree, &AtomicBool::new(false));
    assert!(seen.findings.is_empty() && seen.files > 10, "{:#?}", seen.findings);
}

/// Writes every example to a folder, for a comparison with other engines: `SCAN_EXAMPLES=FOLDER`.
#[test]
fn examples_can_be_written_out() {
    let Ok(folder) = std::env::var("SCAN_EXAMPLES") else { return };
    for rule in RuleSet::shipped().unwrap().rules() {
        for (number, example) in rule.examples.iter().enumerate() {
            let text = expand(example, &format!("{} {number}", rule.id));
            std::fs::write(std::path::Path::new(&folder).join(format!("{}.{number}.conf", rule.id)), text + "\n")
                .unwrap();
        }
    }
}
