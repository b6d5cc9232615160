//! Every role tries every operation of an assistant that was started with its token: MCP on the standard streams.

use domain::{Operation, Ownership};
use serde_json::{Value, json};

use crate::json_rpc::Server;
use crate::role_world::{Expected, ROLES, Target, World, expected, policy};

/// The message that asks for it; none where MCP has no such thing. A new operation does not compile without one.
fn message(operation: Operation, target: &Target, number: u32) -> Option<(&'static str, Value)> {
    let begin = |apply: bool| {
        let name = format!("tried-{number}");
        let arguments = json!({ "projectName": name, "stack": "python", "delivery": "archive", "apply": apply });
        Some(("tools/call", json!({ "name": "smart_begin", "arguments": arguments })))
    };
    let read = |path: &str| Some(("resources/read", json!({ "uri": format!("smart-begin://{path}") })));
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
        // Of HTTP, the dashboard and the command line.
        Operation::DownloadArchive
        | Operation::ExportProject
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
        | Operation::ReadConfiguration => None,
    }
}

/// What came of it, and all that was said but for the ids.
fn ask(server: &mut Server, target: &Target, (method, params): (&str, Value)) -> (Expected, String) {
    let mut reply = server.request(method, params);
    let kinds = [&reply["error"]["data"]["kind"], &reply["result"]["_meta"]["smart-begin/error"]["kind"]];
    let came = match kinds.into_iter().find_map(Value::as_str) {
        Some("refused") => Expected::Refused,
        Some("not-found") => Expected::Missing,
        Some(_) => panic!("{reply}"),
        None => Expected::Allowed,
    };
    reply["id"] = Value::Null;
    reply["error"]["data"]["requestId"] = Value::Null;
    (came, reply.to_string().replace(&target.project, "ID"))
}

fn walk(roles: &[&str], read_only: bool) {
    let world = World::new();
    for role in roles {
        let actor = world.actor(role, &[]);
        let mut words = vec!["env".to_owned(), format!("SMART_BEGIN_TOKEN={}", actor.token)];
        words.extend(World::variables(read_only).into_iter().map(|(name, value)| format!("{name}={value}")));
        let mut server = Server::start_beneath(&world.home, &words, &[]);
        let permissions = policy().roles.get(role).unwrap_or_default();
        for operation in Operation::ALL {
            for ownership in Ownership::ALL {
                let case = format!("{role} {operation:?} {ownership:?} read-only {read_only}");
                let (number, target) = (world.number(), world.target(ownership, &actor.name));
                let Some(asked) = message(operation, &target, number) else { continue };
                let wanted = expected(permissions, operation, ownership, read_only, None);
                let before = world.state(&target, &actor.name);
                let (came, told) = ask(&mut server, &target, asked);
                assert_eq!(came, wanted, "{case}: {told}");
                if wanted != Expected::Allowed {
                    assert_eq!(world.state(&target, &actor.name), before, "{case} changed something");
                }
                if wanted == Expected::Missing {
                    let none = Target::missing(&target.owner);
                    let (_, other) = ask(&mut server, &none, message(operation, &none, number).unwrap());
                    assert_eq!(told, other, "{case}");
                }
            }
        }
        server.finish().assert_clean();
    }
}

#[test]
fn over_stdio_every_role_can_do_what_the_table_says_and_nothing_else() {
    walk(&ROLES, false);
}

#[test]
fn over_stdio_read_only_mode_refuses_what_the_table_says() {
    walk(&["member", "admin"], true);
}
