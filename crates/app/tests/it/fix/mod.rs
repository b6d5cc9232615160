//! Vulnerable projects, fixed by the real tools of their ecosystems.

mod ecosystems;
mod foreign_sources;
mod gates;
mod hostile;
mod planning;
mod registered;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;

use app::{
    Error, FixAllowed, FixMode, FixNetwork, FixReport, FixRequest, FixSubject, FixedUpgrade, Quiet, Watch, fix_project,
};
use dependencies::advisories;
use domain::{Caller, Ecosystem, Face};

use crate::{House, data_owner, with_call};

/// A record of a vulnerability: from the first version, up to and without the fixed one.
fn record(id: &str, ecosystem: &str, package: &str, fixed: &[(&str, &str)]) -> String {
    let events: Vec<String> = fixed
        .iter()
        .flat_map(|(from, to)| [format!(r#"{{"introduced":"{from}"}}"#), format!(r#"{{"fixed":"{to}"}}"#)])
        .collect();
    let kind = if ecosystem == Ecosystem::PYPI { "ECOSYSTEM" } else { "SEMVER" };
    format!(
        r#"{{"schema_version":"1.7.5","id":"{id}","modified":"2026-01-01T00:00:00Z","summary":"Bad {package}","affected":[{{"package":{{"ecosystem":"{ecosystem}","name":"{package}"}},"ranges":[{{"type":"{kind}","events":[{}]}}]}}]}}"#,
        events.join(",")
    )
}

/// How Cargo names its registry in a lockfile.
pub(crate) fn index() -> String {
    format!("registry+https://github.com/rust-lang/{}-index", Ecosystem::CARGO)
}

/// A house whose services know these advisories, and a repository with these files.
pub(crate) struct Site {
    pub(crate) house: House,
    pub(crate) project: PathBuf,
}

impl Site {
    pub(crate) fn new(records: &[String], files: &[(&str, &str)]) -> Self {
        let mut house = House::new();
        let (from, index) = (house.folder.path().join("osv"), house.folder.path().join("advisories"));
        fs::create_dir(&from).unwrap();
        for (number, record) in records.iter().enumerate() {
            fs::write(from.join(format!("{number}.json")), record).unwrap();
        }
        let ecosystem = |record: &String| {
            let record: serde_json::Value = serde_json::from_str(record).unwrap();
            Ecosystem::new(record["affected"][0]["package"]["ecosystem"].as_str().unwrap())
        };
        let all: BTreeSet<Ecosystem> = records.iter().map(ecosystem).collect();
        let all: Vec<Ecosystem> = all.into_iter().collect();
        advisories::import(&index, &from, &all, &AtomicBool::new(false)).unwrap();
        house.services.checks.advisories = Some(index);
        let fix = &mut house.services.checks.fix;
        fix.allowed = FixAllowed::Gates;
        fix.network = FixNetwork::Refresh;
        fix.variables = std::env::vars_os().collect();
        let project = house.root().join("project");
        fs::create_dir(&project).unwrap();
        let site = Self { house, project };
        site.put(files);
        site.git(&["init", "-q", "-b", "main"]);
        site.commit();
        site
    }

    pub(crate) fn put(&self, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = self.project.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first"]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let done = Command::new("git").arg("-C").arg(&self.project).args(arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    pub(crate) fn fix_as(&self, caller: &Caller, mode: FixMode, watch: &dyn Watch) -> Result<FixReport, Error> {
        let request = FixRequest { subject: FixSubject::Folder { path: self.project.display().to_string() }, mode };
        with_call(caller, watch, |call| fix_project(&self.house.services, call, &request))
    }

    pub(crate) fn fix(&self, mode: FixMode) -> FixReport {
        self.fix_as(&data_owner(Face::Cli), mode, &Quiet).unwrap()
    }

    /// All that is in the project's folder but git's objects and logs: names, kinds and bytes.
    pub(crate) fn state(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all = Vec::new();
        walk(&self.project, &mut all);
        all.retain(|(path, _)| !path.strip_prefix(&self.project).unwrap().starts_with(".git/objects"));
        all
    }
}

fn walk(folder: &Path, all: &mut Vec<(PathBuf, Vec<u8>)>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if fs::symlink_metadata(&path).unwrap().is_dir() {
            walk(&path, all);
        } else {
            let bytes = fs::read(&path).unwrap_or_default();
            all.push((path, bytes));
        }
    }
}

pub(crate) fn upgrade<'a>(report: &'a FixReport, package: &str) -> &'a FixedUpgrade {
    let found = report.upgrades.iter().find(|one| one.upgrade.package == package);
    found.unwrap_or_else(|| panic!("{package}: {report:#?}"))
}

/// Whether a test that needs this program can run.
#[allow(clippy::print_stdout, reason = "it tells that a test did not run")]
pub(crate) fn has(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok()
        || Command::new(program).arg("version").output().is_ok();
    if !there {
        println!("NOT RUN: there is no {program}");
    }
    there
}
