//! Vulnerabilities of registered projects over their life, on a real project and an index of real form.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use app::{
    AcceptanceWish, CheckRequest, CheckSubject, ErrorKind, Quiet, VulnerabilityQuery, accept_vulnerability, check,
    list_vulnerabilities, rematch, reopen_vulnerability, show_vulnerability,
};
use domain::{
    Caller, CheckReport, Credential, Face, FindingKind, Policy, TrackedVulnerability, VulnerabilityReport,
    VulnerabilityState as State,
};
use serde_json::{Value, json};

use crate::{House, data_owner, request, with_call};

/// A house with a project, its folder, and a place for advisories.
struct Scene {
    house: House,
    project: String,
    folder: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let mut house = House::new();
        house.services.checks.advisories = Some(house.folder.path().join("advisories"));
        let begun = house.begin(request("demo")).unwrap();
        let folder = house.root().join("demo");
        Self { house, project: begun.project_id.unwrap(), folder }
    }

    /// Takes these records in as all there are of npm.
    fn advisories(&self, records: &[Value]) {
        let from = tempfile::tempdir().unwrap();
        for record in records {
            let path = from.path().join(format!("{}.json", record["id"].as_str().unwrap()));
            fs::write(path, record.to_string()).unwrap();
        }
        let to = self.house.services.checks.advisories.clone().unwrap();
        dependencies::advisories::import(&to, from.path(), &[], &AtomicBool::new(false)).unwrap();
    }

    /// The project uses this package, and no other of npm.
    fn uses(&self, package: &str, version: &str) {
        let lock = json!({
            "name": "demo", "version": "1.0.0", "lockfileVersion": 3, "requires": true,
            "packages": {
                "": { "name": "demo", "version": "1.0.0", "dependencies": { package: "*" } },
                format!("node_modules/{package}"): { "version": version },
            },
        });
        fs::write(self.folder.join("package-lock.json"), lock.to_string()).unwrap();
    }

    fn check(&self) -> CheckReport {
        let request = CheckRequest {
            kinds: vec![FindingKind::Vulnerability],
            ..CheckRequest::of(CheckSubject::Project { id: self.project.clone() })
        };
        with_call(&data_owner(Face::Cli), &Quiet, |call| check(&self.house.services, call, &request)).unwrap()
    }

    fn list(&self, states: &[State]) -> VulnerabilityReport {
        let query = VulnerabilityQuery { states: states.to_vec(), ..VulnerabilityQuery::default() };
        with_call(&data_owner(Face::Cli), &Quiet, |call| list_vulnerabilities(&self.house.services, call, &query))
            .unwrap()
    }

    fn show(&self, name: &str) -> TrackedVulnerability {
        with_call(&data_owner(Face::Cli), &Quiet, |call| show_vulnerability(&self.house.services, call, None, name))
            .unwrap()
    }
}

fn record(id: &str, package: &str, fixed: &str, aliases: &[&str]) -> Value {
    json!({
        "schema_version": "1.7.0", "id": id, "modified": "2026-11-01T00:00:00Z", "published": "2026-11-01T00:00:00Z",
        "aliases": aliases, "summary": "It can be made to hang.",
        "affected": [{
            "package": { "ecosystem": "npm", "name": package },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] }],
        }],
        "database_specific": { "severity": "HIGH" },
    })
}

#[test]
fn a_vulnerability_lives_from_the_check_that_finds_it_to_the_one_that_does_not() {
    let scene = Scene::new();
    scene.advisories(&[record("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.3.0", &["CVE-2026-1"])]);
    let before = scene.list(&[]);
    assert!(before.not_run[0].check.contains(&scene.project), "nobody looked, and that is said: {before:?}");
    scene.uses("left-pad", "1.2.0");
    assert_eq!(scene.check().findings.len(), 1);
    let open = scene.list(&[]);
    assert!(open.not_run.is_empty() && open.advisories.len() == 1);
    assert_eq!((open.summary.open(), open.summary.high, open.summary.overdue), (1, 1, 0));
    let one = scene.show("cve-2026-1");
    assert_eq!(
        (one.state, one.fixed.as_deref(), one.files.as_slice()),
        (State::Open, Some("1.3.0"), &["package-lock.json".to_owned()][..])
    );
    // Broken, it tells nothing, and nothing is fixed by that.
    fs::write(scene.folder.join("package-lock.json"), "{").unwrap();
    assert!(!scene.check().not_run.is_empty());
    assert_eq!(scene.show("CVE-2026-1").state, State::Open);
    scene.uses("left-pad", "1.3.0");
    assert!(scene.check().findings.is_empty());
    let fixed = scene.show("CVE-2026-1");
    assert_eq!((fixed.state, fixed.due.is_none(), fixed.fixed_at.is_some()), (State::Fixed, true, true));
    assert!(scene.list(&[]).vulnerabilities.is_empty() && scene.list(&[State::Fixed]).vulnerabilities.len() == 1);
    // What a project does not use any more is gone as well.
    scene.uses("left-pad", "1.0.0");
    scene.check();
    assert_eq!(scene.show("CVE-2026-1").state, State::Reopened);
    fs::remove_file(scene.folder.join("package-lock.json")).unwrap();
    scene.check();
    let told: Vec<_> = scene.show("CVE-2026-1").history.iter().map(|event| event.state).collect();
    assert_eq!(told, [State::Open, State::Fixed, State::Reopened, State::Fixed]);
}

#[test]
fn what_is_accepted_is_listed_apart_by_checks_until_its_day() {
    let scene = Scene::new();
    scene.advisories(&[record("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.3.0", &["CVE-2026-1"])]);
    scene.uses("left-pad", "1.2.0");
    assert!(scene.check().summary.failed);
    let admin = data_owner(Face::Cli);
    let wish = AcceptanceWish { why: "the function is never called", until: "30d" };
    let services = &scene.house.services;
    let accepted =
        with_call(&admin, &Quiet, |call| accept_vulnerability(services, call, None, "CVE-2026-1", wish)).unwrap();
    assert_eq!((accepted.state, accepted.overdue, accepted.due.as_deref()), (State::Accepted, false, None));
    assert_eq!(accepted.accepted.as_ref().unwrap().by, admin.name);
    let report = scene.check();
    assert!(report.findings.is_empty() && !report.summary.failed, "{report:?}");
    assert_eq!((report.suppressed.len(), report.suppressed[0].suppressed_by.as_str()), (1, "accepted"));
    assert!(report.suppressed[0].reason.as_ref().unwrap().contains("the function is never called"));
    assert_eq!(scene.show("CVE-2026-1").state, State::Accepted, "a check changes nothing of it");
    let reopened =
        with_call(&admin, &Quiet, |call| reopen_vulnerability(services, call, None, "CVE-2026-1", "it is called now"));
    assert_eq!(reopened.unwrap().state, State::Reopened);
    assert_eq!(scene.check().findings.len(), 1);
    let again = with_call(&admin, &Quiet, |call| reopen_vulnerability(services, call, None, "CVE-2026-1", "twice"));
    assert_eq!(again.unwrap_err().kind, ErrorKind::Refused);
}

#[test]
fn newer_advisories_open_what_nobody_looked_for_again() {
    let scene = Scene::new();
    scene.advisories(&[record("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.3.0", &[])]);
    scene.uses("right-pad", "2.0.0");
    assert!(scene.check().findings.is_empty());
    let services = &scene.house.services;
    let size = || services.store.audit_size().unwrap();
    let before = size();
    assert_eq!(rematch(services).unwrap().projects, 0, "the same advisories");
    // The files are gone: only what was kept of them is matched.
    fs::remove_dir_all(&scene.folder).unwrap();
    let old = record("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.3.0", &[]);
    scene.advisories(&[old.clone(), record("GHSA-bbbb-bbbb-bbbb", "right-pad", "2.0.1", &["CVE-2026-2"])]);
    let done = rematch(services).unwrap();
    assert_eq!((done.projects, done.opened, done.failed), (1, 1, 0));
    assert_eq!(size() - before, 1);
    let one = scene.show("CVE-2026-2");
    assert_eq!((one.state, one.history[0].by.as_str()), (State::Open, "smart-begin"));
    let before = size();
    assert_eq!(rematch(services).unwrap().projects, 0);
    assert_eq!(size(), before, "what moves nothing is not told");
    // Taken back, it is no vulnerability any more.
    scene.advisories(&[old]);
    assert_eq!(rematch(services).unwrap().fixed, 1);
    assert_eq!(scene.show("CVE-2026-2").state, State::Fixed);
}

#[test]
fn whoever_may_not_see_a_project_sees_none_of_it_and_members_decide_about_their_own_alone() {
    let scene = Scene::new();
    scene.advisories(&[record("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.3.0", &[])]);
    scene.uses("left-pad", "1.2.0");
    scene.check();
    let ada = Caller::new(
        &Policy::default(),
        "idp:ada",
        vec!["member".to_owned()],
        Face::Http,
        Credential::AccessToken("idp".to_owned()),
    );
    let (services, project) = (&scene.house.services, scene.project.as_str());
    with_call(&ada, &Quiet, |call| {
        let all = list_vulnerabilities(services, call, &VulnerabilityQuery::default()).unwrap();
        assert!(all.vulnerabilities.is_empty() && all.not_run.is_empty(), "{all:?}");
        let query = VulnerabilityQuery { project: Some(project.to_owned()), ..VulnerabilityQuery::default() };
        assert_eq!(list_vulnerabilities(services, call, &query).unwrap_err().kind, ErrorKind::NotFound);
        let wish = AcceptanceWish { why: "because", until: "1d" };
        for project in [None, Some(project)] {
            let error = accept_vulnerability(services, call, project, "GHSA-aaaa-aaaa-aaaa", wish).unwrap_err();
            assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
        }
    });
    with_call(&data_owner(Face::Cli), &Quiet, |call| {
        let none = show_vulnerability(services, call, Some(project), "CVE-1").unwrap_err();
        assert_eq!((none.kind, none.field), (ErrorKind::NotFound, Some("vulnerability")));
        let wish = |why, until| {
            accept_vulnerability(services, call, None, "GHSA-aaaa-aaaa-aaaa", AcceptanceWish { why, until })
        };
        assert_eq!(wish("", "1d").unwrap_err().field, Some("why"));
        assert_eq!(wish("because", "400d").unwrap_err().field, Some("until"));
    });
    assert_eq!(scene.show("GHSA-aaaa-aaaa-aaaa").state, State::Open);
}

#[test]
fn a_version_without_an_order_keeps_open_what_is_known_of_its_package_and_no_more() {
    let scene = Scene::new();
    let known = |id: &str, package: &str| record(id, package, "2.0.0", &[]);
    scene.advisories(&[known("GHSA-aaaa-aaaa-aaaa", "left-pad"), known("GHSA-bbbb-bbbb-bbbb", "right-pad")]);
    let lock = |left: Option<&str>, right: Option<&str>| {
        let mut packages = json!({ "": { "name": "demo", "version": "1.0.0" } });
        for (name, version) in [("left-pad", left), ("right-pad", right)] {
            if let Some(version) = version {
                packages[format!("node_modules/{name}")] = json!({ "version": version });
            }
        }
        let lock = json!({ "name": "demo", "version": "1.0.0", "lockfileVersion": 3, "packages": packages });
        fs::write(scene.folder.join("package-lock.json"), lock.to_string()).unwrap();
    };
    lock(Some("1.0.0"), Some("1.0.0"));
    assert_eq!(scene.check().findings.len(), 2);
    lock(Some("no-order"), None);
    let report = scene.check();
    assert!(report.not_run.iter().any(|each| each.check == "versions of npm" && each.reason.contains("left-pad")));
    assert_eq!(scene.show("GHSA-aaaa-aaaa-aaaa").state, State::Open, "nobody can tell");
    assert_eq!(scene.show("GHSA-bbbb-bbbb-bbbb").state, State::Fixed);
}

#[test]
fn a_check_tells_at_which_commit_it_looked_and_is_taken_out_with_what_it_found() {
    let scene = Scene::new();
    scene.advisories(&[record("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.3.0", &[])]);
    scene.uses("left-pad", "1.2.0");
    let head =
        std::process::Command::new("git").current_dir(&scene.folder).args(["rev-parse", "HEAD"]).output().unwrap();
    let head = String::from_utf8(head.stdout).unwrap().trim().to_owned();
    assert_eq!((head.len(), scene.check().summary.commit), (40, Some(head.clone())));
    let services = &scene.house.services;
    let kept = services.store.checks(&scene.project.parse().unwrap(), 9).unwrap();
    assert_eq!(kept[0].subject.as_ref(), Some(&head));
    assert_eq!(scene.show("GHSA-aaaa-aaaa-aaaa").checked.unwrap().commit, Some(head.clone()));
    let export = with_call(&data_owner(Face::Cli), &Quiet, |call| {
        app::export_project(services, call, &scene.project, app::ArchiveFormat::Zip)
    });
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(export.unwrap().bytes)).unwrap();
    let mut read = |name: &str| -> Value { serde_json::from_reader(archive.by_name(name).unwrap()).unwrap() };
    let (checks, found) = (read("checks.json"), read("vulnerabilities.json"));
    assert_eq!(
        (&checks[0]["commit"], &checks[0]["report"]["findings"][0]["package"]),
        (&json!(head), &json!("left-pad"))
    );
    assert_eq!(
        (&found[0]["advisory"], &found[0]["history"][0]["state"]),
        (&json!("GHSA-aaaa-aaaa-aaaa"), &json!("open"))
    );
}
