use std::fs;

use xtask::scorecard::advisories::scan;

/// A lockfile with one package of the registry.
fn lockfile(name: &str, version: &str) -> String {
    let index = concat!("registry+https://github.com/rust-lang/crates", ".io-index");
    format!("version = 4\n\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"{index}\"\n")
}

#[test]
fn a_vulnerable_dependency_is_found_and_its_fixed_release_is_not() {
    let Some(data) = testkit::shared("advisories/cargo/all.zip") else { return };
    let Some(_) = testkit::tool("osv-scanner") else { return };
    let folder = testkit::folder();
    let file = folder.path().join("Cargo.lock");
    fs::write(&file, lockfile("smallvec", "0.6.9")).unwrap();
    let found = scan(&file, &data).unwrap();
    assert!(found.iter().any(|known| known.starts_with("smallvec 0.6.9: RUSTSEC-2019-0009")), "{found:?}");
    fs::write(&file, lockfile("smallvec", "1.15.1")).unwrap();
    assert_eq!(scan(&file, &data).unwrap(), Vec::<String>::new());
}

#[test]
fn a_lockfile_that_cannot_be_read_is_no_pass() {
    let Some(data) = testkit::shared("advisories/cargo/all.zip") else { return };
    let Some(_) = testkit::tool("osv-scanner") else { return };
    let folder = testkit::folder();
    assert!(scan(&folder.path().join("Cargo.lock"), &data).is_err());
}
