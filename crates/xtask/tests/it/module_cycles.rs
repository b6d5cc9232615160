use xtask::tidy::module_cycles::check;

use crate::{files, told};

/// A crate `x` with these files below `src`.
fn of(sources: &[(&str, &str)]) -> Vec<String> {
    let paths: Vec<String> = sources.iter().map(|(path, _)| format!("crates/x/src/{path}")).collect();
    let named: Vec<(&str, &str)> = paths.iter().zip(sources).map(|(path, (_, text))| (path.as_str(), *text)).collect();
    told(&check(&files(&named)))
}

#[test]
fn two_modules_that_use_each_other_are_found() {
    let found = of(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B;\npub struct A;"),
        ("b.rs", "\npub struct B(pub super::a::A);"),
    ]);
    assert_eq!(
        found,
        ["crates/x/src/a.rs:1: modules use each other in a circle: `a` uses `b` (crates/x/src/a.rs:1); \
          `b` uses `a` (crates/x/src/b.rs:2)"]
    );
}

#[test]
fn a_longer_circle_through_folders_macros_and_reexports_is_found() {
    let found = of(&[
        ("lib.rs", "mod a; mod b; mod c; pub use c::deep::Deep;"),
        ("a.rs", "fn a() { println!(\"{}\", crate::b::name()); }\npub struct A;"),
        ("b/mod.rs", "pub fn name() -> u8 { crate::Deep; 1 }"),
        ("c.rs", "pub mod deep;"),
        ("c/deep.rs", "pub struct Deep; mod inner { use super::super::super::a; }"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    for part in ["`a` uses `b`", "`b` uses `c::deep`", "`c::deep` uses `a`"] {
        assert!(found[0].contains(part), "{found:?}");
    }
}

#[test]
fn a_child_that_uses_what_its_parent_declares_is_found() {
    let found = of(&[
        ("lib.rs", "mod a; pub struct Error; pub fn run() { a::go(); }"),
        ("a.rs", "use crate::Error; pub fn go() {}"),
    ]);
    assert!(found[0].contains("the crate root uses `a`") && found[0].contains("`a` uses the crate root"), "{found:?}");
}

#[test]
fn a_reexport_that_its_own_module_uses_is_a_use() {
    let found = of(&[
        ("lib.rs", "mod a; pub use a::A; pub fn run(_: A) {}"),
        ("a.rs", "pub struct A; fn f() { crate::run(A) }"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn what_is_no_circle_passes() {
    let found = of(&[
        // The root only passes names on.
        ("lib.rs", "mod a; mod b; mod error; pub use a::A; pub use error::Error;"),
        ("error.rs", "pub struct Error;"),
        ("a.rs", "use crate::{Error, b};\npub struct A(b::B);"),
        // Tests may use whatever they test, and the other crate's module of the same name is not ours.
        ("b.rs", "use other::a::X; use crate::Error;\npub struct B; #[cfg(test)] mod tests { use crate::a::A; }"),
    ]);
    assert_eq!(found, Vec::<String>::new());
}
