//! Whole trees: which files count, and what is said of those that do not.

use crate::tree::{check, lines, of};

#[test]
fn a_manifest_without_a_lockfile_pins_nothing_and_says_how_to_get_one() {
    let found = check(
        &[
            ("Cargo.toml", "[package]\nname = \"me\"\n[dependencies]\na = \"1\"\n"),
            ("web/package.json", "{\"devDependencies\":{\"b\":\"^2\"}}"),
        ],
        &["Cargo.toml:4 cargo a (1) +", "web/package.json:1 npm b (^2) + dev"],
    );
    assert!(found.dependencies.iter().all(|package| package.version.is_none()));
    assert!(found.not_run[0].hint.contains("cargo generate-lockfile"), "{:?}", found.not_run);
    assert_eq!(found.not_run[1].file.as_deref(), Some("web/package.json"));
}

#[test]
fn installed_packages_are_not_read() {
    let lock =
        "version = 4\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"registry+https://registry.example\"\n";
    let found = of(&[
        ("node_modules/x/Cargo.lock", lock),
        ("vendor/x/Cargo.lock", lock),
        ("Cargo.toml", "[workspace]\n"),
        ("elsewhere/vendor/x/Cargo.lock", lock),
    ]);
    assert_eq!(lines(&found), ["elsewhere/vendor/x/Cargo.lock:2 cargo a 1 ?"]);
    assert!(found.not_run[0].reason.starts_with("2 lockfiles"), "{:?}", found.not_run);
}

#[test]
fn what_is_not_understood_is_told_with_file_and_reason() {
    let cases: [(&str, &str, &str); 7] = [
        ("Cargo.lock", "version = 4\n[[package]\n", "line 2"),
        ("Cargo.lock", "[[package]]\nname = \"a\"\n", "no name or no version, line 1"),
        ("package-lock.json", "{\"packages\":{", "it is no JSON"),
        ("package-lock.json", "{\"lockfileVersion\":3,\n\"packages\":{},\"packages\":{}}", "\"packages\" stands twice"),
        ("go.mod", "module x\nrequire (\n", "cut off"),
        ("go.mod", "module x\nrequire a\n", "line 2"),
        ("uv.lock", "", "it has no version"),
    ];
    for (file, text, reason) in cases {
        let found = of(&[(file, text)]);
        assert_eq!(found.dependencies, [], "{file}");
        let [told] = &found.not_run[..] else { panic!("{file}: {:?}", found.not_run) };
        assert!(told.reason.contains(reason) && told.file.as_deref() == Some(file), "{told:?}");
    }
}
