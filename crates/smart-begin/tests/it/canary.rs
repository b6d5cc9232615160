//! A secret that nobody has seen before is sent through every path that takes one, properly and by mistake, with the
//! fullest log, and is then in nothing that the program leaves behind or shows to others.
//!
//! The paths are not listed here: they are the commands with their arguments (from the help), the routes (from the OpenAPI
//! document), the tools, resources and prompts (from MCP), the keys of the configuration (from the schema) and the
//! operations. So a new one is tried from its first day, and one that takes a secret fails here until it has a driver.

use std::collections::BTreeSet;
use std::process::Command;

use app::{Origin, SessionTimes, SignedIn};
use domain::{Operation, RequestId};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::canary_search::{Canary, Evidence, Watcher};
use crate::canary_server::{Server, request};
use crate::configured::Configured;
use crate::json_rpc;
use crate::program::{Home, PROGRAM, answer};
use crate::role_world::{Actor, World};
use crate::walk::complaints;

/// A command with what it takes.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) command: Vec<String>,
    /// Options with a value, and places, as the help names them.
    pub(crate) arguments: Vec<String>,
}

/// Every command there is, by the help of each.
pub(crate) fn commands() -> Vec<Taken> {
    let (home, mut all, mut next) = (Home::new(), Vec::new(), vec![Vec::<String>::new()]);
    while let Some(command) = next.pop() {
        let help = home.call(command.iter().map(String::as_str).chain(["--help"])).run().expect_ok().stdout;
        let (mut section, mut arguments) = ("", BTreeSet::new());
        for line in help.lines() {
            let word = line.split_whitespace().next().unwrap_or_default();
            let indent = line.len() - line.trim_start().len();
            match (section, indent) {
                _ if line.is_empty() => {}
                (_, 0) => section = line,
                ("Commands:", 2) if word != "help" => next.push([command.clone(), vec![word.to_owned()]].concat()),
                ("Arguments:", 2) => {
                    arguments.insert(word.to_owned());
                }
                ("Options:", 2 | 6) if line.trim().starts_with('-') && line.contains(['<', '[']) => {
                    let long = line.split([' ', ',', '=', '[']).find(|part| part.starts_with("--")).unwrap();
                    arguments.insert(long.to_owned());
                }
                _ => {}
            }
        }
        all.push(Taken { command, arguments: arguments.into_iter().collect() });
    }
    all.sort_by(|one, other| one.command.cmp(&other.command));
    assert!(all.len() > 20 && all.iter().any(|taken| taken.arguments.contains(&"--for".to_owned())), "{all:#?}");
    all
}

/// What is a name, and is shown because it is one: whoever calls something by a secret has published it. Everything else
/// that is typed is repeated nowhere.
const NAMES: &[(&str, &str)] = &[
    ("*", "--config"),
    ("*", "--data-dir"),
    ("access erase", "<PERSON>"),
    ("access list", "[PERSON]"),
    ("access revoke", "<PERSON>"),
    ("advisories update", "--ecosystem"),
    ("advisories update", "--from"),
    ("audit hold add", "<NAME>"),
    ("audit verify", "--checkpoint"),
    ("audit verify", "--export"),
    ("check", "--baseline"),
    ("key create", "--file"),
    ("new", "--answers"),
    ("new", "[NAME]"),
    ("new", "--dir"),
    ("sbom", "--name"),
    ("sbom", "--project-version"),
    ("serve", "--root"),
    ("token create", "<LABEL>"),
    ("token create", "--for"),
    ("token list", "--for"),
];

fn is_name(command: &str, argument: &str) -> bool {
    NAMES.iter().any(|(of, name)| (*of == "*" || *of == command) && *name == argument)
}

#[test]
fn what_is_typed_on_the_command_line_by_mistake_is_repeated_nowhere() {
    let mut cases = Vec::new();
    for Taken { command, arguments } in commands() {
        let canary = Canary::new();
        let typed = |more: &[&str]| {
            let more = more.iter().map(|word| word.replace("CANARY", canary.text()));
            command.iter().cloned().chain(more).collect::<Vec<_>>()
        };
        let spaced = command.join(" ");
        for argument in arguments.iter().filter(|argument| !is_name(&spaced, argument)) {
            let lines = match argument.strip_prefix("--") {
                Some(_) => vec![typed(&[argument, "CANARY"]), typed(&[&format!("{argument}=CANARY")])],
                None => vec![typed(&["CANARY"]), typed(&["CANARY", "CANARY", "CANARY", "CANARY"])],
            };
            cases.extend(lines.into_iter().map(|line| (canary.clone(), line)));
        }
        if !command.is_empty() {
            for mistake in [&["--password=CANARY"][..], &["--token=CANARY"], &["--secret", "CANARY"], &["-pCANARY"]] {
                cases.push((canary.clone(), typed(mistake)));
            }
        }
    }
    let wrong = complaints(&cases, |(canary, line)| {
        let home = Home::new();
        let outcome = home.call(line).env("SMART_BEGIN_LOG", "trace").run();
        let mut evidence = Evidence::default();
        evidence.add("stdout", outcome.stdout);
        evidence.add("stderr", outcome.stderr);
        evidence.files(home.root());
        let seen = evidence.sightings(std::slice::from_ref(canary));
        let line = line.join(" ").replace(canary.text(), "CANARY");
        (!seen.is_empty()).then(|| format!("{line}: {}", seen[0]))
    });
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() > 150, "{}", cases.len());
}

#[test]
fn names_that_are_shown_are_arguments_that_there_are() {
    let all = commands();
    for (command, argument) in NAMES {
        let found = all.iter().any(|taken| {
            (*command == "*" || taken.command.join(" ") == *command)
                && taken.arguments.iter().any(|one| one == argument)
        });
        assert!(found, "{command} {argument}");
    }
}

/// The operations that make or take secrets, and the test here that drives them. A new one does not compile until
/// somebody has said which it is.
fn driven_by(operation: Operation) -> &'static str {
    match operation {
        Operation::CreateToken | Operation::RotateToken | Operation::ListTokens | Operation::RevokeToken => "tokens",
        Operation::ListSessions | Operation::RevokeSession => "sessions",
        Operation::BeginProject | Operation::PlanProject | Operation::DownloadArchive => "links",
        Operation::ReadConfiguration => "configuration",
        Operation::ListSecrets
        | Operation::ReadSecret
        | Operation::WriteSecret
        | Operation::RotateSecret
        | Operation::DeleteSecret
        | Operation::RotateKeys => "secrets",
        Operation::ReadAudit | Operation::ManageAudit => "the searched logs themselves",
        Operation::CheckFiles
        | Operation::CheckProject
        | Operation::ReadFindings
        | Operation::TriageFinding
        | Operation::PlanFix
        | Operation::FixProject => "checks",
        Operation::ReadAdvisories | Operation::UpdateAdvisories | Operation::ListJobs | Operation::RunJob => {
            "names alone"
        }
        Operation::ListBlueprints
        | Operation::ListProjects
        | Operation::ReadProject
        | Operation::ExportProject
        | Operation::DeleteProject
        | Operation::TransferProject
        | Operation::ExplainAccess
        | Operation::ListAccess
        | Operation::RevokeAccess
        | Operation::ErasePerson
        | Operation::ReadCompliance => "names alone",
    }
}

/// The keys of the configuration whose values are references to secrets, by the schema.
fn secret_keys() -> BTreeSet<String> {
    fn walk(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
        let is_reference = schema["pattern"].as_str().is_some_and(|pattern| pattern.contains("file:"));
        if is_reference {
            found.insert(path.to_owned());
        }
        for (name, below) in schema["properties"].as_object().into_iter().flatten() {
            walk(below, format!("{path}.{name}").trim_start_matches('.'), found);
        }
        for below in schema["patternProperties"].as_object().into_iter().flat_map(|below| below.values()) {
            walk(below, &format!("{path}.NAME"), found);
        }
    }
    let outcome = Home::new().call(["config", "schema"]).run().expect_ok();
    let mut found = BTreeSet::new();
    walk(&serde_json::from_str(&outcome.stdout).unwrap(), "", &mut found);
    found
}

/// A configuration in which the secret of `key` is in this file.
fn with_secret(place: Configured, key: &str, reference: &str) -> Configured {
    let key = key.replace("NAME", "company");
    let (table, name) = key.rsplit_once('.').unwrap();
    let provider = "[sign_in.providers.company]\nissuer = \"https://sso.example\"\nclient_id = \"x\"\n";
    let provider = if table == "sign_in.providers.company" { provider.to_owned() } else { format!("[{table}]\n") };
    place.file("base.toml", &format!("[log]\nfilter = \"trace\"\n{provider}{name} = \"{reference}\"\n"))
}

#[test]
fn a_secret_of_the_configuration_is_nowhere_but_where_its_reference_leads() {
    let keys = secret_keys();
    assert!(keys.contains("sign_in.providers.NAME.client_secret") && keys.contains("openbao.token"), "{keys:?}");
    for key in &keys {
        let canary = Canary::new();
        // One key is like another to the program, so that most are tried in the two ways that matter most.
        let whole = ["sign_in.providers.NAME.client_secret", "openbao.token"].contains(&key.as_str());
        let forms: &[&str] = if whole { &["file", "cred", "itself", "in a variable"] } else { &["file", "itself"] };
        for form in forms.iter().copied() {
            let place = Configured::new("development");
            let secret = place.beside("the-secret", canary.dressed(), 0o600);
            let reference = match form {
                "file" => format!("file:{secret}"),
                "cred" => "cred:the-secret".to_owned(),
                _ => canary.text().to_owned(),
            };
            let place = if form == "in a variable" {
                let variable =
                    format!("SMART_BEGIN_{}", key.replace("NAME", "company").replace('.', "__").to_uppercase());
                with_secret(place, key, &format!("file:{secret}")).set(&variable, &reference)
            } else {
                with_secret(place, key, &reference)
            };
            let place = place.set("CREDENTIALS_DIRECTORY", place_root(&secret));
            // What somebody set in a variable is in the environment of the program itself, by their doing.
            let watched = if form == "in a variable" { Vec::new() } else { vec![canary.clone()] };
            let watcher = Watcher::new(&watched, |_| false);
            let mut evidence = Evidence::default();
            let calls = [
                &["config", "check"][..],
                &["config", "show", "--format", "json"],
                &["config", "check", "--format", "json"],
                &["config", "show", "--origin"],
                &["config", "diff", "development", "production"],
                &["projects", "list"],
                &["compliance"],
            ];
            for arguments in &calls[..if whole { calls.len() } else { 2 }] {
                let outcome = place.call(arguments).within(std::time::Duration::from_secs(60)).run();
                evidence.add(format!("{key} {form}: stdout of {arguments:?}"), outcome.stdout);
                evidence.add(format!("{key} {form}: stderr of {arguments:?}"), outcome.stderr);
            }
            let mut command = place.command(&["serve", "--http", "127.0.0.1:0"]);
            match Server::try_start(&mut command) {
                Ok(server) => {
                    server.hang_up();
                    let _ = request(&server.base, "GET /dashboard/sign-in/company", &[], "");
                    std::thread::sleep(std::time::Duration::from_millis(400));
                    server.end(&mut evidence);
                }
                Err(said) => evidence.add(format!("{key} {form}: a server that does not start"), said),
            }
            std::fs::remove_file(&secret).unwrap();
            if form == "itself" {
                // It is where somebody wrote it.
                std::fs::remove_file(place.folder().join("base.toml")).unwrap();
            }
            evidence.files(place.home.root());
            evidence.assert_without(std::slice::from_ref(&canary));
            watcher.assert_nothing_seen();
        }
    }
}

fn place_root(file: &str) -> &str {
    file.rsplit_once('/').unwrap().0
}

/// A world with a listener that logs everything.
fn serve(world: &World) -> Server {
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--http", "127.0.0.1:0"]).envs(World::variables(false));
    command.env("HOME", world.home.home()).env("SMART_BEGIN_DATA_DIR", world.home.data());
    command.env("SMART_BEGIN_SIGN_IN__REQUIRED", "true").env("SMART_BEGIN_LOG", "trace");
    command.env("SMART_BEGIN_SERVER__OPERATIONS_LISTEN", "127.0.0.1:0");
    command.env("SMART_BEGIN_SIGN_IN__LOCKOUT__ATTEMPTS", "1000").current_dir(world.home.work());
    for rate in ["CALLER", "ADDRESS"] {
        command.env(format!("SMART_BEGIN_LIMITS__REQUESTS_PER_MINUTE_PER_{rate}"), "0");
    }
    Server::try_start(&mut command).unwrap()
}

/// Every method of every route, with its path filled in.
fn routes(server: &Server) -> Vec<(String, String)> {
    let (status, document) = request(&server.base, "GET /openapi.json", &[], "");
    assert_eq!(status, 200, "{document}");
    let document: Value = serde_json::from_str(document.split_once("\r\n\r\n").unwrap().1).unwrap();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            if ["get", "head", "post", "put", "delete", "patch", "options"].contains(&method.as_str()) {
                all.push((method.to_uppercase(), path.clone()));
            }
        }
    }
    assert!(all.len() > 10 && all.iter().any(|(_, path)| path.contains('{')), "{all:?}");
    all
}

/// What is told of a place, the headers and the body of the request that puts a canary there.
type Filled = (String, Vec<(&'static str, String)>, String);

/// Every place of a request where somebody may put a secret, by mistake or to try it.
fn places(method: &str, path: &str, canary: &Canary, good: &str) -> Vec<Filled> {
    let value = canary.text();
    let filled =
        path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/");
    let canaried =
        path.split('/').map(|part| if part.starts_with('{') { value } else { part }).collect::<Vec<_>>().join("/");
    let line = |path: &str| format!("{method} {path}");
    let form = ["token", "csrf", "label", "id", "days", "role", "next", "password"]
        .map(|name| format!("{name}={value}"))
        .join("&");
    let bearer = || ("authorization", format!("Bearer {value}"));
    let basic = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("user:{value}"));
    let form_type = ("content-type", "application/x-www-form-urlencoded".to_owned());
    let json_type = ("content-type", "application/json".to_owned());
    let own = ("authorization", format!("Bearer {good}"));
    let nothing = String::new;
    let mut all = vec![
        (line(&filled), vec![bearer()], nothing()),
        (line(&filled), vec![bearer(), bearer()], nothing()),
        (line(&filled), vec![("authorization", format!("Bearer sb_{value}"))], nothing()),
        (line(&filled), vec![("authorization", format!("Bearer {value}.{value}.{value}"))], nothing()),
        (line(&filled), vec![("authorization", format!("Basic {basic}"))], nothing()),
        (line(&filled), vec![("authorization", format!("{value} x"))], nothing()),
        (line(&filled), vec![("proxy-authorization", format!("Bearer {value}"))], nothing()),
        (line(&filled), vec![("x-api-key", value.to_owned())], nothing()),
        (line(&filled), vec![("cookie", format!("__Host-smart-begin-session={value}"))], nothing()),
        (line(&filled), vec![("cookie", format!("__Host-smart-begin-form={value}; token={value}"))], nothing()),
        (line(&filled), vec![("cookie", format!("__Host-smart-begin-pending={value}"))], nothing()),
        (line(&filled), vec![("referer", format!("https://x.example/?token={value}")), own.clone()], nothing()),
        (line(&filled), vec![("user-agent", value.to_owned()), own.clone()], nothing()),
        (line(&filled), vec![("x-request-id", value.to_owned()), own.clone()], nothing()),
        (line(&filled), vec![("traceparent", value.to_owned()), own.clone()], nothing()),
        (line(&filled), vec![("x-forwarded-for", value.to_owned()), own.clone()], nothing()),
        (line(&filled), vec![("origin", format!("https://{value}.example")), own.clone()], nothing()),
        (
            line(&filled),
            vec![("mcp-protocol-version", value.to_owned()), json_type.clone(), own.clone()],
            "{}".to_owned(),
        ),
        (line(&filled), vec![("content-type", value.to_owned()), own.clone()], nothing()),
        (line(&format!("{filled}/{value}")), vec![own.clone()], nothing()),
        (line(&filled), vec![form_type.clone(), ("sec-fetch-site", "same-origin".to_owned())], form.clone()),
        (line(&filled), vec![form_type, own.clone()], form),
        (line(&filled), vec![json_type.clone(), own.clone()], json!({ "token": value, value: 1 }).to_string()),
        (line(&filled), vec![json_type.clone(), own.clone()], format!("{{\"token\": \"{value}")),
        (
            line(&filled),
            vec![json_type, own.clone()],
            json!({ "jsonrpc": "2.0", "id": 1, "method": value, "params": {} }).to_string(),
        ),
        (format!("{value} {filled}"), vec![own.clone()], nothing()),
    ];
    for name in ["access_token", "token", "code", "state", "iss", "error", "next", "why", "done", "password"] {
        all.push((line(&format!("{filled}?{name}={value}")), Vec::new(), nothing()));
        all.push((line(&format!("{filled}?{name}={value}")), vec![own.clone()], nothing()));
    }
    if canaried != filled {
        all.push((line(&canaried), Vec::new(), nothing()));
        all.push((line(&canaried), vec![own], nothing()));
    }
    all
}

#[test]
fn what_comes_over_http_in_any_place_of_any_route_is_in_no_log_and_no_answer() {
    let world = World::new();
    let (server, actor, canary) = (serve(&world), world.actor("admin", &[]), Canary::new());
    let watcher = Watcher::new(std::slice::from_ref(&canary), |_| false);
    let (mut evidence, mut tried) = (Evidence::default(), 0);
    for (method, path) in routes(&server) {
        for (line, headers, body) in places(&method, &path, &canary, &actor.token) {
            let (status, whole) = request(&server.base, &line, &headers, &body);
            let shown = line.replace(canary.text(), "CANARY");
            assert!(status < 500 || status == 501 || status == 505, "{shown}: {whole}");
            // A form's value goes back to the browser that brought it as a cookie, and to nobody else.
            let echoed = format!("name=\"csrf\" value=\"{}\"", canary.text());
            let whole = whole.replace(&echoed, "");
            evidence.add(
                format!("the answer to {shown} with {:?}", headers.iter().map(|(name, _)| name).collect::<Vec<_>>()),
                whole,
            );
            tried += 1;
        }
    }
    server.end(&mut evidence);
    evidence.records(&world.home);
    evidence.assert_without(std::slice::from_ref(&canary));
    watcher.assert_nothing_seen();
    assert!(tried > 400, "{tried}");
}

/// What was made, and what was seen of it.
#[derive(Default)]
struct Made {
    canaries: Vec<Canary>,
    evidence: Evidence,
}

impl Made {
    fn token(&mut self, value: &str) {
        self.canaries.push(Canary::of(&value[3..33]));
    }

    fn said(&mut self, what: &str, outcome: testkit::Outcome) {
        self.evidence.add(what, outcome.stdout + &outcome.stderr);
    }
}

/// The tokens and cookies that the program itself makes, by their proper ways.
#[test]
fn tokens_sessions_and_links_that_the_program_made_are_kept_as_hashes_and_logged_nowhere() {
    let world = World::new();
    let (server, actor, mut made) = (serve(&world), world.actor("admin", &[]), Made::default());
    made.token(&actor.token);
    let token = on_the_command_line(&world, &actor, &mut made);
    let watcher = Watcher::new(&made.canaries, |_| false);
    call_with(&world, &token, &mut made);
    follow_a_link(&server, &token, &mut made);
    visit_the_dashboard(&server, &token, &mut made);
    // A session that was opened past the faces, too.
    let hour = std::time::Duration::from_secs(3600);
    let who = SignedIn {
        principal: actor.name.clone(),
        display: "x".to_owned(),
        roles: Vec::new(),
        teams: Vec::new(),
        permissions_bound: None,
        only_projects: None,
        token_id: None,
    };
    let times = SessionTimes { idle: hour, longest: hour, rotate: hour };
    let request = RequestId::random().unwrap();
    let started = app::start_session(&world.services, &request, &who, &Origin::default(), times).unwrap();
    made.canaries.push(Canary::of(started.cookie.expose_secret()));
    let Made { canaries, mut evidence } = made;
    server.end(&mut evidence);
    evidence.records(&world.home);
    evidence.files(world.home.root());
    assert_eq!(canaries.len(), 7);
    evidence.assert_without(&canaries);
    watcher.assert_nothing_seen();
}

/// A token is shown once, on stdout; here it is asked for by a program, and replaced. The one that is good in the end.
fn on_the_command_line(world: &World, actor: &Actor, made: &mut Made) -> String {
    let line = ["token", "create", "ci", "--for", &actor.name, "--role", "admin", "--format", "json"];
    let created = world.home.call(line).env("SMART_BEGIN_LOG", "trace").run().expect_ok();
    made.token(answer(&created)["token"].as_str().unwrap());
    let id = answer(&created)["id"].as_str().unwrap().to_owned();
    let rotated = world.home.call(["token", "rotate", &id, "--format", "json"]).run().expect_ok();
    let token = answer(&rotated)["token"].as_str().unwrap().to_owned();
    made.token(&token);
    made.evidence.add("stderr of token create", created.stderr);
    made.evidence.add("stderr of token rotate", rotated.stderr);
    token
}

/// The token in a file that a variable names.
fn call_with(world: &World, token: &str, made: &mut Made) {
    let file = world.home.root().join("the-token");
    std::fs::write(&file, token).unwrap();
    let call = |arguments: &[&str]| world.home.call(arguments).env("SMART_BEGIN_TOKEN_FILE", &file).run();
    for arguments in
        [&["token", "list"][..], &["projects", "list"], &["access", "list"], &["config", "show"], &["blueprints"]]
    {
        made.said(&format!("{arguments:?}"), call(arguments).expect_ok());
    }
    made.said("a refusal", call(&["token", "revoke", "tok_000000000000000000000000", "--yes"]));
    std::fs::remove_file(&file).unwrap();
}

/// The token in its header, and the link of a project that it began.
fn follow_a_link(server: &Server, token: &str, made: &mut Made) {
    let own = ("authorization", format!("Bearer {token}"));
    let arguments = json!({ "projectName": "demo", "stack": "python", "delivery": "archive", "apply": true });
    let params = json!({ "name": "smart_begin", "arguments": arguments });
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("accept", "application/json, text/event-stream".to_owned()),
        ("mcp-protocol-version", "2025-11-25".to_owned()),
        own.clone(),
    ];
    let (status, begun) = request(&server.base, "POST /mcp", &headers, &call.to_string());
    assert_eq!(status, 200, "{begun}");
    let link = begun.split("/downloads/").nth(1).unwrap().split(['"', '\\', ' ', ')']).next().unwrap().to_owned();
    made.canaries.push(Canary::of(&link));
    for wanted in [200, 404] {
        let (status, whole) = request(&server.base, &format!("GET /downloads/{link}"), std::slice::from_ref(&own), "");
        assert_eq!(status, wanted, "good once");
        made.evidence.add(format!("the archive, or its refusal ({status})"), whole);
    }
}

/// The token in the form of the dashboard, the session that it opens, and a token that is made there.
fn visit_the_dashboard(server: &Server, token: &str, made: &mut Made) {
    let page = request(&server.base, "GET /dashboard/sign-in", &[], "").1;
    let csrf = |page: &str| page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let browser = |cookie: &str| {
        vec![
            ("cookie", cookie.to_owned()),
            ("origin", server.base.clone()),
            ("sec-fetch-site", "same-origin".to_owned()),
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
        ]
    };
    let form = format!("csrf={}&token={token}&next=/dashboard", csrf(&page));
    let (status, entered) = request(&server.base, "POST /dashboard/sign-in", &browser(&cookie(&page)), &form);
    assert_eq!(status, 303, "{entered}");
    let session = cookie_of_session(&entered);
    made.canaries.push(Canary::of(session.split_once('=').unwrap().1));
    for path in ["/dashboard", "/dashboard/account", "/dashboard/nothing", "/downloads/x"] {
        let whole = request(&server.base, &format!("GET {path}"), &browser(&session), "").1;
        made.evidence.add(format!("the page {path}"), whole);
    }
    let csrf = csrf(&request(&server.base, "GET /dashboard/account", &browser(&session), "").1);
    let form = format!("csrf={csrf}&label=web&days=1&role=viewer");
    let shown = request(&server.base, "POST /dashboard/account/tokens", &browser(&session), &form).1;
    made.token(&shown[shown.find("sb_").unwrap()..]);
    let form = format!("csrf={csrf}");
    let whole = request(&server.base, "POST /dashboard/sign-out", &browser(&session), &form).1;
    made.evidence.add("signing out", whole);
}

fn cookie(page: &str) -> String {
    let line = page.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    line.split(';').next().unwrap().to_owned()
}

fn cookie_of_session(page: &str) -> String {
    let mut lines = page.lines().filter_map(|line| line.strip_prefix("set-cookie: __Host-smart-begin-session="));
    format!("__Host-smart-begin-session={}", lines.next().unwrap().split(';').next().unwrap())
}

/// What a value of this type may be, with the canary as near as the schema lets it come.
fn canaried(schema: &Value, canary: &Canary) -> Vec<Value> {
    let value = canary.text();
    let mut all = vec![json!(value), json!([value]), json!({ value: value }), json!({ "value": [value] })];
    if schema["type"] == "string" {
        all.push(json!(canary.dressed()));
    }
    all
}

#[test]
fn what_an_assistant_sends_by_mistake_is_in_no_log_and_in_no_record() {
    let home = Home::new();
    let canary = Canary::new();
    let watcher = Watcher::new(std::slice::from_ref(&canary), |_| false);
    let words = ["env".to_owned(), "SMART_BEGIN_LOG=trace".to_owned()];
    let mut server = json_rpc::Server::start_beneath(&home, &words, &["--root", "."]);
    let mut tried = 0;
    let mut send = |method: &str, params: Value| {
        tried += 1;
        server.try_request(method, params).unwrap_or_else(|| panic!("{method}: the server ended"))
    };
    let tools = send("tools/list", json!({}))["result"]["tools"].as_array().unwrap().clone();
    for tool in &tools {
        let name = tool["name"].as_str().unwrap();
        let properties = tool["inputSchema"]["properties"].as_object().unwrap();
        for (argument, schema) in properties {
            for value in canaried(schema, &canary) {
                // Only planned: what somebody begins a project with is in the project, by their doing.
                let mut arguments = json!({ "projectName": "demo", "apply": false });
                arguments[argument] = value;
                if arguments["apply"] != true {
                    send("tools/call", json!({ "name": name, "arguments": arguments }));
                }
            }
        }
        send("tools/call", json!({ "name": name, "arguments": { canary.text(): 1 } }));
        send("tools/call", json!({ "name": name, "arguments": canary.text() }));
    }
    for method in [
        "tools/call",
        "prompts/get",
        "resources/read",
        "completion/complete",
        "logging/setLevel",
        "initialize",
        canary.text(),
    ] {
        for params in [
            json!({ "name": canary.text(), "arguments": { "x": canary.text() } }),
            json!({ "uri": canary.text() }),
            json!({ "uri": format!("smart-begin://projects/{}/files/{}", canary.text(), canary.text()) }),
            json!({ "uri": format!("https://user:{}@x.example/", canary.text()) }),
            json!({ "level": canary.text() }),
            json!({ "ref": { "type": "ref/prompt", "name": "start_a_project" }, "argument": { "name": "projectName", "value": canary.text() } }),
            json!({ "ref": { "type": "ref/resource", "uri": canary.text() }, "argument": { "name": canary.text(), "value": canary.text() } }),
            json!({ "_meta": { "traceparent": canary.text(), canary.text(): canary.text() } }),
            json!(canary.text()),
        ] {
            send(method, params);
        }
    }
    let prompts = send("prompts/list", json!({}))["result"]["prompts"].as_array().cloned().unwrap_or_default();
    for prompt in &prompts {
        for argument in prompt["arguments"].as_array().into_iter().flatten() {
            let arguments = json!({ argument["name"].as_str().unwrap(): canary.text() });
            send("prompts/get", json!({ "name": prompt["name"], "arguments": arguments }));
        }
    }
    server.send(&json!({ "jsonrpc": "2.0", "method": canary.text(), "params": { "x": canary.text() } }));
    server.send(&json!({ "jsonrpc": "2.0", "id": canary.text(), "result": canary.text() }));
    server.send(&json!(canary.text()));
    let ended = server.finish();
    let mut evidence = Evidence::default();
    evidence.add("the log", ended.stderr.join("\n"));
    evidence.records(&home);
    evidence.files(home.root());
    evidence.assert_without(std::slice::from_ref(&canary));
    watcher.assert_nothing_seen();
    assert!(tried > 120 && !tools.is_empty() && !prompts.is_empty(), "{tried}");
}

#[test]
fn every_operation_that_takes_a_secret_has_a_test_here() {
    // That it compiles is the point; that the drivers are those there are is looked at here.
    let named: BTreeSet<&str> = Operation::ALL.into_iter().map(driven_by).collect();
    assert!(named.contains("tokens") && named.contains("secrets"), "{named:?}");
}
