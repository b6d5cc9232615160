//! Registered projects: who may reach them, what is noted of them, and what is done for them by itself.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::Arc;

use app::{
    AnalysisDepth, AnalyzeRequest, AuditQuery, BeginRequest, CheckRequest, CheckScope, CheckSubject, Delivery, Error,
    ErrorKind, FixAllowed, FixMode, FixOutcome, FixReport, FixRequest, FixSubject, Quiet, SbomForm, SbomRequest,
    Services, Step, VulnerabilityQuery, Watch, analyze_project, check, fix_all, fix_project, list_vulnerabilities,
    make_sbom, patches_job, query_audit, show_vulnerability,
};
use domain::{
    Caller, Credential, Ecosystem, Face, FindingKind, Policy, Severity, TrackedVulnerability,
    VulnerabilityState as State,
};

use super::{Site, record};
use crate::{House, data_owner, request, with_call};

/// A registered project whose pins name a vulnerable package; nothing has to be asked of anybody to raise it.
fn registered() -> (Site, String) {
    let records = [record("D-1", Ecosystem::PYPI, "old-thing", &[("0", "1.0.1")])];
    let mut site = Site::new(&records, &[("a", "")]);
    site.house.services.checks.fix.allowed = FixAllowed::Refresh;
    let id = begin(&mut site, "demo");
    (site, id)
}

/// Begins another one, which the site is of from now on.
fn begin(site: &mut Site, name: &str) -> String {
    let id = site.house.begin(request(name)).unwrap().project_id.unwrap();
    site.project = site.house.root().join(name);
    site.put(&[("deploy/requirements.txt", "old-thing==1.0.0\n")]);
    site.commit();
    id
}

fn member(name: &str, face: Face) -> Caller {
    let credential = Credential::AccessToken("idp".to_owned());
    Caller::new(&Policy::default(), format!("idp:{name}"), vec!["member".to_owned()], face, credential)
}

fn fix(services: &Services, id: &str, mode: FixMode) -> Result<FixReport, Error> {
    let request = FixRequest { subject: FixSubject::Project { id: id.to_owned() }, mode };
    with_call(&data_owner(Face::Cli), &Quiet, |call| fix_project(services, call, &request))
}

fn look(services: &Services, id: &str) {
    let subject = CheckSubject::Project { id: id.to_owned() };
    let request = CheckRequest { kinds: vec![FindingKind::Vulnerability], ..CheckRequest::of(subject) };
    with_call(&data_owner(Face::Cli), &Quiet, |call| check(services, call, &request)).unwrap();
}

fn tracked(services: &Services, id: &str) -> TrackedVulnerability {
    with_call(&data_owner(Face::Cli), &Quiet, |call| show_vulnerability(services, call, Some(id), "D-1")).unwrap()
}

fn branches(site: &Site) -> usize {
    site.git(&["for-each-ref", "refs/heads/smart-begin"]).lines().count()
}

#[test]
fn a_fix_is_noted_as_ready_and_as_fixed_only_when_a_check_says_so() {
    let (site, id) = registered();
    let services = &site.house.services;
    look(services, &id);
    assert_eq!(tracked(services, &id).state, State::Open);
    for mode in [FixMode::Plan, FixMode::Try] {
        fix(services, &id, mode).unwrap();
        assert_eq!(tracked(services, &id).state, State::Open, "{mode:?} leaves nothing that could be merged");
    }
    let report = fix(services, &id, FixMode::Apply).unwrap();
    assert_eq!((report.outcome, report.project.as_deref()), (FixOutcome::Fixed, Some(id.as_str())), "{report:#?}");
    let branch = report.branch.unwrap();
    let ready = tracked(services, &id);
    assert_eq!((ready.state, ready.fixed_at.is_none()), (State::PatchReady, true));
    assert_eq!(ready.patch.as_deref(), Some(format!("branch {branch}").as_str()));
    look(services, &id);
    assert_eq!(tracked(services, &id).state, State::PatchReady, "nobody merged it yet");
    site.git(&["merge", "-q", &branch]);
    assert_eq!(tracked(services, &id).state, State::PatchReady, "nobody looked yet");
    look(services, &id);
    assert_eq!(tracked(services, &id).state, State::Fixed);
}

#[test]
fn the_job_makes_upgrades_once_for_what_is_bad_enough_and_goes_on_past_a_project_that_is_gone() {
    let (mut site, gone) = registered();
    let away = site.project.clone();
    let id = begin(&mut site, "second");
    let Site { house: House { folder, services }, project } = site;
    let services = Arc::new(services);
    [&gone, &id].into_iter().for_each(|id| look(&services, id));
    let job = |services: &Arc<Services>, at| (patches_job(Arc::clone(services), at).work)();
    let count = || {
        let mut git = std::process::Command::new("git");
        let done = git.arg("-C").arg(&project).args(["for-each-ref", "refs/heads/smart-begin"]).output().unwrap();
        String::from_utf8(done.stdout).unwrap().lines().count()
    };
    fs::rename(&away, folder.path().join("elsewhere")).unwrap();
    job(&services, Severity::Critical).unwrap();
    assert_eq!((count(), tracked(&services, &id).state), (0, State::Open), "it is not bad enough");
    let error = job(&services, Severity::Medium).unwrap_err();
    assert!(error.message.starts_with("For 1 of 2 projects"), "{error}");
    assert_eq!((count(), tracked(&services, &id).state), (1, State::PatchReady));
    assert_eq!(tracked(&services, &gone).state, State::Open);
    fs::rename(folder.path().join("elsewhere"), &away).unwrap();
    job(&services, Severity::Low).unwrap();
    assert_eq!(tracked(&services, &gone).state, State::PatchReady);
    job(&services, Severity::Low).unwrap();
    assert_eq!(count(), 1, "what is ready is not made again");
    let query = VulnerabilityQuery { states: vec![State::Fixed], ..VulnerabilityQuery::default() };
    let fixed =
        with_call(&data_owner(Face::Cli), &Quiet, |call| list_vulnerabilities(&services, call, &query)).unwrap();
    assert!(fixed.vulnerabilities.is_empty(), "nobody looked again");
}

#[test]
fn all_projects_of_a_caller_are_fixed_and_no_other() {
    let (mut site, first) = registered();
    let broken = begin(&mut site, "broken");
    fs::remove_dir_all(site.project.join(".git")).unwrap();
    let archive = BeginRequest { delivery: Some(Delivery::Archive), git: false, ..request("packed") };
    site.house.begin(archive).unwrap();
    let services = &site.house.services;
    let all = with_call(&data_owner(Face::Cli), &Quiet, |call| fix_all(services, call, FixMode::Apply)).unwrap();
    let of = |id: &str| &all.iter().find(|(project, _)| project == id).unwrap().1;
    assert_eq!(all.len(), 2, "an archive has no folder here");
    assert!(of(&first).as_ref().is_ok_and(|report| report.branch.is_some()), "{:?}", of(&first));
    assert_eq!(of(&broken).as_ref().unwrap_err().kind, ErrorKind::Refused);
    let ada = member("ada", Face::Http);
    assert!(with_call(&ada, &Quiet, |call| fix_all(services, call, FixMode::Plan)).unwrap().is_empty());
}

#[test]
fn the_audit_log_names_the_branch_that_was_left() {
    let (site, id) = registered();
    let services = &site.house.services;
    let by_id = fix(services, &id, FixMode::Apply).unwrap();
    begin_free(&site, "free");
    let request = FixRequest { subject: FixSubject::Folder { path: "free".to_owned() }, mode: FixMode::Apply };
    let by_path = with_call(&data_owner(Face::Stdio), &Quiet, |call| fix_project(services, call, &request)).unwrap();
    let query = AuditQuery { action: Some("fix-project".to_owned()), ..AuditQuery::default() };
    let log = with_call(&data_owner(Face::Cli), &Quiet, |call| query_audit(services, call, &query, 100)).unwrap();
    for (report, project) in [(by_id, Some(id.as_str())), (by_path, None)] {
        let (branch, commit) = (report.branch.unwrap(), report.commit.unwrap());
        let told = format!("left the branch {branch} at {commit} in {}", report.folder);
        let entry = log.entries.iter().find(|entry| entry.body.as_ref().is_some_and(|body| body.contains(&told)));
        assert_eq!(entry.unwrap_or_else(|| panic!("{told}: {log:?}")).project.as_deref(), project);
        let began = |body: &String| body.contains(&format!("apply in {}", report.folder)) || project.is_some();
        assert!(log.entries.iter().filter_map(|entry| entry.body.as_ref()).any(began), "{log:?}");
    }
}

/// A repository beneath the root that nobody registered.
fn begin_free(site: &Site, name: &str) {
    let done = std::process::Command::new("git")
        .args(["clone", "-q"])
        .arg(&site.project)
        .arg(site.house.root().join(name))
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn a_path_is_no_way_around_the_owner_of_a_project() {
    let (site, _) = registered();
    begin_free(&site, "free");
    let root = site.house.root();
    symlink("demo", root.join("alias")).unwrap();
    symlink("../demo/deploy", root.join("free/within")).unwrap();
    let services = &site.house.services;
    let absolute = root.canonicalize().unwrap().join("demo").display().to_string();
    let (around, beneath) = (root.canonicalize().unwrap().display().to_string(), "demo/deploy");
    let (ada, owner) = (member("ada", Face::Http), data_owner(Face::Stdio));
    for path in ["demo", "demo/", &absolute, beneath, &around, "alias", "alias/deploy", "free/within"] {
        let outcomes = every_way(services, &ada, path);
        for (way, outcome) in outcomes {
            let error = outcome.expect_err(&format!("{way} {path}"));
            assert!(matches!(error.kind, ErrorKind::Refused | ErrorKind::NotFound), "{way} {path}: {error}");
        }
        for (way, outcome) in every_way(services, &owner, path) {
            assert!(outcome.is_ok(), "{way} {path}: {outcome:?}");
        }
        // The very owner names it by its id: only so it is noted what became of it.
        let request = FixRequest { subject: FixSubject::Folder { path: path.to_owned() }, mode: FixMode::Apply };
        let error = with_call(&owner, &Quiet, |call| fix_project(services, call, &request)).unwrap_err();
        assert!(error.kind == ErrorKind::Refused && error.hint.contains("by its id"), "{path}: {error}");
    }
    for (way, outcome) in every_way(services, &ada, "free") {
        assert!(outcome.is_ok(), "{way}: {outcome:?}");
    }
    assert_eq!(branches(&site), 0);
}

/// What can be asked of a folder by its path.
fn every_way(services: &Services, caller: &Caller, path: &str) -> Vec<(&'static str, Result<(), Error>)> {
    let path = || path.to_owned();
    with_call(caller, &Quiet, |call| {
        let subject = CheckSubject::Folder { path: path(), scope: CheckScope::All };
        let kinds = vec![FindingKind::Vulnerability];
        let bill = SbomRequest { path: path(), form: SbomForm::Spdx, name: None, version: None, made: None };
        let analysis = AnalyzeRequest { path: path(), depth: AnalysisDepth::Quick, name: None };
        let plan = FixRequest { subject: FixSubject::Folder { path: path() }, mode: FixMode::Plan };
        vec![
            ("check", check(services, call, &CheckRequest { kinds, ..CheckRequest::of(subject) }).map(drop)),
            ("sbom", make_sbom(services, call, &bill).map(drop)),
            ("analyze", analyze_project(services, call, &analysis).map(drop)),
            ("fix", fix_project(services, call, &plan).map(drop)),
        ]
    })
}

#[test]
fn a_link_in_the_place_of_a_project_leads_nowhere() {
    let (mut site, mine) = registered();
    let mine_at = site.project.clone();
    begin(&mut site, "theirs");
    let services = &site.house.services;
    fs::rename(&mine_at, site.house.root().join("moved")).unwrap();
    symlink("theirs", &mine_at).unwrap();
    for mode in [FixMode::Plan, FixMode::Try, FixMode::Apply] {
        assert_eq!(fix(services, &mine, mode).unwrap_err().kind, ErrorKind::NotFound, "{mode:?}");
    }
    let request = CheckRequest::of(CheckSubject::Project { id: mine });
    let error = with_call(&data_owner(Face::Cli), &Quiet, |call| check(services, call, &request)).unwrap_err();
    assert_eq!((error.kind, error.field), (ErrorKind::NotFound, Some("projectId")));
    assert_eq!(branches(&site), 0);
}

/// Asks for the next one while the one before it still runs.
struct Nested<'a> {
    services: &'a Services,
    left: usize,
}

impl Watch for Nested<'_> {
    fn step(&self, step: Step) {
        if step.number != 1 {
            return;
        }
        let caller = data_owner(Face::Cli);
        let path = || self.services.roots.paths().next().unwrap().join("project").display().to_string();
        let plan = FixRequest { subject: FixSubject::Folder { path: path() }, mode: FixMode::Plan };
        if self.left > 0 {
            let next = Nested { services: self.services, left: self.left - 1 };
            with_call(&caller, &next, |call| fix_project(self.services, call, &plan)).unwrap();
            return;
        }
        let bill = SbomRequest { path: path(), form: SbomForm::Spdx, name: None, version: None, made: None };
        let one_more = [
            ("fix", with_call(&caller, &Quiet, |call| fix_project(self.services, call, &plan)).map(drop)),
            ("sbom", with_call(&caller, &Quiet, |call| make_sbom(self.services, call, &bill)).map(drop)),
        ];
        for (way, outcome) in one_more {
            assert_eq!(outcome.expect_err(way).kind, ErrorKind::Unavailable, "{way}");
        }
    }

    fn cancelled(&self) -> bool {
        false
    }
}

#[test]
fn fixes_and_bills_wait_for_their_turn_like_checks() {
    let (site, _) = registered();
    let services = &site.house.services;
    for _ in 0..2 {
        // Three within this one: four run when one more is asked for.
        let watch = Nested { services, left: 3 };
        let request = FixRequest { subject: FixSubject::Folder { path: "project".to_owned() }, mode: FixMode::Plan };
        with_call(&data_owner(Face::Stdio), &watch, |call| fix_project(services, call, &request)).unwrap();
    }
}
