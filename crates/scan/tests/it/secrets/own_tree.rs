//! This repository holds no secret, and the way to add a rule is as its page says.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use scan::secrets::{Options, RuleSet, check_history, check_tree};
use source_tree::{Selection, SourceTree};

use super::template::expand;
use super::{rules_in, scanner, shipped};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn this_repository_is_clean() {
    let tree = SourceTree::of_folder(&root(), Selection::Tracked).unwrap();
    let seen = check_tree(shipped(), &tree, &AtomicBool::new(false));
    assert!(seen.files > 500 && seen.suppressed.is_empty(), "{} files", seen.files);
    assert!(seen.findings.is_empty(), "{:#?}", seen.findings);
}

#[test]
fn the_history_of_this_repository_is_clean() {
    if std::env::var_os("SMART_BEGIN_LONG").is_none() || !root().join(".git").exists() {
        return;
    }
    let looked = check_history(shipped(), &root(), None, &AtomicBool::new(false)).unwrap();
    assert!(looked.seen.findings.is_empty(), "{} commits: {:#?}", looked.commits, looked.seen.findings);
}

/// The toy rule of `CONTRIBUTING.md`, "Add a secret rule", is added as the page says and does what the page says.
#[test]
fn the_recipe_for_a_rule_is_right() {
    let page = std::fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let section = page.split("\n## Add a secret rule\n").nth(1).expect("the section").split("\n## ").next().unwrap();
    let block = section.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the rule");
    let rule: String = block.lines().map(|line| line.strip_prefix("   ").unwrap_or(line).to_owned() + "\n").collect();
    let set = RuleSet::from_toml("recipe", &rule, &|_| unreachable!()).unwrap();
    let [toy] = set.rules() else { panic!("{:#?}", set.rules()) };
    let scanner = scanner(&set, Options::default());
    for (number, example) in toy.examples.iter().enumerate() {
        assert_eq!(rules_in(&scanner, "a.conf", &expand(example, &format!("{number}"))), [toy.id.as_str()]);
    }
    for example in &toy.counter_examples {
        assert!(rules_in(&scanner, "a.conf", &expand(example, "no")).is_empty(), "{example}");
    }
    assert!(toy.examples.len() > 1 && toy.counter_examples.len() > 1);
    assert!(!RuleSet::shipped().unwrap().rules().iter().any(|known| known.id == toy.id), "it is a toy");
}
