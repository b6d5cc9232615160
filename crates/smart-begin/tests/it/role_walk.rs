//! Every role tries every operation on its own things, its team's and other people's: through the use cases and on the
//! real command line. What happens is what the table of operations says, and what is refused changes nothing.

use std::sync::Arc;
use std::time::Duration;

use app::{
    AcceptanceWish, AdvisorySource, ArchiveFormat, AuditQuery, BeginRequest, Call, CheckRequest, CheckSubject,
    ComplianceSubject, Delivery, Error, ErrorKind, FixMode, FixRequest, FixSubject, InlineFile, Jobs, NewHold,
    NewOwner, NewToken, Observations, Outside, Periodic, RotationWish, Services, UpdateAdvisories, VulnerabilityQuery,
};
use domain::{FindingKind, Operation, Ownership, Policy};
use observe::DeliveryCounts;

use crate::program::answer;
use crate::role_world::{
    ADVISORY, About, Actor, Expected, NOTHING, ROLES, SECRET, Target, World, about, expected, place, policy,
    put_advisory, with_call,
};

/// Tries `operation` through its use case.
fn through_use_case(
    services: &Services,
    actor: &Actor,
    operation: Operation,
    target: &Target,
    number: u32,
) -> Result<(), Error> {
    with_call(&actor.caller, |call| drive(services, call, operation, target, number))
}

/// A new operation does not compile without a driver.
pub(crate) fn drive(
    services: &Services,
    call: &Call<'_>,
    operation: Operation,
    target: &Target,
    number: u32,
) -> Result<(), Error> {
    match operation {
        Operation::ListBlueprints => app::list_blueprints(services, call).map(drop),
        Operation::PlanProject | Operation::BeginProject => {
            let request = BeginRequest {
                project_name: format!("tried-{number}"),
                delivery: Some(Delivery::Archive),
                apply: operation == Operation::BeginProject,
                ..BeginRequest::default()
            };
            app::begin_project(services, call, request, None).map(drop)
        }
        Operation::ListProjects => app::list_projects(services, call, None, None).map(drop),
        Operation::ReadProject => {
            let file = app::read_project_file(services, call, &target.project, "README.md");
            let shown = app::show_project(services, call, &target.project);
            assert_eq!(file.is_ok(), shown.is_ok());
            shown.map(drop)
        }
        Operation::DownloadArchive => app::download_archive(services, call, &target.link).map(drop),
        Operation::ExportProject => app::export_project(services, call, &target.project, ArchiveFormat::Zip).map(drop),
        Operation::DeleteProject => app::delete_project(services, call, &target.project).map(drop),
        Operation::TransferProject => {
            let to = NewOwner { principal: Some(format!("idp:heir-{number}")), team: None };
            app::transfer_project(services, call, &target.project, &to).map(drop)
        }
        Operation::CreateToken => {
            let wanted = NewToken {
                label: "tried".to_owned(),
                principal: Some(target.owner.clone()),
                roles: vec![NOTHING.to_owned()],
                projects: Vec::new(),
                lifetime_days: 1,
            };
            app::create_token(services, call, wanted).map(drop)
        }
        Operation::ListTokens => app::list_tokens(services, call, Some(&target.owner)).map(drop),
        Operation::RotateToken => app::rotate_token(services, call, &target.token, 0).map(drop),
        Operation::RevokeToken => app::revoke_token(services, call, &target.token).map(drop),
        Operation::ListSessions => app::list_sessions(services, call, Some(&target.owner)).map(drop),
        Operation::RevokeSession => app::end_session(services, call, &target.session),
        Operation::ExplainAccess => app::explain_access(services, call, "role:viewer", "begin-project", "-").map(drop),
        Operation::ListAccess => app::list_access(services, call, Some(&target.owner)).map(drop),
        Operation::RevokeAccess => app::revoke_access(services, call, &target.owner).map(drop),
        Operation::ErasePerson => app::erase_person(services, call, &target.owner).map(drop),
        Operation::ReadConfiguration => app::allow_reading_configuration(services, call),
        Operation::ReadAudit => app::query_audit(services, call, &AuditQuery::default(), 5).map(drop),
        Operation::ManageAudit => {
            let hold = NewHold { name: format!("case {number}"), ..NewHold::default() };
            app::add_hold(services, call, &hold).map(drop)
        }
        Operation::ListSecrets => app::list_secrets(services, call, Some(&target.project), None).map(drop),
        Operation::ReadSecret => app::read_secret(services, call, &place(target), SECRET, None).map(drop),
        Operation::WriteSecret => {
            app::set_secret(services, call, &place(target), "OTHER_KEY", &"walked".into()).map(drop)
        }
        Operation::DeleteSecret => app::delete_secret(services, call, &place(target), SECRET).map(drop),
        Operation::RotateKeys => app::rotate_keys(services, call, 100, |_, _| {}).map(drop),
        Operation::ReadCompliance => {
            let subject = ComplianceSubject { version: "0", environment: "development" };
            app::check_compliance(services, call, subject, &Observations::default()).map(drop)
        }
        Operation::RotateSecret => {
            let outside = Outside::new([], outbound::Rules::default());
            let wish = RotationWish { generator: Some("token".parse().unwrap()), grace_minutes: None };
            app::rotate_secret(services, call, &outside, &place(target), SECRET, wish).map(drop)
        }
        Operation::ReadAdvisories => app::advisory_status(services, call).map(drop),
        Operation::UpdateAdvisories => {
            let folder = advisories();
            let from = Some(AdvisorySource::Path(folder.path().to_path_buf()));
            app::update_advisories(services, call, &UpdateAdvisories { from, ..UpdateAdvisories::default() }).map(drop)
        }
        Operation::CheckFiles => {
            let files = vec![InlineFile { path: "README.md".to_owned(), text: "Nothing.".to_owned() }];
            app::check(services, call, &CheckRequest::of(CheckSubject::Files(files))).map(drop)
        }
        Operation::CheckProject => {
            let subject = CheckSubject::Project { id: target.project.clone() };
            let kinds = vec![FindingKind::Vulnerability];
            app::check(services, call, &CheckRequest { kinds, ..CheckRequest::of(subject) }).map(drop)
        }
        Operation::PlanFix | Operation::FixProject => {
            let subject = FixSubject::Project { id: target.project.clone() };
            let mode = if operation == Operation::PlanFix { FixMode::Plan } else { FixMode::Apply };
            app::fix_project(services, call, &FixRequest { subject, mode }).map(drop)
        }
        Operation::ReadFindings => {
            let project = Some(target.project.clone());
            let query = VulnerabilityQuery { project, ..VulnerabilityQuery::default() };
            app::list_vulnerabilities(services, call, &query).map(drop)
        }
        Operation::TriageFinding => {
            let wish = AcceptanceWish { why: "it is never called", until: "30d" };
            app::accept_vulnerability(services, call, Some(&target.project), ADVISORY, wish).map(drop)
        }
        Operation::ListJobs => app::list_jobs(services, call, &Jobs::default()).map(drop),
        Operation::RunJob => {
            let work = Arc::new(|| Ok(()));
            let jobs = Jobs {
                others: vec![Periodic { name: "walk", every: Duration::from_secs(60), work }],
                ..Jobs::default()
            };
            app::run_job(services, call, jobs, "walk", &DeliveryCounts::default()).map(drop)
        }
    }
}

/// A folder with one advisory.
fn advisories() -> testkit::TempDir {
    let folder = testkit::folder();
    put_advisory(folder.path());
    folder
}

/// The command that does `operation`; none where the command line has none.
pub(crate) fn command_line(operation: Operation, target: &Target, number: u32) -> Option<Vec<String>> {
    let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
    let (project, owner) = (target.project.as_str(), target.owner.as_str());
    match operation {
        Operation::ListBlueprints => words(&["blueprints"]),
        Operation::PlanProject => words(&["new", "tried", "--dry-run"]),
        Operation::BeginProject => words(&["new", &format!("tried-{number}"), "--no-git"]),
        Operation::ListProjects => words(&["projects", "list"]),
        Operation::ReadProject => words(&["projects", "show", project]),
        Operation::ExportProject => words(&["projects", "export", project, "--output", &format!("{number}.zip")]),
        Operation::DeleteProject => words(&["projects", "delete", project, "--yes"]),
        Operation::TransferProject => words(&["projects", "transfer", project, "--to", "idp:heir", "--yes"]),
        Operation::CreateToken => words(&["token", "create", "tried", "--for", owner, "--role", NOTHING]),
        Operation::ListTokens => words(&["token", "list", "--for", owner]),
        Operation::RotateToken => words(&["token", "rotate", &target.token]),
        Operation::RevokeToken => words(&["token", "revoke", &target.token, "--yes"]),
        Operation::ExplainAccess => words(&["access", "explain", "role:viewer", "begin-project"]),
        Operation::ListAccess => words(&["access", "list", owner]),
        Operation::RevokeAccess => words(&["access", "revoke", owner, "--yes"]),
        Operation::ErasePerson => words(&["access", "erase", owner, "--yes"]),
        Operation::ReadConfiguration => words(&["config", "show"]),
        // Of the listener and the dashboard alone.
        Operation::DownloadArchive | Operation::ListSessions | Operation::RevokeSession => None,
        Operation::ListSecrets => words(&["secret", "list", "--project", project]),
        Operation::WriteSecret => words(&[
            "secret",
            "set",
            "OTHER_KEY",
            "--project",
            project,
            "--environment",
            "production",
            "--file",
            "value",
        ]),
        Operation::DeleteSecret => {
            words(&["secret", "delete", SECRET, "--project", project, "--environment", "production", "--yes"])
        }
        Operation::RotateSecret => {
            let place = ["--project", project, "--environment", "production"];
            words(&[&["secret", "rotate", SECRET, "--generator", "token"], &place[..]].concat())
        }
        Operation::RotateKeys => words(&["key", "rotate"]),
        Operation::ReadAudit => words(&["audit", "query", "--limit", "5"]),
        Operation::ManageAudit => words(&["audit", "hold", "add", &format!("case {number}")]),
        // They answer with more than an object, and are tried elsewhere.
        Operation::ReadSecret | Operation::ReadCompliance => None,
        Operation::ReadAdvisories => words(&["advisories", "status"]),
        Operation::UpdateAdvisories => words(&["advisories", "update", "--from", "advisories"]),
        Operation::CheckFiles => words(&["check", ".", "--only", "vulnerabilities"]),
        Operation::CheckProject => words(&["check", "--project", project, "--only", "vulnerabilities"]),
        Operation::PlanFix => words(&["fix", "--project", project, "--dry-run"]),
        Operation::FixProject => words(&["fix", "--project", project, "--apply"]),
        Operation::ReadFindings => words(&["vulnerabilities", "list", "--project", project]),
        Operation::TriageFinding => {
            let why = ["--why", "it is never called", "--until", "30d"];
            words(&[&["vulnerabilities", "accept", ADVISORY, "--project", project], &why[..]].concat())
        }
        Operation::ListJobs => words(&["jobs", "list"]),
        Operation::RunJob => words(&["jobs", "run", "rematch"]),
    }
}

/// What has no use case yet. Each slice that brings one takes it out of here.
pub(crate) const NOT_YET: [Operation; 0] = [];

/// Each role with what it gives, each operation, each ownership.
fn cases(roles: &[&'static str]) -> Vec<(&'static str, Operation, Ownership)> {
    let pairs = |role| {
        let each = move |operation| Ownership::ALL.map(|ownership| (role, operation, ownership));
        Operation::ALL.into_iter().filter(|operation| !NOT_YET.contains(operation)).flat_map(each)
    };
    roles.iter().flat_map(|role| pairs(*role)).collect()
}

fn tell(error: &Error) -> (ErrorKind, String) {
    (error.kind, error.to_string())
}

#[test]
fn through_the_use_cases_every_role_can_do_what_the_table_says_and_nothing_else() {
    let world = World::new();
    for read_only in [false, true] {
        for (role, operation, ownership) in cases(&ROLES) {
            let case = format!("{role} {operation:?} {ownership:?} read-only {read_only}");
            let actor = world.actor(role, &[]);
            let target = world.target(ownership, &actor.name);
            world.prepare(operation, &target);
            let permissions = policy().roles.get(role).unwrap_or_default();
            world.services.policy.set(Policy { read_only, ..policy() });
            let wanted = expected(permissions, operation, ownership, read_only, None);
            let before = world.state(&target, &actor.name);
            let outcome = through_use_case(&world.services, &actor, operation, &target, world.number());
            assert_outcome(&world, &actor, operation, &target, (wanted, &before), outcome, &case);
            world.services.policy.set(policy());
        }
    }
}

fn assert_outcome(
    world: &World,
    actor: &Actor,
    operation: Operation,
    target: &Target,
    (wanted, before): (Expected, &str),
    outcome: Result<(), Error>,
    case: &str,
) {
    match (wanted, outcome) {
        (Expected::Allowed, Ok(())) => return,
        (Expected::Refused, Err(error)) => {
            assert_eq!(error.kind, ErrorKind::Refused, "{case}: {error}");
            assert!(error.message.contains(operation.as_str()), "{case}: {error}");
        }
        (Expected::Missing, Err(error)) => {
            let missing = Target::missing(&target.owner);
            let other = through_use_case(&world.services, actor, operation, &missing, 0).unwrap_err();
            assert_eq!(tell(&error), tell(&other), "{case}");
            assert_eq!(error.kind, ErrorKind::NotFound, "{case}: {error}");
        }
        (wanted, outcome) => panic!("{case}: {wanted:?}, not {outcome:?}"),
    }
    assert_eq!(world.state(target, &actor.name), before, "{case} changed something");
}

#[test]
fn a_token_for_certain_projects_is_good_for_those_alone() {
    let world = World::new();
    for role in ["member", "admin"] {
        for operation in Operation::ALL.into_iter().filter(|operation| !NOT_YET.contains(operation)) {
            for hit in [true, false] {
                let case = format!("{role} {operation:?} bound to it {hit}");
                let name = format!("idp:bound-{}", world.number());
                let (target, other) = (world.target(Ownership::Own, &name), world.target(Ownership::Own, &name));
                let bound = if hit { &target } else { &other };
                world.prepare(operation, &target);
                let actor = world.somebody(&name, role, &[&bound.project]);
                let permissions = policy().roles.get(role).unwrap();
                let wanted = expected(permissions, operation, Ownership::Own, false, Some(hit));
                let before = world.state(&target, &actor.name);
                let outcome = through_use_case(&world.services, &actor, operation, &target, world.number());
                assert_outcome(&world, &actor, operation, &target, (wanted, &before), outcome, &case);
                with_call(&actor.caller, |call| {
                    let listed = app::list_projects(&world.services, call, None, None).unwrap().projects;
                    assert!(listed.iter().all(|project| project.id == bound.project), "{case}: {listed:?}");
                });
            }
        }
    }
}

#[test]
fn lists_hold_what_may_be_read_and_nothing_else() {
    let world = World::new();
    for role in ROLES {
        let actor = world.actor(role, &[]);
        let targets = Ownership::ALL.map(|ownership| (ownership, world.target(ownership, &actor.name)));
        let permissions = policy().roles.get(role).unwrap_or_default();
        let readable = |operation: Operation, ownership: Ownership| {
            expected(permissions, operation, ownership, false, None) == Expected::Allowed
        };
        with_call(&actor.caller, |call| {
            let services = &world.services;
            let projects = app::list_projects(services, call, Some(500), None).map(|list| list.projects);
            let tokens = app::list_tokens(services, call, Some("*"));
            let sessions = app::list_sessions(services, call, Some("*"));
            for (ownership, target) in &targets {
                let listed = projects.as_ref().is_ok_and(|list| list.iter().any(|one| one.id == target.project));
                assert_eq!(listed, readable(Operation::ReadProject, *ownership), "{role} {ownership:?}");
                let all = readable(Operation::ListTokens, Ownership::Other);
                assert_eq!(tokens.as_ref().is_ok_and(|list| list.iter().any(|one| one.id == target.token)), all);
                assert_eq!(sessions.as_ref().is_ok_and(|list| list.iter().any(|one| one.id == target.session)), all);
            }
            for list in [
                app::list_tokens(services, call, None)
                    .map(|list| list.into_iter().map(|one| one.principal).collect::<Vec<_>>()),
                app::list_sessions(services, call, None)
                    .map(|list| list.into_iter().map(|one| one.principal).collect()),
            ] {
                assert_eq!(list.is_ok(), readable(Operation::ListTokens, Ownership::Own), "{role}");
                assert!(list.unwrap_or_default().iter().all(|principal| *principal == actor.name), "{role}");
            }
        });
    }
}

/// Runs the real program with the actor's token.
fn run(world: &World, actor: &Actor, line: &[String], read_only: bool) -> testkit::Outcome {
    let mut call = world.home.call(line).args(["--format", "json"]).env("SMART_BEGIN_TOKEN", &actor.token);
    for (name, value) in World::variables(read_only) {
        call = call.env(name, value);
    }
    call.run()
}

fn walk_command_line(roles: &[&'static str], read_only: bool) {
    let world = World::new();
    for (role, operation, ownership) in cases(roles) {
        let case = format!("{role} {operation:?} {ownership:?} read-only {read_only}");
        let actor = world.actor(role, &[]);
        let target = world.target(ownership, &actor.name);
        world.prepare(operation, &target);
        let number = world.number();
        let Some(line) = command_line(operation, &target, number) else { continue };
        let permissions = policy().roles.get(role).unwrap_or_default();
        let wanted = expected(permissions, operation, ownership, read_only, None);
        let before = world.state(&target, &actor.name);
        let outcome = run(&world, &actor, &line, read_only);
        let code = match wanted {
            Expected::Allowed => 0,
            Expected::Refused => 3,
            Expected::Missing => 2,
        };
        assert_eq!(outcome.status.code(), Some(code), "{case}: {wanted:?} {outcome:?}");
        if wanted == Expected::Allowed {
            continue;
        }
        assert_eq!(world.state(&target, &actor.name), before, "{case} changed something");
        if wanted == Expected::Missing {
            assert!(about(operation) != About::Nothing, "{case}");
            let line = command_line(operation, &Target::missing(&target.owner), number).unwrap();
            let other = run(&world, &actor, &line, read_only);
            assert_eq!((&outcome.stdout, &outcome.stderr), (&other.stdout, &other.stderr), "{case}");
        } else {
            let error = &answer(&outcome)["error"];
            assert_eq!(error["kind"], "refused", "{case}: {error}");
        }
    }
}

#[test]
fn on_the_command_line_every_role_can_do_what_the_table_says_and_nothing_else() {
    walk_command_line(&ROLES, false);
}

#[test]
fn on_the_command_line_read_only_mode_refuses_what_the_table_says() {
    walk_command_line(&["member", "admin"], true);
}
