//! The page about access says what the code does.

use std::fs;

use testkit::workspace;
use xtask::access_table::{AUDIT_PAGE, PAGE, audit_renewed, renewed};

#[test]
fn the_tables_of_the_page_are_those_of_the_code() {
    let page = fs::read_to_string(workspace().join(PAGE)).unwrap();
    assert!(renewed(&page).unwrap() == page, "{PAGE} is stale: run cargo xtask access-table");
    let page = fs::read_to_string(workspace().join(AUDIT_PAGE)).unwrap();
    assert!(audit_renewed(&page).unwrap() == page, "{AUDIT_PAGE} is stale: run cargo xtask access-table");
}

#[test]
fn a_page_without_its_markers_is_refused() {
    assert!(renewed("# Access control\n").unwrap_err().0.contains("marker"));
}
