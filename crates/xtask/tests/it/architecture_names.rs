use xtask::tidy::architecture_names::check;

use crate::{files, package, told};

fn document(text: &str) -> Vec<String> {
    let mut repository = files(&[
        ("ARCHITECTURE.md", text),
        ("crates/safe-fs/src/lib.rs", "pub struct Root; impl Root { pub fn open() {} } pub enum Kind { Folder }"),
        ("crates/safe-fs/src/deep/place.rs", "pub fn resolve() {}"),
        ("docs/guide.md", ""),
        ("blueprints/base/files/Makefile.jinja", ""),
    ]);
    repository.packages = vec![package("safe-fs", &[])];
    told(&check(&repository))
}

#[test]
fn names_that_exist_pass() {
    let text = "`Root`, `safe_fs::resolve`, `open()`, `deep/place.rs`, `lib.rs`, `docs/`, `./docs/guide.md`, `Makefile`, `Folder`";
    assert_eq!(document(text), Vec::<String>::new());
}

#[test]
fn words_that_are_no_names_of_ours_pass() {
    let text = "`rmcp::Server`, `--root DIR`, `tools/call`, `text/html`, `planHash`, `HTTP`, `cargo xtask tidy`\n```\n`Ghost`\n```";
    assert_eq!(document(text), Vec::<String>::new());
}

#[test]
fn names_that_lead_nowhere_are_found() {
    for name in ["Ghost", "safe_fs::Ghost", "vanish()", "gone.rs", "deep/gone.rs", "docs/gone/", "crates/gone"] {
        let found = document(&format!("\nSee `{name}`."));
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert!(found[0].starts_with(&format!("ARCHITECTURE.md:2: `{name}`: ")), "{found:?}");
    }
}

#[test]
fn a_missing_document_is_found() {
    assert_eq!(told(&check(&files(&[]))), ["ARCHITECTURE.md: it is missing"]);
}
