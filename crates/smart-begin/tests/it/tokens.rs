//! API tokens on the command line and in the environment: shown once, narrower than the owner, never a fall back.

use std::fs;

use serde_json::json;

use crate::json_rpc::Server;
use crate::program::{Home, answer, text};
use crate::tree;

/// A token with this role, as a script would take it from stdout.
fn make(home: &Home, role: &str) -> String {
    let outcome = home.call(["token", "create", "a test", "--role", role]).run().expect_ok();
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines.len(), 1, "the value alone is on stdout: {outcome:?}");
    assert!(lines[0].starts_with("sb_") && lines[0].len() == 39, "{outcome:?}");
    assert!(outcome.stderr.contains("shown this once") && !outcome.stderr.contains(lines[0]), "{outcome:?}");
    lines[0].to_owned()
}

#[test]
fn a_token_is_shown_once_listed_rotated_and_revoked() {
    let home = Home::new();
    let value = make(&home, "viewer");
    let listed = home.json(&["token", "list"]);
    let token = &listed["tokens"][0];
    assert_eq!((&token["state"], &token["principal"]), (&json!("active"), &json!("owner")), "{token}");
    assert!(value.ends_with(&text(token, "lastFour")) && !listed.to_string().contains(&value));
    let id = text(token, "id");
    let people = home.call(["token", "list", "--all"]).run().expect_ok().stdout;
    assert!(people.contains(&id) && people.contains("a test") && !people.contains(&value), "{people}");

    let rotated = home.json(&["token", "rotate", &id, "--grace", "5"]);
    let next = text(&rotated, "token");
    let works = |value: &str| home.call(["projects", "list"]).env("SMART_BEGIN_TOKEN", value).run().ok();
    assert!(next != value && works(&value) && works(&next));
    let asked = home.call(["token", "revoke", &id]).run();
    assert_eq!(asked.status.code(), Some(2), "{asked:?}");
    assert!(asked.stderr.contains("--yes") && works(&next), "{asked:?}");
    assert_eq!(home.json(&["token", "revoke", &id, "--yes"])["state"], "revoked");
    assert!(!works(&value) && !works(&next));
    let stored = fs::read(home.data().join("store.db-wal")).unwrap_or_default();
    let stored = [stored, fs::read(home.data().join("store.db")).unwrap()].concat();
    for secret in [value, next] {
        assert!(!stored.windows(secret.len()).any(|part| part == secret.as_bytes()), "a value is in the store");
    }
}

#[test]
fn the_environment_narrows_and_a_bad_token_is_no_fall_back() {
    let home = Home::new();
    home.begin("demo", &["--no-git"]);
    let value = make(&home, "viewer");
    let file = home.root().join("token");
    fs::write(&file, format!("{value}\n")).unwrap();
    let before = tree::read(&home.work());
    let run = |variables: &[(&str, &str)], line: &[&str]| {
        let call = home.call(line).args(["--format", "json"]);
        variables.iter().fold(call, |call, (name, value)| call.env(name, value)).run()
    };
    let (by_value, by_file) =
        (("SMART_BEGIN_TOKEN", value.as_str()), ("SMART_BEGIN_TOKEN_FILE", file.to_str().unwrap()));
    for good in [by_value, by_file] {
        assert_eq!(answer(&run(&[good], &["projects", "list"]).expect_ok())["projects"][0]["name"], "demo");
        for line in [&["new", "other"][..], &["access", "list"], &["token", "create", "x"], &["config", "show"]] {
            assert_eq!(run(&[good], line).status.code(), Some(3), "{line:?}");
        }
    }
    let (empty, wrong) = (("SMART_BEGIN_TOKEN", ""), ("SMART_BEGIN_TOKEN", &value[..38]));
    let (no_file, folder) = (("SMART_BEGIN_TOKEN_FILE", "/nowhere"), ("SMART_BEGIN_TOKEN_FILE", "."));
    for (bad, code) in [(&[empty][..], 3), (&[wrong], 3), (&[no_file], 3), (&[folder], 3), (&[by_value, by_file], 2)] {
        for line in [&["projects", "list"][..], &["new", "other"], &["blueprints"], &["token", "create", "x"]] {
            let outcome = run(bad, line);
            assert_eq!(outcome.status.code(), Some(code), "{bad:?} {line:?}: {outcome:?}");
            assert!(
                outcome.stderr.contains("SMART_BEGIN_TOKEN") && !outcome.stderr.contains(&value[..30]),
                "{outcome:?}"
            );
        }
        let serve = bad.iter().fold(home.call(["serve", "--root", "."]), |call, (name, value)| call.env(name, value));
        assert_eq!(serve.run().status.code(), Some(code), "{bad:?}");
    }
    assert!(tree::read(&home.work()) == before, "something was written");
}

#[test]
fn an_assistant_with_a_token_can_do_what_the_token_can() {
    let home = Home::new();
    let value = make(&home, "viewer");
    let words = ["env".to_owned(), format!("SMART_BEGIN_TOKEN={value}")];
    let mut server = Server::start_beneath(&home, &words, &["--root", "."]);
    let refused = server.tool(json!({ "projectName": "demo" }));
    assert_eq!(refused["isError"], true, "{refused}");
    assert!(refused.to_string().contains("project:begin"), "{refused}");
    let read = server.request("resources/read", json!({ "uri": "smart-begin://projects" }));
    assert!(read["result"]["contents"].is_array(), "{read}");
    assert!(home.projects().is_empty());
    // Ended elsewhere, it ends here at once.
    let id = text(&home.json(&["token", "list"])["tokens"][0], "id");
    home.json(&["token", "revoke", &id, "--yes"]);
    let ended = server.request("resources/read", json!({ "uri": "smart-begin://projects" }));
    assert!(ended["error"]["message"].as_str().unwrap().contains("revoked"), "{ended}");
    server.finish().assert_clean();
}

#[test]
fn what_cannot_be_in_a_token_is_refused() {
    let home = Home::new();
    for (code, field, line) in [
        (2, "label", &["token", "create", " "][..]),
        (2, "label", &["token", "create", "a\u{202e}b"]),
        (2, "roles", &["token", "create", "x", "--role", "emperor"]),
        (2, "roles", &["token", "create", "x", "--for", "idp:ada"]),
        (2, "principal", &["token", "create", "x", "--for", "erased", "--role", "viewer"]),
        (2, "lifetimeDays", &["token", "create", "x", "--days", "367"]),
        (2, "lifetimeDays", &["token", "create", "x", "--days", "0"]),
        (2, "projects", &["token", "create", "x", "--project", "prj_000000000000000000000000"]),
        (2, "graceMinutes", &["token", "rotate", "tok_0", "--grace", "1441"]),
        (2, "tokenId", &["token", "rotate", "tok_0"]),
        (2, "tokenId", &["token", "revoke", "../x", "--yes"]),
        (2, "action", &["access", "explain", "owner", "fly"]),
        (2, "caller", &["access", "explain", "nobody", "begin-project"]),
        (2, "projectId", &["access", "explain", "owner", "read-project", "prj_x"]),
        (2, "person", &["access", "revoke", "*", "--yes"]),
        (2, "person", &["access", "erase", "erased", "--yes"]),
        (2, "projectId", &["projects", "delete", "prj_x", "--yes"]),
        (2, "output", &["projects", "export", "prj_x", "--output", "x.rar"]),
    ] {
        let outcome = home.call(line).args(["--format", "json"]).run();
        assert_eq!(outcome.status.code(), Some(code), "{line:?}: {outcome:?}");
        assert_eq!(answer(&outcome)["error"]["field"], field, "{line:?}: {outcome:?}");
        assert!(!outcome.stderr.contains('\u{202e}'), "{outcome:?}");
    }
    assert_eq!(home.json(&["token", "list", "--all"])["tokens"], json!([]));
}

#[test]
fn what_is_told_of_access_to_people_and_programs() {
    let home = Home::new();
    let id = text(&home.begin("demo", &["--no-git"]), "projectId");
    make(&home, "auditor");
    let told = home.json(&["access", "explain", "role:member", "delete-project", &id]);
    assert_eq!(told["allowed"], false, "{told}");
    let people = home.call(["access", "explain", "owner", "delete-project", &id]).run().expect_ok().stdout;
    assert!(
        people.contains("yes, by project:manage of the role admin") && people.ends_with("- Allowed.\n"),
        "{people}"
    );
    let roles = home.json(&["access", "roles"]);
    let names: Vec<String> = roles["roles"].as_array().unwrap().iter().map(|role| text(role, "name")).collect();
    assert_eq!(names, ["admin", "auditor", "member", "operator", "viewer"]);
    let list = home.json(&["access", "list"]);
    assert_eq!((&list["people"][0]["principal"], &list["people"][0]["tokens"]), (&json!("owner"), &json!(1)), "{list}");
    assert_eq!(home.json(&["access", "revoke", "owner", "--yes"])["tokens"], 1);
}

#[test]
fn a_project_is_exported_given_away_erased_and_forgotten() {
    let home = Home::new();
    let id = text(&home.begin("demo", &[]), "projectId");
    let export = |file: &str| home.call(["projects", "export", &id, "--output", file]).run();
    let _ = export("demo.tar.gz").expect_ok();
    assert_eq!(export("demo.tar.gz").status.code(), Some(3), "it never overwrites");
    let Some(tar) = testkit::tool("tar") else { return };
    let unpacked = home.root().join("unpacked");
    fs::create_dir(&unpacked).unwrap();
    let archive = home.work().join("demo.tar.gz");
    let _ = testkit::Run::new(tar).args(["-xzf"]).arg(&archive).folder(&unpacked).run().expect_ok();
    let record: serde_json::Value = serde_json::from_slice(&fs::read(unpacked.join("record.json")).unwrap()).unwrap();
    assert_eq!(record["id"], json!(id));
    let diff = testkit::Run::new("diff")
        .args(["-r", "--exclude=.git"])
        .arg(unpacked.join("demo"))
        .arg(home.work().join("demo"));
    assert_eq!(diff.run().expect_ok().stdout, "");

    let given = home.json(&["projects", "transfer", &id, "--to", "idp:ada", "--team", "red", "--yes"]);
    assert_eq!((&given["owner"], &given["team"]), (&json!("idp:ada"), &json!("red")));
    let shown = home.call(["projects", "show", &id]).run().expect_ok().stdout;
    assert!(shown.contains("idp:ada") && shown.contains("from owner to idp:ada, team red"), "{shown}");
    assert_eq!(home.json(&["access", "erase", "idp:ada", "--yes"])["projects"], 1);
    let shown = home.call(["projects", "show", &id]).run().expect_ok().stdout;
    assert!(shown.contains("erased with its owner's data") && !shown.contains("idp:ada"), "{shown}");
    assert_eq!(export("again.zip").status.code(), Some(2));
    assert!(!home.work().join("again.zip").exists());
    let gone = home.call(["projects", "delete", &id, "--yes"]).run().expect_ok().stdout;
    assert!(gone.contains("Forgotten"), "{gone}");
    assert!(home.projects().is_empty() && home.work().join("demo/README.md").exists());
}
