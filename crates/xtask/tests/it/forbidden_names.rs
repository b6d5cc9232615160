use xtask::tidy::forbidden_names::check;

use crate::{files, told};

#[test]
fn drawers_are_found_in_files_folders_modules_and_types() {
    for (path, text) in [
        ("crates/x/src/utils.rs", ""),
        ("crates/x/tests/common/mod.rs", ""),
        ("scripts/test-helpers.sh", ""),
        ("crates/x/src/a.rs", "mod misc {}"),
        ("crates/x/src/a.rs", "struct SessionManager;"),
        ("crates/x/src/a.rs", "mod inner { enum HTTPUtil {} }"),
    ] {
        assert_eq!(check(&files(&[(path, text)])).len(), 1, "{path}: {text}");
    }
}

#[test]
fn the_fault_says_where() {
    let found = check(&files(&[("crates/x/src/a.rs", "\nstruct TaskManager;")]));
    assert_eq!(
        told(&found),
        ["crates/x/src/a.rs:2: `TaskManager`: \"manager\" does not say what is inside; name it after what it does"]
    );
}

#[test]
fn names_that_only_look_alike_pass() {
    let text = "use rmcp::TaskManager; fn common_prefix() {} struct Commoner; struct Managed; mod utility_bills {}";
    assert_eq!(
        check(&files(&[("crates/x/src/uncommon.rs", text), ("it__a_package_manager.snap", ""), (".editorconfig", "")])),
        []
    );
}
