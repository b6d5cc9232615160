//! Repositories that would have something run.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use app::{FixMode, FixOutcome, UpgradeState};
use domain::{Ecosystem, Face};

use super::{Site, has, index, record, upgrade};
use crate::data_owner;

const PLAIN: &str = "idna==3.4\n";

fn site() -> Site {
    let records = [record("D-1", Ecosystem::PYPI, "idna", &[("0", "3.7")])];
    Site::new(&records, &[("requirements.txt", PLAIN)])
}

/// A program that tells that it ran.
fn trap(site: &Site, name: &str) -> (String, std::path::PathBuf) {
    let (program, ran) = (site.house.folder.path().join(name), site.house.folder.path().join("ran"));
    fs::write(&program, format!("#!/bin/sh\necho \"{name} $*\" >> {}\ncat\n", ran.display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    (program.display().to_string(), ran)
}

#[test]
fn nothing_that_a_repository_names_is_run() {
    let site = site();
    let (program, ran) = trap(&site, "trap");
    site.put(&[(".gitattributes", "* filter=evil diff=evil merge=evil\n"), ("a.txt", "x\n")]);
    site.commit();
    for setting in [
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.external",
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "gpg.program",
        "core.alternateRefsCommand",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "core.gitProxy",
        "merge.evil.driver",
    ] {
        site.git(&["config", setting, &program]);
    }
    for setting in [
        ("filter.evil.required", "true"),
        ("commit.gpgSign", "true"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "ext::sh -c trap%"),
        ("remote.origin.uploadpack", &program),
    ] {
        site.git(&["config", setting.0, setting.1]);
    }
    let hooks = site.project.join(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    for hook in [
        "pre-commit",
        "commit-msg",
        "post-commit",
        "reference-transaction",
        "post-checkout",
        "post-index-change",
        "post-rewrite",
    ] {
        fs::copy(&program, hooks.join(hook)).unwrap();
    }
    let _ = fs::remove_file(&ran);
    let report = site.fix(FixMode::Apply);
    assert_eq!(report.outcome, FixOutcome::Fixed, "{report:#?}");
    assert!(!ran.exists(), "{}", fs::read_to_string(ran).unwrap());
    assert!(report.branch.is_some());
}

#[test]
fn a_repository_that_leads_elsewhere_is_refused() {
    for part in ["objects", "refs/heads"] {
        let site = site();
        let (there, away) = (site.project.join(".git").join(part), site.house.folder.path().join("away"));
        fs::rename(&there, &away).unwrap();
        symlink(&away, &there).unwrap();
        let error = site.fix_as(&data_owner(Face::Cli), FixMode::Apply, &app::Quiet).unwrap_err();
        assert_eq!(error.kind, app::ErrorKind::Refused, "{part}: {error}");
    }
    let site = site();
    fs::write(site.project.join(".git/commondir"), "../../elsewhere\n").unwrap();
    assert!(site.fix_as(&data_owner(Face::Cli), FixMode::Apply, &app::Quiet).is_err());
}

#[test]
fn a_link_in_place_of_a_manifest_writes_nowhere_else() {
    let site = site();
    let victim = site.house.folder.path().join("victim.txt");
    fs::write(&victim, PLAIN).unwrap();
    fs::remove_file(site.project.join("requirements.txt")).unwrap();
    symlink(&victim, site.project.join("requirements.txt")).unwrap();
    site.put(&[("sub/requirements.txt", PLAIN)]);
    site.commit();
    let report = site.fix(FixMode::Apply);
    assert_eq!(report.outcome, FixOutcome::Fixed, "{report:#?}");
    assert_eq!(fs::read_to_string(victim).unwrap(), PLAIN);
    let branch = report.branch.unwrap();
    assert!(site.git(&["ls-tree", &branch, "requirements.txt"]).starts_with("120000"), "the link stays a link");
}

#[test]
fn names_that_are_options_reach_no_program() {
    let records = [
        record("E-1", Ecosystem::CARGO, "--config=build.rustc='x'", &[("0", "1.0.1")]),
        record("E-2", Ecosystem::CARGO, "$(touch x)", &[("0", "1.0.1")]),
    ];
    let lock = "version = 3\n\n[[package]]\nname = \"--config=build.rustc='x'\"\nversion = \"1.0.0\"\nsource = \"INDEX\"\n\n[[package]]\nname = \"$(touch x)\"\nversion = \"1.0.0\"\nsource = \"INDEX\"\n".replace("INDEX", &index());
    let site = Site::new(
        &records,
        &[("Cargo.lock", lock.as_str()), ("Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.0.0\"\n")],
    );
    let report = site.fix(FixMode::Apply);
    assert_eq!(
        (report.outcome, report.upgrades.len(), report.branch.is_some()),
        (FixOutcome::Failed, 2, false),
        "{report:#?}"
    );
    for one in &report.upgrades {
        assert_eq!((one.state, one.commands.len()), (UpgradeState::NotFixed, 0), "{one:#?}");
    }
}

#[test]
fn settings_of_cargo_and_npm_in_the_project_do_not_count() {
    if !has("cargo") || !has("npm") {
        return;
    }
    let records = [
        record("A-1", Ecosystem::CARGO, "smallvec", &[("0", "0.6.10")]),
        record("C-2", Ecosystem::NPM, "ms", &[("0", "2.1.2")]),
    ];
    let lock = "version = 3\n\n[[package]]\nname = \"old\"\nversion = \"0.1.0\"\ndependencies = [\n \"smallvec\",\n]\n\n[[package]]\nname = \"smallvec\"\nversion = \"0.6.9\"\nsource = \"INDEX\"\n".replace("INDEX", &index());
    let site = Site::new(
        &records,
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"old\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nsmallvec = \"0.6.9\"\n",
            ),
            ("Cargo.lock", lock.as_str()),
            ("src/lib.rs", ""),
            (
                "package.json",
                "{\"name\": \"old\", \"version\": \"1.0.0\", \"scripts\": {\"preinstall\": \"./trap\", \"postinstall\": \"./trap\", \"prepare\": \"./trap\"}, \"dependencies\": {\"ms\": \"2.1.0\"}}\n",
            ),
            (
                "package-lock.json",
                r#"{"name":"old","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"old","version":"1.0.0","dependencies":{"ms":"2.1.0"}},"node_modules/ms":{"version":"2.1.0","license":"MIT"}}}"#,
            ),
        ],
    );
    let (program, ran) = trap(&site, "trap");
    let cargo = format!(
        "[build]\nrustc = \"{program}\"\nrustc-wrapper = \"{program}\"\n[target.'cfg(all())']\nrunner = \"{program}\"\n[net]\ngit-fetch-with-cli = true\n[source.crates-{}]\nreplace-with = \"mine\"\n[source.mine]\ndirectory = \"/nowhere\"\n",
        "crates-io"
    );
    let npmrc = format!(
        "script-shell={program}\ngit={program}\nregistry=https://registry.example/\nignore-scripts=false\nnode-options=--require={program}\n"
    );
    site.put(&[
        (".cargo/config.toml", &cargo),
        ("rust-toolchain.toml", "[toolchain]\npath = \"/nowhere\"\n"),
        (".npmrc", &npmrc),
    ]);
    fs::copy(&program, site.project.join("trap")).unwrap();
    site.commit();
    let mut site = site;
    // The gates are the project's own code, and would run all of it.
    site.house.services.checks.fix.allowed = app::FixAllowed::Refresh;
    let report = site.fix(FixMode::Try);
    assert_eq!(report.outcome, FixOutcome::Fixed, "{report:#?}");
    assert!(report.upgrades.iter().all(|one| one.state == UpgradeState::Fixed), "{report:#?}");
    assert_eq!(upgrade(&report, "ms").upgrade.to.as_deref(), Some("2.1.2"));
    assert!(!ran.exists(), "{}", fs::read_to_string(ran).unwrap());
}

/// Every part of a repository that git would follow a link at, with what stands there.
#[test]
fn a_repository_whose_parts_are_links_or_borrowed_is_refused_and_nothing_is_written_through_them() {
    for part in [
        "refs",
        "refs/heads/smart-begin",
        "logs",
        "logs/refs",
        "logs/refs/heads",
        "logs/refs/heads/smart-begin",
        "objects/pack",
        "objects/aa",
    ] {
        let site = site();
        let (there, away) = (site.project.join(".git").join(part), site.house.folder.path().join("away"));
        fs::create_dir_all(&there).unwrap();
        fs::rename(&there, &away).unwrap();
        symlink(&away, &there).unwrap();
        let before = names(&away);
        refused(&site, part);
        assert_eq!(names(&away), before, "{part}");
    }
    for part in ["logs/refs/heads/smart-begin/fix-1", "objects/pack/pack-1.pack"] {
        let site = site();
        let (there, away) = (site.project.join(".git").join(part), site.house.folder.path().join("away"));
        fs::create_dir_all(there.parent().unwrap()).unwrap();
        fs::write(&away, "theirs").unwrap();
        symlink(&away, &there).unwrap();
        refused(&site, part);
        assert_eq!(fs::read_to_string(&away).unwrap(), "theirs");
    }
    // Objects of a repository that this caller may not read.
    let theirs = site();
    let site = site();
    let list = format!("{}\n", theirs.project.join(".git/objects").display());
    for part in ["objects/info/alternates", "objects/info/http-alternates"] {
        fs::write(site.project.join(".git").join(part), &list).unwrap();
        refused(&site, part);
        fs::remove_file(site.project.join(".git").join(part)).unwrap();
    }
    assert_eq!(site.fix(FixMode::Try).outcome, FixOutcome::Fixed, "without them it is a repository like any other");
}

fn refused(site: &Site, part: &str) {
    let error = site.fix_as(&data_owner(Face::Cli), FixMode::Apply, &app::Quiet).expect_err(part);
    assert_eq!(error.kind, app::ErrorKind::Refused, "{part}: {error}");
}

fn names(folder: &std::path::Path) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

/// Puts a link to another repository in the place of the project, when a step begins.
struct Swap {
    at: u32,
    project: std::path::PathBuf,
    other: std::path::PathBuf,
}

impl app::Watch for Swap {
    fn step(&self, step: app::Step) {
        if step.number == self.at {
            fs::rename(&self.project, self.project.with_extension("moved")).unwrap();
            symlink(&self.other, &self.project).unwrap();
        }
    }

    fn cancelled(&self) -> bool {
        false
    }
}

#[test]
fn a_folder_that_is_swapped_while_it_is_fixed_leads_to_no_other_repository() {
    for at in [2, 3, 6] {
        let site = site();
        let other = site.house.folder.path().join("other");
        site.git(&["clone", "-q", ".", &other.display().to_string()]);
        let before = refs(&other);
        let swap = Swap { at, project: site.project.clone(), other: other.clone() };
        let said = match site.fix_as(&data_owner(Face::Cli), FixMode::Apply, &swap) {
            Err(error) => error.to_string(),
            // Once the copy is made, nothing of the other is read.
            Ok(report) => {
                assert!(at > 2, "a copy was made of what nobody looked at: {report:#?}");
                assert_eq!((report.outcome, report.branch), (FixOutcome::Failed, None), "{at}");
                report.next.join(" ")
            }
        };
        assert!(said.contains("moved or replaced"), "{at}: {said}");
        assert_eq!(refs(&other), before, "{at}");
    }
}

fn refs(repository: &std::path::Path) -> String {
    let done = std::process::Command::new("git").arg("-C").arg(repository).arg("for-each-ref").output().unwrap();
    String::from_utf8(done.stdout).unwrap()
}
