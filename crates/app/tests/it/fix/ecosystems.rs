//! One small vulnerable project of each ecosystem, fixed and looked at again.

use app::{FixMode, FixOutcome, UpgradeState};
use domain::Ecosystem;

use super::{Site, has, index, record, upgrade};

/// The project is fixed on a branch, and everything else is as it was.
fn fixed(site: &Site) -> app::FixReport {
    let (before, head) = (site.state(), site.git(&["rev-parse", "HEAD"]));
    let report = site.fix(FixMode::Apply);
    assert_eq!(report.outcome, FixOutcome::Fixed, "{report:#?}");
    for one in &report.upgrades {
        let (file, to) = (&one.upgrade.files[0], one.upgrade.to.as_deref().unwrap());
        let adds = |line: &str| line.starts_with('+') && line.contains(to);
        assert!(report.diff.contains(&format!("+++ b/{file}")) && report.diff.lines().any(adds), "{}", report.diff);
    }
    let branch = report.branch.clone().unwrap();
    assert!(branch.starts_with("smart-begin/fix-2"), "{branch}");
    assert_eq!(site.git(&["rev-parse", &format!("{branch}^")]), head, "one commit, on the last one");
    assert_eq!(site.git(&["rev-parse", "HEAD"]), head);
    let mut after = site.state();
    after.retain(|(path, _)| {
        !path.ends_with(format!(".git/refs/heads/{branch}"))
            && !path.to_string_lossy().contains("logs/refs/heads/smart-begin")
    });
    assert!(after == before, "nothing but the branch is new");
    site.git(&["fsck", "--strict"]);
    report
}

fn on_branch(site: &Site, report: &app::FixReport, file: &str) -> String {
    site.git(&["show", &format!("{}:{file}", report.branch.as_deref().unwrap())])
}

#[test]
fn cargo() {
    if !has("cargo") {
        return;
    }
    let cargo = Ecosystem::CARGO;
    let records = [
        record("A-1", cargo, "smallvec", &[("0", "0.6.10")]),
        record("A-2", cargo, "smallvec", &[("0.6.3", "0.6.14"), ("1.0.0", "1.6.1")]),
        record("A-3", cargo, "maybe-uninit", &[("0", "9.0.0")]),
    ];
    let manifest = "[package]\nname = \"old\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n# keep me\nsmallvec = \"=0.6.9\" # and me\n";
    let lock = "version = 3\n\n[[package]]\nname = \"old\"\nversion = \"0.1.0\"\ndependencies = [\n \"smallvec\",\n]\n\n[[package]]\nname = \"smallvec\"\nversion = \"0.6.9\"\nsource = \"INDEX\"\n".replace("INDEX", &index());
    let site = Site::new(
        &records,
        &[
            ("Cargo.toml", manifest),
            ("Cargo.lock", lock.as_str()),
            (
                "src/lib.rs",
                "//! Old.\n#[test]\nfn works() { let _: smallvec::SmallVec<[u8; 4]> = Default::default(); }\n",
            ),
        ],
    );
    let report = site.fix(FixMode::Try);
    assert_eq!(
        (report.outcome, report.branch),
        (FixOutcome::Failed, None),
        "it brings maybe-uninit in, which is vulnerable here"
    );
    let site = Site::new(
        &records[..2],
        &[
            ("Cargo.toml", manifest),
            ("Cargo.lock", lock.as_str()),
            (
                "src/lib.rs",
                "//! Old.\n#[test]\nfn works() { let _: smallvec::SmallVec<[u8; 4]> = Default::default(); }\n",
            ),
        ],
    );
    let report = fixed(&site);
    let one = upgrade(&report, "smallvec");
    assert_eq!((one.state, one.upgrade.to.as_deref()), (UpgradeState::Fixed, Some("0.6.14")), "{report:#?}");
    assert_eq!(one.upgrade.clears, ["A-1", "A-2"]);
    assert_eq!(on_branch(&site, &report, "Cargo.toml"), manifest.replace("=0.6.9", "=0.6.14"));
    assert!(on_branch(&site, &report, "Cargo.lock").contains("version = \"0.6.14\""));
    assert_eq!(report.gates[0].command, "cargo test --quiet --locked --offline");
    assert_eq!((report.before, report.after), (2, Some(0)));
}

#[test]
fn go() {
    if !has("go") {
        return;
    }
    let records = [record("B-1", Ecosystem::GO, "golang.org/x/text", &[("0", "0.3.8")])];
    let manifest = "module example.com/old\n\ngo 1.20\n\n// keep me\nrequire golang.org/x/text v0.3.6 // and me\n";
    let files = [
        ("go.mod", manifest),
        (
            "main.go",
            "package main\n\nimport \"golang.org/x/text/language\"\n\nfunc main() { println(language.English.String()) }\n",
        ),
        ("main_test.go", "package main\n\nimport \"testing\"\n\nfunc TestMain_(t *testing.T) { main() }\n"),
    ];
    let site = Site::new(&records, &files);
    let report = fixed(&site);
    assert_eq!(upgrade(&report, "golang.org/x/text").state, UpgradeState::Fixed);
    assert!(on_branch(&site, &report, "go.mod").contains("// keep me\nrequire golang.org/x/text v0.3.8 // and me\n"));
    assert!(on_branch(&site, &report, "go.sum").contains("golang.org/x/text v0.3.8 h1:"));
    assert_eq!(report.gates.len(), 1);
}

#[test]
fn npm_direct_and_transitive() {
    if !has("npm") {
        return;
    }
    let records = [
        record("C-1", Ecosystem::NPM, "minimist", &[("0", "0.2.4"), ("1.0.0", "1.2.6")]),
        record("C-2", Ecosystem::NPM, "ms", &[("0", "2.1.2")]),
    ];
    // mkdirp asks for minimist ^1.2.5.
    let manifest = "{\n\t\"name\": \"old\",\n\t\"version\": \"1.0.0\",\n\t\"dependencies\": {\n\t\t\"mkdirp\": \"0.5.5\",\n\t\t\"ms\": \"^2.1.0\"\n\t}\n}\n";
    let lock = r#"{"name":"old","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{
"":{"name":"old","version":"1.0.0","dependencies":{"mkdirp":"0.5.5","ms":"^2.1.0"}},
"node_modules/minimist":{"version":"1.2.5","license":"MIT"},
"node_modules/mkdirp":{"version":"0.5.5","license":"MIT","dependencies":{"minimist":"^1.2.5"},"bin":{"mkdirp":"bin/cmd.js"}},
"node_modules/ms":{"version":"2.1.0","license":"MIT"}}}"#;
    let site = Site::new(&records, &[("package.json", manifest), ("package-lock.json", lock)]);
    let report = fixed(&site);
    assert_eq!(on_branch(&site, &report, "package.json"), manifest.replace("^2.1.0", "^2.1.2"));
    let lock: serde_json::Value = serde_json::from_str(&on_branch(&site, &report, "package-lock.json")).unwrap();
    let version = |name: &str| lock["packages"][format!("node_modules/{name}")]["version"].as_str().unwrap().to_owned();
    assert_eq!(
        (version("minimist"), version("ms"), version("mkdirp")),
        ("1.2.6".into(), "2.1.2".into(), "0.5.5".into())
    );
    assert_eq!(upgrade(&report, "minimist").upgrade.through, ["mkdirp"]);
    assert!(report.not_run.iter().any(|not_run| not_run.check == "gates"), "{report:#?}");
}

#[test]
fn python_pins_hashes_and_uv() {
    if !has("uv") {
        return;
    }
    let records = [
        record("D-1", Ecosystem::PYPI, "idna", &[("0", "3.7")]),
        record("D-2", Ecosystem::PYPI, "certifi", &[("0", "2023.7.22")]),
    ];
    let hash = |digit: &str| digit.repeat(64);
    let hashed = format!(
        "idna==3.4 \\\n    --hash=sha256:{}\n    # via x\nsix==1.16.0 \\\n    --hash=sha256:{}\n",
        hash("1"),
        hash("2")
    );
    let plain = "# mine\nIdna==3.4  # why\nsix==1.16.0\n";
    let pyproject = "[project]\nname = \"old\"\nversion = \"0.1.0\"\nrequires-python = \">=3.9\"\ndependencies = [\n    \"idna>=3.0,<4\", # keep\n]\n";
    let lock = "version = 1\nrequires-python = \">=3.9\"\n\n[[package]]\nname = \"idna\"\nversion = \"3.4\"\nsource = { registry = \"https://registry.example/simple\" }\n\n[[package]]\nname = \"old\"\nversion = \"0.1.0\"\nsource = { virtual = \".\" }\ndependencies = [\n    { name = \"idna\" },\n]\n\n[package.metadata]\nrequires-dist = [{ name = \"idna\", specifier = \">=3.0,<4\" }]\n";
    let files = [
        ("requirements.txt", plain),
        ("deploy/requirements.lock", hashed.as_str()),
        ("app/pyproject.toml", pyproject),
        ("app/uv.lock", lock),
    ];
    let site = Site::new(&records, &files);
    let report = fixed(&site);
    assert_eq!(on_branch(&site, &report, "requirements.txt"), plain.replace("3.4", "3.7"));
    let lines = on_branch(&site, &report, "deploy/requirements.lock");
    assert!(lines.starts_with("idna==3.7 \\\n    --hash=sha256:") && !lines.contains(&hash("1")), "{lines}");
    assert!(lines.contains("    # via x\nsix==1.16.0 \\\n") && lines.contains(&hash("2")), "{lines}");
    assert_eq!(on_branch(&site, &report, "app/pyproject.toml"), pyproject.replace(">=3.0", ">=3.7"));
    assert!(on_branch(&site, &report, "app/uv.lock").contains("name = \"idna\"\nversion = \"3.7\""));
}
