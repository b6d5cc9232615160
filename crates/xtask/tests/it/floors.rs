use xtask::tidy::floors::{FLOORS, check};

use crate::{files, package, told};

/// The workspace as the table wants it, one floor a row.
fn workspace(extra: &str) -> xtask::repository::Repository {
    let rows: String =
        FLOORS.iter().map(|(floor, crates)| format!("| {floor} | `{}` | x |\n", crates.join("`, `"))).collect();
    let mut repository =
        files(&[("ARCHITECTURE.md", &format!("| Floor | Crates | Holds |\n| --- | --- | --- |\n{rows}{extra}"))]);
    repository.packages = FLOORS.iter().flat_map(|(_, crates)| crates.iter()).map(|name| package(name, &[])).collect();
    repository
}

/// The same, but `name` depends on these.
fn with(name: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<String> {
    let mut repository = workspace("");
    repository.packages.retain(|package| package.name != name);
    repository.packages.push(package(name, dependencies));
    told(&check(&repository))
}

#[test]
fn arrows_that_point_down_pass() {
    assert_eq!(
        with("app", &[("store", None), ("safe-fs", Some("dev")), ("testkit", Some("dev"))]),
        Vec::<String>::new()
    );
}

#[test]
fn an_arrow_up_or_along_a_floor_is_found() {
    assert_eq!(
        with("store", &[("app", None), ("blueprint", Some("dev"))]),
        [
            "crates/store/Cargo.toml: `store` (floor 1) may not depend on `app` (floor 2): arrows point down",
            "crates/store/Cargo.toml: `store` (floor 1) may not depend on `blueprint` (floor 1): arrows point down",
        ]
    );
}

#[test]
fn what_stands_beside_the_floors_is_no_part_of_the_product() {
    assert_eq!(with("testkit", &[]), Vec::<String>::new());
    assert_eq!(with("xtask", &[("blueprint", None), ("testkit", Some("dev"))]), Vec::<String>::new());
    assert_eq!(with("app", &[("xtask", Some("dev"))]), ["crates/app/Cargo.toml: `xtask` is no part of the product"]);
    assert_eq!(with("fuzz-targets", &[("scan", None), ("testkit", Some("dev"))]), Vec::<String>::new());
    assert_eq!(
        with("scan", &[("fuzz-targets", None)]),
        ["crates/scan/Cargo.toml: `fuzz-targets` is no part of the product"]
    );
    assert_eq!(with("testkit", &[("domain", None)]).len(), 1);
}

#[test]
fn support_for_tests_stays_out_of_the_product() {
    assert_eq!(
        with("app", &[("testkit", None)]),
        ["crates/app/Cargo.toml: `testkit` may only stand under [dev-dependencies]"]
    );
}

#[test]
fn a_crate_without_a_floor_is_found() {
    let found = with("odd", &[]);
    assert!(found[0].starts_with("crates/odd/Cargo.toml: `odd` stands on no floor"), "{found:?}");
}

#[test]
fn a_floor_without_its_crate_is_found() {
    let mut repository = workspace("");
    repository.packages.retain(|package| package.name != "store");
    assert_eq!(told(&check(&repository)), ["crates/xtask/src/tidy/floors.rs: there is no crate `store`"]);
}

#[test]
fn a_document_that_shows_other_floors_is_found() {
    let found = told(&check(&workspace("| 4 | `store` | x |\n| 2 | `ghost` | x |\n")));
    assert!(found[0].contains("should show `store` on floor 1"), "{found:?}");
    assert!(found[1].contains("shows `ghost`"), "{found:?}");
}
