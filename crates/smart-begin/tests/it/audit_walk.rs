//! No privileged action without an entry: every operation, on its caller's own things, the team's and other people's,
//! through the use cases and on every face. What is done leaves exactly its entries, at once; what is refused leaves a
//! refusal; what only looks leaves a line of the access log within a second.

use std::time::{Duration, Instant};

use app::{Auditor, Call, ErrorKind, LockoutRule, Pseudonyms, Quiet, RefusedSignIn, Services};
use blueprint::Catalogue;
use domain::{Operation, Ownership, RequestId};
use safe_fs::Roots;

use crate::audit_log::{Entry, Line, Logs};
use crate::json_rpc::Server;
use crate::program::answer;
use crate::role_dashboard::Walk;
use crate::role_http::{Ask, ask, listen, over_http};
use crate::role_walk::{NOT_YET, command_line, drive};
use crate::role_world::{Actor, Expected, NOTHING, Target, World, keys, policy};

/// What an allowed call leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaves {
    /// These entries, in this order, and nothing in the access log.
    Entries(&'static [&'static str]),
    /// A line of the access log and no entry.
    Line,
}

/// Written apart from `Operation::is_privileged`: a new operation does not compile until somebody has said what it
/// leaves. `Own` is also for what is nobody's.
fn leaves(operation: Operation, ownership: Ownership) -> Leaves {
    use Leaves::{Entries, Line};
    let own = ownership == Ownership::Own;
    match operation {
        Operation::ListBlueprints => Line,
        Operation::PlanProject => Line,
        Operation::BeginProject => Entries(&["begin-project", "project-finished"]),
        // The walkers are admins, whose list holds everybody's projects.
        Operation::ListProjects => Entries(&["list-projects"]),
        Operation::ReadProject if own => Line,
        Operation::ReadProject => Entries(&["read-project"]),
        Operation::DownloadArchive => Entries(&["download-archive"]),
        Operation::ExportProject => Entries(&["export-project"]),
        Operation::DeleteProject => Entries(&["delete-project"]),
        Operation::TransferProject => Entries(&["transfer-project"]),
        Operation::CreateToken => Entries(&["create-token"]),
        Operation::ListTokens if own => Line,
        Operation::ListTokens => Entries(&["list-tokens"]),
        Operation::RotateToken => Entries(&["rotate-token"]),
        Operation::RevokeToken => Entries(&["revoke-token"]),
        Operation::ListSessions if own => Line,
        Operation::ListSessions => Entries(&["list-sessions"]),
        Operation::RevokeSession => Entries(&["revoke-session"]),
        Operation::ExplainAccess => Entries(&["explain-access"]),
        Operation::ListAccess => Entries(&["list-access"]),
        Operation::RevokeAccess => Entries(&["revoke-access"]),
        Operation::ErasePerson => Entries(&["erase-person"]),
        Operation::ReadConfiguration => Line,
        Operation::ReadAudit => Entries(&["read-audit"]),
        Operation::ManageAudit => Entries(&["manage-audit"]),
        Operation::ListSecrets if own => Line,
        Operation::ListSecrets => Entries(&["list-secrets"]),
        Operation::ReadSecret => Entries(&["read-secret"]),
        Operation::WriteSecret => Entries(&["write-secret"]),
        // The new version, that it is put to work, and that it is current.
        Operation::RotateSecret => Entries(&["rotate-secret", "rotate-secret", "rotate-secret"]),
        Operation::DeleteSecret => Entries(&["delete-secret"]),
        // That it begins, and how it ended.
        Operation::RotateKeys => Entries(&["rotate-keys", "rotate-keys"]),
        Operation::ReadCompliance => Line,
        Operation::CheckFiles | Operation::ReadAdvisories | Operation::ListJobs => Line,
        Operation::CheckProject => Entries(&["check-project"]),
        Operation::ReadFindings if own => Line,
        Operation::ReadFindings => Entries(&["read-findings"]),
        Operation::TriageFinding => Entries(&["triage-finding"]),
        Operation::PlanFix if own => Line,
        Operation::PlanFix => Entries(&["plan-fix"]),
        Operation::FixProject => Entries(&["fix-project"]),
        Operation::UpdateAdvisories => Entries(&["update-advisories"]),
        Operation::RunJob => Entries(&["run-job"]),
    }
}

/// Every operation that has a use case, on every ownership.
fn cases() -> impl Iterator<Item = (Operation, Ownership)> {
    let each = |operation| Ownership::ALL.map(|ownership| (operation, ownership));
    Operation::ALL.into_iter().filter(|operation| !NOT_YET.contains(operation)).flat_map(each)
}

/// Services of their own on the same store: when they are dropped, what may wait a second is written.
fn services(world: &World) -> Services {
    let mut services = Services::new(world.services.store.clone(), Roots::none(), Catalogue::open().unwrap(), policy());
    services.checks.advisories = Some(world.home.data().join("advisories"));
    Services { vault: keys(&world.home), ..services }
}

/// Whether these are the entries of one call that went so, by this caller.
#[track_caller]
fn assert_entries(entries: &[Entry], actions: &[&str], outcome: &str, actor: &Actor, case: &str) {
    // Reading a project is tried in two ways, each with its own entry; a rotation tells each of its steps.
    let mut found: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    if actions == ["read-project"] || actions == ["rotate-secret"] {
        found.dedup();
    }
    assert_eq!(found, actions, "{case}: {entries:#?}");
    for entry in entries {
        let Entry { action, caller, request, body } = entry;
        assert_eq!((caller.as_str(), entry.outcome(), entry.count()), (actor.name.as_str(), outcome, 1), "{case}");
        assert_eq!(body["api"]["operation"], action.as_str(), "{case}: {body}");
        assert_eq!(body["actor"]["user"]["name"], actor.name.as_str(), "{case}: {body}");
        assert_eq!(body["api"]["request"]["uid"], request.as_str(), "{case}: {body}");
        assert!(request.starts_with("req_") && *request == entries[0].request, "{case}: one request, {body}");
        assert_eq!(body["status_id"], if outcome == "success" { 1 } else { 2 }, "{case}: {body}");
        assert_eq!(body["unmapped"]["credential"], "api-token", "{case}: {body}");
    }
}

/// What the entry says it was done to is what was asked for.
#[track_caller]
fn assert_resource(entry: &Entry, operation: Operation, target: &Target, actor: &Actor, case: &str) {
    let (kind, uid) = (&entry.body["resources"][0]["type"], entry.body["resources"][0]["uid"].as_str().unwrap_or(""));
    let about = match operation {
        Operation::ReadProject | Operation::DownloadArchive | Operation::ExportProject | Operation::DeleteProject => {
            ("project", target.project.as_str())
        }
        Operation::RotateToken | Operation::RevokeToken => ("token", target.token.as_str()),
        Operation::RevokeSession => ("session", target.session.as_str()),
        Operation::ListTokens | Operation::ListSessions | Operation::ListAccess | Operation::RevokeAccess => {
            ("person", target.owner.as_str())
        }
        // A name that was to be forgotten is not kept here.
        Operation::ErasePerson => {
            assert!(!entry.body.to_string().contains(&target.owner) || target.owner == actor.name, "{case}");
            return;
        }
        _ => return,
    };
    assert_eq!((kind.as_str(), uid), (Some(about.0), about.1), "{case}: {}", entry.body);
}

#[test]
fn through_the_use_cases_what_is_done_leaves_exactly_its_entries_and_what_looks_leaves_a_line() {
    let (world, mut seen) = (World::new(), 0);
    let logs = Logs::of(&world.home.data());
    for (operation, ownership) in cases() {
        let case = format!("{operation:?} {ownership:?}");
        let actor = world.actor("admin", &[]);
        let target = world.target(ownership, &actor.name);
        world.prepare(operation, &target);
        let (services, request) = (services(&world), RequestId::random().unwrap());
        let (size, lines) = (logs.size(), logs.lines_size());
        let call = Call { caller: &actor.caller, request: &request, watch: &Quiet };
        drive(&services, &call, operation, &target, world.number()).unwrap_or_else(|error| panic!("{case}: {error}"));
        let entries = logs.entries(size);
        drop(services);
        let (later, lines) = (logs.size(), logs.lines(lines));
        assert_eq!(later, size + entries.len() as u64, "{case}: entries are there when the answer is");
        match leaves(operation, ownership) {
            Leaves::Entries(actions) => {
                assert_entries(&entries, actions, "success", &actor, &case);
                assert_eq!(entries[0].request, request.as_str(), "{case}");
                assert_resource(&entries[0], operation, &target, &actor, &case);
                assert_eq!(lines, [], "{case}");
            }
            Leaves::Line => {
                assert_eq!(entries, [], "{case}");
                assert_lines(&lines, operation, &actor, &case);
                assert_eq!(lines[0].request, request.as_str(), "{case}");
            }
        }
        seen += 1;
    }
    assert_eq!(seen, (Operation::ALL.len() - NOT_YET.len()) * Ownership::ALL.len());
}

#[track_caller]
fn assert_lines(lines: &[Line], operation: Operation, actor: &Actor, case: &str) {
    assert!(!lines.is_empty(), "{case}: no line in the access log");
    for line in lines {
        assert_eq!((line.action.as_str(), line.caller.as_str()), (operation.as_str(), actor.name.as_str()), "{case}");
    }
}

#[test]
fn what_is_refused_leaves_a_refusal_and_nothing_else() {
    let world = World::new();
    let logs = Logs::of(&world.home.data());
    for (operation, ownership) in cases() {
        let case = format!("{operation:?} {ownership:?}");
        let actor = world.actor(NOTHING, &[]);
        let target = world.target(ownership, &actor.name);
        world.prepare(operation, &target);
        let (services, request) = (services(&world), RequestId::random().unwrap());
        let (size, lines) = (logs.size(), logs.lines_size());
        let call = Call { caller: &actor.caller, request: &request, watch: &Quiet };
        let error = drive(&services, &call, operation, &target, world.number()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Refused, "{case}: {error}");
        drop(services);
        let entries = logs.entries(size);
        // Two refusals of one call, as of reading a project in two ways, are one entry and a count.
        let told: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert!(!told.is_empty() && told.iter().all(|action| *action == operation.as_str()), "{case}: {entries:#?}");
        for entry in &entries {
            assert_eq!((entry.outcome(), entry.caller.as_str()), ("refused", actor.name.as_str()), "{case}");
            assert_eq!(entry.request, request.as_str(), "{case}");
            assert!(entry.body["severity_id"] == 3 && !entry.detail().is_empty(), "{case}: {}", entry.body);
        }
        assert_eq!(logs.lines(lines), [], "{case}");
    }
}

#[test]
fn what_is_hidden_leaves_a_refusal_although_the_answer_says_that_it_does_not_exist() {
    let world = World::new();
    let logs = Logs::of(&world.home.data());
    let actor = world.actor("member", &[]);
    let target = world.target(Ownership::Other, &actor.name);
    for operation in [
        Operation::ReadProject,
        Operation::DeleteProject,
        Operation::DownloadArchive,
        Operation::RevokeToken,
        Operation::RevokeSession,
    ] {
        let (services, request) = (services(&world), RequestId::random().unwrap());
        let size = logs.size();
        let call = Call { caller: &actor.caller, request: &request, watch: &Quiet };
        let error = drive(&services, &call, operation, &target, 0).unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{operation:?}: {error}");
        drop(services);
        let entries = logs.entries(size);
        assert!(!entries.is_empty(), "{operation:?}");
        assert!(entries.iter().all(|entry| entry.outcome() == "refused"), "{operation:?}: {entries:#?}");
        assert!(entries.iter().all(|entry| entry.action == operation.as_str()), "{operation:?}: {entries:#?}");
    }
}

#[test]
fn where_the_log_takes_no_entry_nothing_privileged_happens_through_any_use_case() {
    let world = World::new();
    let logs = Logs::of(&world.home.data());
    let mut held = 0;
    for (operation, ownership) in cases() {
        let case = format!("{operation:?} {ownership:?}");
        let actor = world.actor("admin", &[]);
        let target = world.target(ownership, &actor.name);
        world.prepare(operation, &target);
        let services = services(&world);
        let before = logs.everything();
        let request = RequestId::random().unwrap();
        let call = Call { caller: &actor.caller, request: &request, watch: &Quiet };
        let jam = logs.jam();
        let outcome = drive(&services, &call, operation, &target, world.number());
        drop(jam);
        match leaves(operation, ownership) {
            Leaves::Line => outcome.unwrap_or_else(|error| panic!("{case}: {error}")),
            Leaves::Entries(_) => {
                let error = outcome.unwrap_err();
                assert_eq!(error.kind, ErrorKind::Unavailable, "{case}: {error}");
                assert!(error.message.contains("entry in the audit log"), "{case}: {error}");
                assert!(error.hint.contains("Nothing was changed"), "{case}: {error}");
                assert!(!error.to_string().contains("jammed"), "{case}: the cause is for the log");
                held += 1;
            }
        }
        assert_eq!(logs.everything(), before, "{case} changed something");
    }
    assert!(held > 40, "{held}");
}

#[test]
fn on_the_command_line_what_is_done_leaves_its_entries_and_a_jammed_log_ends_it_with_code_4() {
    let world = World::new();
    let logs = Logs::of(&world.home.data());
    for (operation, ownership) in cases() {
        let case = format!("{operation:?} {ownership:?}");
        let actor = world.actor("admin", &[]);
        let target = world.target(ownership, &actor.name);
        world.prepare(operation, &target);
        let number = world.number();
        let Some(line) = command_line(operation, &target, number) else { continue };
        let call = || {
            let call = world.home.call(&line).args(["--format", "json"]).env("SMART_BEGIN_TOKEN", &actor.token);
            World::variables(false).into_iter().fold(call, |call, (name, value)| call.env(name, value)).run()
        };
        if operation == Operation::RunJob {
            // What there is to match is matched once; then the job itself leaves nothing more.
            let _ = call();
        }
        let wanted = leaves(operation, ownership);
        if let Leaves::Entries(_) = wanted {
            let before = logs.everything();
            let jam = logs.jam();
            let outcome = call();
            drop(jam);
            assert_eq!(outcome.status.code(), Some(4), "{case}: {outcome:?}");
            let told = &answer(&outcome)["error"];
            assert_eq!(told["kind"], "unavailable", "{case}: {told}");
            assert!(told["message"].as_str().unwrap().contains("entry in the audit log"), "{case}: {told}");
            assert_eq!(logs.everything(), before, "{case} changed something");
        }
        let (size, lines) = (logs.size(), logs.lines_size());
        let outcome = call();
        assert_eq!(outcome.status.code(), Some(0), "{case}: {outcome:?}");
        let (entries, lines) = (logs.entries(size), logs.lines(lines));
        match wanted {
            Leaves::Entries(actions) => assert_entries(&entries, actions, "success", &actor, &case),
            Leaves::Line => {
                assert_eq!(entries, [], "{case}");
                assert_lines(&lines, operation, &actor, &case);
            }
        }
    }
}

/// Waits for the actor's line of this operation in the access log, as long as the contract says and a little for a busy
/// machine: all lines of this actor. One page leaves several, which may be written apart.
fn lines_within_a_second(logs: &Logs, skip: u64, operation: Operation, actor: &Actor) -> Vec<Line> {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let mut lines = logs.lines(skip);
        lines.retain(|line| line.caller == actor.name);
        if lines.iter().any(|line| line.action == operation.as_str()) || Instant::now() > end {
            return lines;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What a call over MCP or HTTP leaves beside the sign-in of its token, which is new.
#[track_caller]
fn assert_left(logs: &Logs, before: (u64, u64), wanted: Leaves, operation: Operation, actor: &Actor, case: &str) {
    let mut entries = logs.entries(before.0);
    entries.retain(|entry| entry.action != "sign-in");
    match wanted {
        Leaves::Entries(actions) => {
            assert_entries(&entries, actions, "success", actor, case);
        }
        Leaves::Line => {
            assert_eq!(entries, [], "{case}");
            assert_lines(&lines_within_a_second(logs, before.1, operation, actor), operation, actor, case);
        }
    }
}

#[test]
fn over_mcp_and_http_what_is_done_leaves_its_entries_before_the_answer() {
    let world = World::new();
    let (logs, listener) = (Logs::of(&world.home.data()), listen(&world, false));
    for (operation, ownership) in cases() {
        let case = format!("{operation:?} {ownership:?}");
        let actor = world.actor("admin", &[]);
        let target = world.target(ownership, &actor.name);
        world.prepare(operation, &target);
        let Some(asked) = ask(operation, &target, world.number()) else { continue };
        let before = (logs.size(), logs.lines_size());
        let told = over_http(&listener.base, &actor.token, &asked);
        assert!(told.done, "{case}: {told:?}");
        let sign_ins = logs.entries(before.0);
        assert_eq!(sign_ins[0].action, "sign-in", "{case}: {sign_ins:#?}");
        assert_eq!(sign_ins[0].caller, actor.name, "{case}");
        assert_left(&logs, before, leaves(operation, ownership), operation, &actor, &case);
    }
}

#[test]
fn over_stdio_what_is_done_leaves_its_entries_before_the_answer() {
    let world = World::new();
    let logs = Logs::of(&world.home.data());
    let actor = world.actor("admin", &[]);
    let mut words = vec!["env".to_owned(), format!("SMART_BEGIN_TOKEN={}", actor.token)];
    words.extend(World::variables(false).into_iter().map(|(name, value)| format!("{name}={value}")));
    let mut server = Server::start_beneath(&world.home, &words, &[]);
    for (operation, ownership) in cases() {
        let case = format!("{operation:?} {ownership:?}");
        let target = world.target(ownership, &actor.name);
        world.prepare(operation, &target);
        let Some(Ask::Mcp(method, params)) = ask(operation, &target, world.number()) else { continue };
        let before = (logs.size(), logs.lines_size());
        let reply = server.request(method, params);
        assert!(reply.get("error").is_none() && reply["result"]["isError"] != true, "{case}: {reply}");
        assert_left(&logs, before, leaves(operation, ownership), operation, &actor, &case);
    }
    server.finish().assert_clean();
}

#[test]
fn in_the_dashboard_what_is_done_leaves_its_entries_and_a_jammed_log_stops_it() {
    let walk = Walk::start(false);
    let logs = Logs::of(&walk.world.home.data());
    for (operation, ownership) in cases() {
        let case = format!("{operation:?} {ownership:?}");
        let actor = walk.world.actor("admin", &[]);
        let session = walk.session(&actor, "admin");
        let target = walk.world.target(ownership, &actor.name);
        let wanted = leaves(operation, ownership);
        if let Leaves::Entries(_) = wanted {
            let before = logs.everything_but_jobs();
            let jam = logs.jam();
            let answer = walk.attempt(&session, operation, ownership, &target);
            drop(jam);
            let Some(answer) = answer else { continue };
            assert_eq!(answer.status, 503, "{case}: {answer:?}");
            assert!(answer.body.contains("audit log"), "{case}: {answer:?}");
            assert_eq!(logs.everything_but_jobs(), before, "{case} changed something");
        }
        let before = (logs.size(), logs.lines_size());
        let Some(answer) = walk.attempt(&session, operation, ownership, &target) else { continue };
        assert_eq!(answer.came(), Expected::Allowed, "{case}: {answer:?}");
        let mut entries = logs.entries(before.0);
        match wanted {
            Leaves::Entries(actions) => {
                assert!(entries.iter().all(|entry| entry.body["unmapped"]["credential"] == "session"), "{case}");
                entries.iter_mut().for_each(|entry| entry.body["unmapped"]["credential"] = "api-token".into());
                assert_entries(&entries, actions, "success", &actor, &case);
            }
            Leaves::Line => {
                assert_eq!(entries, [], "{case}");
                let lines = lines_within_a_second(&logs, before.1, operation, &actor);
                assert!(lines.iter().any(|line| line.action == operation.as_str()), "{case}: {lines:?}");
            }
        }
    }
}

#[test]
fn with_a_key_for_pseudonyms_no_name_and_no_address_is_in_either_log() {
    let mut world = World::new();
    let auditor = |world: &World| Auditor::new(world.services.store.clone(), Some(Pseudonyms::new(&"a key".into())));
    world.services.audit = auditor(&world);
    let address = std::net::IpAddr::from([203, 0, 113, 77]);
    for (operation, ownership) in cases() {
        for role in ["admin", NOTHING] {
            let mut actor = world.actor(role, &[]);
            actor.caller.address = Some(address);
            let target = world.target(ownership, &actor.name);
            world.prepare(operation, &target);
            let mut services = services(&world);
            services.audit = auditor(&world);
            let request = RequestId::random().unwrap();
            let call = Call { caller: &actor.caller, request: &request, watch: &Quiet };
            let outcome = drive(&services, &call, operation, &target, world.number());
            assert_eq!(outcome.is_ok(), role == "admin", "{operation:?} {ownership:?}");
        }
    }
    let (services, request) = (&world.services, RequestId::random().unwrap());
    let refused = RefusedSignIn { address: Some(address), principal: Some("idp:ann"), reason: "no role" };
    app::record_sign_in_refused(services, refused, &request);
    let actor = world.actor("admin", &[]);
    app::record_sign_in(services, &actor.caller, &request).unwrap();
    let hour = Duration::from_secs(3600);
    let rule = LockoutRule { attempts: 1, first: hour, longest: hour };
    for _ in 0..3 {
        let keys = ["principal:idp:bob".to_owned(), "address:203.0.113.77".to_owned()];
        app::record_failure(services, &keys, rule).unwrap();
    }
    let data = world.home.data();
    let World { home: _home, services, .. } = world;
    drop(services);
    let logs = Logs::of(&data);
    let text = logs.entries(0).iter().map(|entry| format!("{entry:?}\n")).collect::<String>();
    let text = text + &logs.lines(0).iter().map(|line| format!("{line:?}\n")).collect::<String>() + &logs.addresses();
    for word in ["idp:", "203.0.113.77", "[203, 0"] {
        let line = text.lines().find(|line| line.contains(word));
        assert_eq!(line, None, "{word}");
    }
    for what in ["locked-out", "sign-in-refused", "sign-in", "erase-person", "plan-project"] {
        assert!(text.contains(what), "{what}");
    }
    assert!(text.matches("pseudonym:").count() > 500, "{}", text.matches("pseudonym:").count());
}
