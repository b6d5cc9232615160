//! The MCP server on its standard streams, line by line: plan, apply by hash, archives, and clients that leave.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::json_rpc::{Server, call};
use crate::program::{Home, text};
use crate::tree::{self, Thing};

#[test]
fn a_plan_is_looked_at_and_applied_by_its_hash_and_a_stale_one_is_refused() {
    let home = Home::new();
    let mut server = Server::start(&home, &["--root", "."]);
    let asked = |more: Value| {
        let mut arguments = json!({ "projectName": "Demo", "stack": "python", "author": "Ada" });
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        arguments
    };
    let plan = server.begin(asked(json!({ "apply": false })));
    let hash = text(&plan, "planHash");
    assert_eq!(plan["applied"], false);
    assert_eq!(fs::read_dir(home.work()).unwrap().count(), 0, "a plan writes nothing");
    assert!(home.projects().is_empty(), "a plan records nothing");
    assert_eq!(hash, home.plan_hash("Demo", &["--stack", "python", "--author", "Ada"]), "both faces plan the same");

    let stale = server.refusal(asked(json!({ "planHash": hash, "author": "Eve" })));
    assert!(stale.starts_with("refused: planHash:"), "{stale}");
    assert_eq!(fs::read_dir(home.work()).unwrap().count(), 0, "a stale hash writes nothing");

    let report = server.begin(asked(json!({ "planHash": hash })));
    assert_eq!((&report["applied"], &report["planHash"]), (&json!(true), &json!(hash)));
    tree::assert_whole(&home.work().join("demo"), &hash, true);
    let again = server.refusal(asked(json!({ "planHash": hash })));
    assert!(again.starts_with("refused: targetDirectory:"), "{again}");
    server.finish().assert_clean();
    assert_eq!(home.projects().len(), 1);
}

#[test]
fn every_file_of_an_archive_can_be_read_and_is_the_planned_one() {
    let home = Home::new();
    let mut server = Server::start(&home, &["--root", "."]);
    for stack in home.stacks() {
        let folder =
            server.begin(json!({ "projectName": "demo", "stack": stack, "targetDirectory": format!("as-{stack}") }));
        let archive = server.begin(json!({ "projectName": "demo", "stack": stack, "delivery": "archive" }));
        assert_eq!(archive["planHash"], folder["planHash"]);
        assert!(archive["targetDirectory"].is_null() && archive["archive"]["zip"].is_null(), "{archive}");
        let mut read = BTreeMap::new();
        for uri in archive["archive"]["files"].as_array().unwrap() {
            let reply = server.request("resources/read", json!({ "uri": uri }));
            let contents = &reply["result"]["contents"][0];
            let path = uri.as_str().unwrap().split_once("/files/").unwrap().1;
            read.insert(
                path.to_owned(),
                contents["text"].as_str().unwrap_or_else(|| panic!("{reply}")).as_bytes().to_vec(),
            );
        }
        let written = tree::without_git(tree::read(&home.work().join(format!("as-{stack}"))));
        let written: BTreeMap<_, _> = written
            .into_iter()
            .filter_map(|(path, thing)| match thing {
                Thing::File { bytes, .. } => Some((path, bytes)),
                _ => None,
            })
            .collect();
        assert!(read == written, "{stack}: what is read is not what is written");
    }
    server.finish().assert_clean();
}

#[test]
fn files_that_are_none_of_the_projects_are_not_read() {
    let home = Home::new();
    let mut server = Server::start(&home, &["--root", "."]);
    let report = server.begin(json!({ "projectName": "demo" }));
    let id = text(&report, "projectId");
    fs::write(home.work().join("demo/secret"), "hidden").unwrap();
    for path in [
        "secret",
        "../secret",
        "..%2f..%2fetc%2fpasswd",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        ".git/config",
        "README.md/../secret",
        "",
        ".",
        "%00",
    ] {
        let reply =
            server.request("resources/read", json!({ "uri": format!("smart-begin://projects/{id}/files/{path}") }));
        assert!(reply["error"]["code"].is_i64() && !reply.to_string().contains("hidden"), "{path}: {reply}");
    }
    // What was begun is told, not what became of it since.
    fs::write(home.work().join("demo/README.md"), "tampered with").unwrap();
    let reply =
        server.request("resources/read", json!({ "uri": format!("smart-begin://projects/{id}/files/README.md") }));
    assert!(!reply.to_string().contains("tampered") && reply["result"]["contents"][0]["text"].is_string(), "{reply}");
    server.finish().assert_clean();
}

#[test]
fn the_log_tells_of_each_call_and_stdout_carries_only_the_protocol() {
    let home = Home::new();
    let mut server = Server::start(&home, &["--root", ".", "--log", "trace"]);
    server.begin(json!({ "projectName": "demo" }));
    server.refusal(json!({ "projectName": "../x" }));
    server.request("frobnicate", json!({}));
    server.send(&json!(["not", "a", "message"]));
    server.request("ping", json!({}));
    let ended = server.finish();
    ended.assert_clean();
    let calls: Vec<Value> = ended.stderr.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let call = calls.iter().find(|entry| entry["operation"] == "tools/call smart_begin").unwrap();
    for key in ["request_id", "caller", "operation", "duration_ms", "outcome"] {
        assert!(!call[key].is_null(), "{key}: {call}");
    }
}

#[test]
fn a_client_that_leaves_half_way_gets_all_or_nothing() {
    // Some of them leave before the call is read, some while it writes, some after.
    for pause in [0, 5, 20, 50, 100, 200, 400] {
        let home = Home::new();
        let hash = home.plan_hash("demo", &[]);
        let mut server = Server::start(&home, &["--root", "."]);
        server.ask("tools/call", call(json!({ "projectName": "demo", "stack": "typescript" })));
        std::thread::sleep(std::time::Duration::from_millis(pause));
        server.finish().assert_clean();
        all_or_nothing(&home, &hash);
    }
}

fn all_or_nothing(home: &Home, hash: &str) {
    let target = home.work().join("demo");
    let there = target.exists();
    if there {
        tree::assert_whole(&target, hash, true);
    }
    assert_eq!(fs::read_dir(home.work()).unwrap().count(), usize::from(there), "nothing else is left");
    let states: Vec<_> = home.projects().iter().map(|project| text(project, "state")).collect();
    assert!(states.iter().all(|state| state == if there { "finished" } else { "abandoned" }), "{there} {states:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_that_leaves_while_files_are_written_gets_all_or_nothing() {
    let Some(strace) = crate::strace::Strace::find() else { return };
    let home = Home::new();
    let hash = home.plan_hash("demo", &[]);
    // Files are written slowly, so that the client leaves in the midst of it.
    let words = strace.words(&["inject=mkdirat:delay_enter=20000"]);
    let mut server = Server::start_beneath(&home, &words, &["--root", "."]);
    server.ask("tools/call", call(json!({ "projectName": "demo", "stack": "typescript" })));
    let staged = || fs::read_dir(home.work()).unwrap().count() > 0;
    while !staged() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    server.finish().assert_clean();
    all_or_nothing(&home, &hash);
}

#[test]
fn a_call_that_is_cancelled_leaves_nothing_or_all() {
    let home = Home::new();
    let hash = home.plan_hash("demo", &[]);
    let mut server = Server::start(&home, &["--root", "."]);
    let id = server.ask("tools/call", call(json!({ "projectName": "demo", "stack": "typescript" })));
    server.send(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": id, "reason": "enough" } }));
    assert!(server.request("ping", json!({})).get("result").is_some(), "the server goes on");
    server.finish().assert_clean();
    all_or_nothing(&home, &hash);
}

/// A server that a power cut, or its assistant, ended in the midst: the next one sets things right before it answers.
#[test]
fn the_next_server_settles_what_the_killed_one_left() {
    for pause in [10, 40, 80, 160] {
        let home = Home::new();
        let hash = home.plan_hash("demo", &[]);
        let mut server = Server::start(&home, &["--root", "."]);
        server.ask("tools/call", call(json!({ "projectName": "demo", "stack": "typescript" })));
        std::thread::sleep(std::time::Duration::from_millis(pause));
        server.kill();
        drop(server);
        Server::start(&home, &["--root", "."]).finish().assert_clean();
        all_or_nothing(&home, &hash);
    }
}

#[test]
fn of_calls_at_once_for_one_target_in_one_server_one_wins() {
    let home = Home::new();
    let mut server = Server::start(&home, &["--root", "."]);
    let asked: Vec<u64> =
        (0..8).map(|_| server.ask("tools/call", call(json!({ "projectName": "demo", "stack": "rust" })))).collect();
    let replies: Vec<Value> = asked.into_iter().map(|id| server.reply_to(id).unwrap()).collect();
    let won: Vec<&Value> = replies.iter().filter(|reply| reply["result"]["isError"] != true).collect();
    assert_eq!(won.len(), 1, "{replies:?}");
    let hash = text(&won[0]["result"]["structuredContent"], "planHash");
    tree::assert_whole(&home.work().join("demo"), &hash, true);
    server.finish().assert_clean();
    let states: Vec<_> = home.projects().iter().map(|project| text(project, "state")).collect();
    assert_eq!(states.iter().filter(|state| *state == "finished").count(), 1, "{states:?}");
    assert_eq!(fs::read_dir(home.work()).unwrap().count(), 1);
}

/// Every assistant starts a server of its own, and waits for it: threads that serve nobody cost both.
#[cfg(target_os = "linux")]
#[test]
fn a_server_on_pipes_answers_without_a_second_thread() {
    let home = Home::new();
    let mut server = Server::start(&home, &["--root", "."]);
    assert!(server.request("tools/list", json!({})).get("result").is_some());
    assert_eq!(fs::read_dir(format!("/proc/{}/task", server.process())).unwrap().count(), 1);
    server.finish().assert_clean();
}
