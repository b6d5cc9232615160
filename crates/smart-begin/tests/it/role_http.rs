//! The walk of the roles over MCP and HTTP: a real listener on which everybody must sign in, and API tokens.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use domain::{Operation, Ownership};
use serde_json::{Value, json};

use crate::json_rpc::Server;
use crate::listener::Listener;
use crate::program::PROGRAM;
use crate::role_world::{About, Actor, Expected, ROLES, Target, World, about, entry, expected, policy};

/// What somebody is told whose roles give nothing.
const NO_ROLE: &str = "you have no role here";

/// How an operation is asked for over MCP or HTTP; none where neither has it.
pub(crate) enum Ask {
    Mcp(&'static str, Value),
    Get(String),
}

/// A new operation does not compile until somebody has said how it is asked for.
pub(crate) fn ask(operation: Operation, target: &Target, number: u32) -> Option<Ask> {
    let begin = |apply: bool| {
        let arguments = json!({
            "projectName": format!("tried-{number}"), "stack": "python", "description": "x", "author": "x",
            "delivery": "archive", "apply": apply,
        });
        Some(Ask::Mcp("tools/call", json!({ "name": "smart_begin", "arguments": arguments })))
    };
    let read = |path: &str| Some(Ask::Mcp("resources/read", json!({ "uri": format!("smart-begin://{path}") })));
    match operation {
        Operation::ListBlueprints => read("blueprints"),
        Operation::PlanProject => begin(false),
        Operation::BeginProject => begin(true),
        Operation::ListProjects => read("projects"),
        Operation::ReadProject => match number % 3 {
            0 => read(&format!("projects/{}", target.project)),
            1 => read(&format!("projects/{}/report", target.project)),
            _ => read(&format!("projects/{}/files/README.md", target.project)),
        },
        Operation::CheckFiles => {
            let files = json!([{ "path": "README.md", "text": "Nothing." }]);
            Some(Ask::Mcp("tools/call", json!({ "name": "check_project", "arguments": { "files": files } })))
        }
        Operation::CheckProject => {
            let arguments = json!({ "projectId": target.project, "kinds": ["vulnerability"] });
            Some(Ask::Mcp("tools/call", json!({ "name": "check_project", "arguments": arguments })))
        }
        Operation::PlanFix | Operation::FixProject => {
            let mode = if operation == Operation::PlanFix { "plan" } else { "apply" };
            let arguments = json!({ "projectId": target.project, "mode": mode });
            Some(Ask::Mcp("tools/call", json!({ "name": "fix_vulnerabilities", "arguments": arguments })))
        }
        Operation::DownloadArchive => Some(Ask::Get(format!("/downloads/{}", target.link))),
        // Of the command line and the dashboard alone.
        Operation::ExportProject
        | Operation::DeleteProject
        | Operation::TransferProject
        | Operation::CreateToken
        | Operation::ListTokens
        | Operation::RotateToken
        | Operation::RevokeToken
        | Operation::ListSessions
        | Operation::RevokeSession
        | Operation::ExplainAccess
        | Operation::ListAccess
        | Operation::RevokeAccess
        | Operation::ErasePerson
        | Operation::ReadConfiguration
        | Operation::ReadAudit
        | Operation::ManageAudit
        | Operation::ListSecrets
        | Operation::ReadSecret
        | Operation::WriteSecret
        | Operation::RotateSecret
        | Operation::DeleteSecret
        | Operation::RotateKeys
        | Operation::ReadCompliance
        | Operation::ReadFindings
        | Operation::TriageFinding
        | Operation::ReadAdvisories
        | Operation::UpdateAdvisories
        | Operation::ListJobs
        | Operation::RunJob => None,
    }
}

/// What came back: whether it was done, and everything that was said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) done: bool,
    text: String,
}

impl Told {
    fn of_mcp(reply: &Value) -> Self {
        let failed = reply.get("error").is_some() || reply["result"]["isError"] == true;
        Self { done: !failed, text: reply.to_string() }
    }

    /// Without what differs by request, and without the ids that were asked for.
    fn anonymous(mut self, target: &Target) -> Self {
        for own in [&target.project, &target.link] {
            self.text = self.text.replace(own.as_str(), "[id]");
        }
        while let Some(at) = self.text.find("req_") {
            self.text.replace_range(at..at + 20, "[request]");
        }
        self
    }
}

/// One request on a connection of its own; the status and the body.
pub(crate) fn exchange(base: &str, line: &str, token: Option<&str>, body: &str) -> (u16, String) {
    let address = base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let bearer = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
    let head = format!(
        "{line} HTTP/1.1\r\nhost: {address}\r\n{bearer}content-type: application/json\r\n\
         accept: application/json, text/event-stream\r\nmcp-protocol-version: 2025-11-25\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

pub(crate) fn over_http(base: &str, token: &str, ask: &Ask) -> Told {
    match ask {
        Ask::Mcp(method, params) => {
            let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
            let (status, body) = exchange(base, "POST /mcp", Some(token), &message.to_string());
            // Whoever has no permission at all is refused before anything is asked.
            assert!(status == 200 || status == 403 && body.contains(NO_ROLE), "{method}: {status} {body}");
            let json = &body[body.find('{').unwrap()..=body.rfind('}').unwrap()];
            Told::of_mcp(&serde_json::from_str(json).unwrap())
        }
        Ask::Get(path) => {
            let (status, text) = exchange(base, &format!("GET {path}"), Some(token), "");
            assert!([200, 403, 404].contains(&status), "{path}: {status}");
            Told { done: status == 200, text: if status == 200 { String::new() } else { format!("{status} {text}") } }
        }
    }
}

/// A listener with the roles of this world, on which everybody must sign in and nobody is counted.
pub(crate) fn listen(world: &World, read_only: bool) -> Listener {
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--http", "127.0.0.1:0"]).envs(World::variables(read_only));
    command.env("SMART_BEGIN_SIGN_IN__REQUIRED", "true");
    command.env("SMART_BEGIN_SIGN_IN__LOCKOUT__ATTEMPTS", "1000");
    command.env("SMART_BEGIN_LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS", "0");
    command.env("SMART_BEGIN_LIMITS__REQUESTS_PER_MINUTE_PER_CALLER", "0");
    Listener::of(&mut command, &world.home)
}

fn assert_told(
    world: &World,
    (actor, target): (&Actor, &Target),
    (wanted, before): (Expected, &str),
    told: Told,
    ask_missing: impl FnOnce(&Target) -> Told,
    case: &str,
) {
    assert_eq!(told.done, wanted == Expected::Allowed, "{case}: {wanted:?}, not {told:?}");
    if wanted == Expected::Allowed {
        return;
    }
    assert_eq!(world.state(target, &actor.name), before, "{case} changed something");
    if wanted == Expected::Missing {
        let missing = Target::missing(&target.owner);
        let other = ask_missing(&missing);
        assert_eq!(told.anonymous(target), other.anonymous(&missing), "{case}");
    } else {
        let says = ["You may not do this", NO_ROLE].iter().any(|words| told.text.contains(words));
        assert!(says, "{case}: {told:?}");
    }
}

#[test]
fn over_mcp_and_http_every_role_can_do_what_the_table_says_and_nothing_else() {
    for read_only in [false, true] {
        let world = World::new();
        let listener = listen(&world, read_only);
        let mut walked = 0;
        for role in ROLES {
            for operation in Operation::ALL {
                for ownership in Ownership::ALL {
                    let case = format!("{role} {operation:?} {ownership:?} read-only {read_only}");
                    let number = world.number();
                    let actor = world.actor(role, &[]);
                    let target = world.target(ownership, &actor.name);
                    let Some(asked) = ask(operation, &target, number) else { continue };
                    walked += 1;
                    let permissions = policy().roles.get(role).unwrap_or_default();
                    let wanted = expected(permissions, operation, ownership, read_only, None);
                    let before = world.state(&target, &actor.name);
                    let told = over_http(&listener.base, &actor.token, &asked);
                    let missing = |missing: &Target| {
                        over_http(&listener.base, &actor.token, &ask(operation, missing, number).unwrap())
                    };
                    assert_told(&world, (&actor, &target), (wanted, &before), told, missing, &case);
                }
            }
        }
        assert_eq!(walked, ROLES.len() * 10 * 3);
    }
}

#[test]
fn over_stdio_every_role_can_do_what_the_table_says_and_nothing_else() {
    let world = World::new();
    for role in ROLES {
        let actor = world.actor(role, &[]);
        let mut words = vec!["env".to_owned(), format!("SMART_BEGIN_TOKEN={}", actor.token)];
        words.extend(World::variables(false).into_iter().map(|(name, value)| format!("{name}={value}")));
        let mut server = Server::start_beneath(&world.home, &words, &[]);
        for operation in Operation::ALL {
            for ownership in Ownership::ALL {
                let case = format!("{role} {operation:?} {ownership:?}");
                let number = world.number();
                let target = world.target(ownership, &actor.name);
                let Some(Ask::Mcp(method, params)) = ask(operation, &target, number) else { continue };
                let permissions = policy().roles.get(role).unwrap_or_default();
                let wanted = expected(permissions, operation, ownership, false, None);
                let before = world.state(&target, &actor.name);
                let told = without_number(Told::of_mcp(&server.request(method, params)));
                let missing = |missing: &Target| match ask(operation, missing, number) {
                    Some(Ask::Mcp(method, params)) => without_number(Told::of_mcp(&server.request(method, params))),
                    _ => unreachable!("it was asked over MCP"),
                };
                assert_told(&world, (&actor, &target), (wanted, &before), told, missing, &case);
            }
        }
        server.finish().assert_clean();
    }
}

/// Replies on one connection are numbered.
fn without_number(told: Told) -> Told {
    let Ok(mut reply) = serde_json::from_str::<Value>(&told.text) else { return told };
    reply["id"] = Value::Null;
    Told { text: reply.to_string(), ..told }
}

#[test]
fn whoever_has_no_token_or_a_bad_one_gets_nothing_at_all() {
    let world = World::new();
    let listener = listen(&world, false);
    let actor = world.actor("admin", &[]);
    let revoked = world.actor("admin", &[]);
    let target = world.target(Ownership::Own, &actor.name);
    for token in world.services.store.tokens(Some(&revoked.name), 10).unwrap() {
        world.services.store.revoke_token(&token.id, 0, &entry()).unwrap();
    }
    let (_, cut) = actor.token.split_at(1);
    let unknown = "sb_0000000000000000000000000000004zVRcY";
    let mut bodies = Vec::new();
    for token in [None, Some(cut), Some(unknown), Some(revoked.token.as_str()), Some("sb_")] {
        for operation in Operation::ALL {
            let (line, body) = match ask(operation, &target, 0) {
                Some(Ask::Mcp(method, params)) => (
                    "POST /mcp".to_owned(),
                    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string(),
                ),
                Some(Ask::Get(path)) => (format!("GET {path}"), String::new()),
                None => continue,
            };
            let before = world.state(&target, &actor.name);
            let (status, told) = exchange(&listener.base, &line, token, &body);
            assert_eq!(status, 401, "{token:?} {operation:?}: {told}");
            assert!(!told.contains(&target.project) && about(operation) != About::Person, "{told}");
            assert_eq!(world.state(&target, &actor.name), before);
            if token.is_some() && line.starts_with("POST") {
                bodies.push(Told { done: false, text: told }.anonymous(&target).text);
            }
        }
    }
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "one refusal is told like another: {bodies:#?}");
}
