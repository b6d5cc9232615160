//! The rules as a whole.

use testkit::workspace;
use xtask::repository::Repository;
use xtask::tidy::RULES;

#[test]
fn every_rule_has_its_file_and_its_test() {
    for rule in &RULES {
        for file in [format!("src/tidy/{}.rs", rule.name), format!("tests/it/{}.rs", rule.name)] {
            assert!(workspace().join("crates/xtask").join(&file).is_file(), "{file} is missing");
        }
    }
}

#[test]
fn the_repository_is_read_without_what_git_ignores() {
    let repository = Repository::read(&workspace()).unwrap();
    assert!(repository.files.contains_key("crates/xtask/tests/it/rules.rs"));
    assert!(repository.packages.iter().any(|package| package.name == "xtask"));
    assert!(repository.files.keys().all(|path| !path.starts_with("target/") && !path.starts_with(".tools/")));
}
