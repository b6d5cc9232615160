//! `smart-begin audit`, from outside: what it shows, signs, checks, proves, drops and keeps.

use std::fs;

use serde_json::{Value, json};
use store::{NewEntry, Store};

use crate::program::{Home, answer, text};

/// A data folder in which something happened.
pub(crate) fn lived_in() -> Home {
    let home = Home::new();
    for name in ["one", "two"] {
        home.begin(name, &["--no-git"]);
    }
    home
}

/// The exit code and what stands on stdout.
#[track_caller]
pub(crate) fn run(home: &Home, line: &[&str]) -> (i32, String) {
    let outcome = home.call(line).run();
    (outcome.status.code().unwrap(), format!("{}{}", outcome.stdout, outcome.stderr))
}

#[track_caller]
pub(crate) fn ok(home: &Home, line: &[&str]) -> String {
    home.call(line).run().expect_ok().stdout
}

fn entries(home: &Home, more: &[&str]) -> Vec<Value> {
    home.json(&[&["audit", "query"], more].concat())["entries"].as_array().unwrap().clone()
}

fn actions(entries: &[Value]) -> Vec<String> {
    entries.iter().map(|entry| text(entry, "action")).collect()
}

#[test]
fn entries_are_found_by_what_they_say_and_looking_is_one_itself() {
    let home = lived_in();
    let all = entries(&home, &[]);
    assert_eq!(actions(&all), ["begin-project", "project-finished", "begin-project", "project-finished", "read-audit"]);
    let (project, request) = (text(&all[2], "project"), text(&all[2], "request"));
    for (filter, found) in [
        (&["--action", "begin-project"][..], 2),
        (&["--project", &project], 2),
        (&["--request", &request], 2),
        (&["--caller", "owner", "--limit", "3"], 3),
        (&["--caller", "nobody"], 0),
        (&["--since", "1h", "--action", "project-finished"], 2),
        (&["--until", "1h"], 0),
        (&["--since", "2020-01-01T00:00:00Z", "--until", "2020-01-02T00:00:00Z"], 0),
    ] {
        assert_eq!(entries(&home, filter).len(), found, "{filter:?}");
    }
    assert_eq!(all[2]["event"]["api"]["operation"], "begin-project");
    let shown = ok(&home, &["audit", "tail", "-n", "3"]);
    assert_eq!(shown.lines().count(), 3, "{shown}");
    assert!(shown.lines().last().unwrap().contains("read-audit"), "{shown}");
    let lines = ok(&home, &["audit", "tail", "--format", "json"]);
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{lines}");
    let table = ok(&home, &["audit", "query", "--format", "csv", "--action", "begin-project"]);
    assert!(table.starts_with("number,leaf_hash,time,action,caller,project,request,body\r\n0,"), "{table}");
    home.plan_hash("three", &[]);
    let looked = home.json(&["audit", "query", "--access"]);
    assert!(looked["lines"].to_string().contains("\"plan-project\""), "{looked}");
}

#[test]
fn what_is_asked_wrongly_is_refused_with_the_argument() {
    let home = lived_in();
    let before = home.json(&["audit", "query"])["entries"].as_array().unwrap().len();
    for (code, field, line) in [
        (2, "since", &["audit", "query", "--since", "yesterday"][..]),
        (2, "action", &["audit", "query", "--action", "fly"]),
        (2, "olderThan", &["audit", "retain", "--older-than", "0d", "--yes"]),
        (2, "olderThan", &["audit", "retain", "--older-than", "400", "--yes"]),
        (2, "name", &["audit", "hold", "add", " "]),
        (2, "name", &["audit", "hold", "release", "none", "--yes"]),
        (2, "number", &["audit", "prove", "1000000"]),
        (2, "request", &["audit", "prove", "--request", "req_none"]),
        (2, "key", &["audit", "verify", "--key", "no key"]),
        (2, "checkpoint", &["audit", "verify", "--checkpoint", "nowhere"]),
        (2, "export", &["audit", "verify", "--export", "nowhere"]),
    ] {
        let outcome = home.call(line).args(["--format", "json"]).run();
        assert_eq!(outcome.status.code(), Some(code), "{line:?}: {outcome:?}");
        assert_eq!(answer(&outcome)["error"]["field"], field, "{line:?}: {outcome:?}");
    }
    assert_eq!(run(&home, &["audit", "prove", "0"]).0, 3, "nothing was signed yet");
    assert_eq!(run(&home, &["audit", "retain", "--older-than", "9d"]).0, 2, "nobody can be asked");
    assert_eq!(run(&home, &["audit", "export", "--from", "1000"]).0, 2);
    assert!(entries(&home, &[]).len() > before, "each try to read is an entry");
    assert_eq!(entries(&home, &["--action", "manage-audit"]).len(), 0, "and nothing was changed");
}

#[test]
fn a_checkpoint_is_signed_kept_beside_the_records_and_fits() {
    let home = lived_in();
    let before = home.json(&["audit", "verify"]);
    assert_eq!((&before["sound"], &before["vouchedTo"]), (&json!(true), &json!(0)), "{before}");
    let out = home.root().join("taken/checkpoint");
    fs::create_dir(home.root().join("taken")).unwrap();
    let note = home.json(&["audit", "checkpoint"]);
    let size = note["size"].as_u64().unwrap();
    ok(&home, &["audit", "checkpoint", "--out", out.to_str().unwrap()]);
    let kept: Vec<_> = fs::read_dir(home.data().join("checkpoints")).unwrap().collect();
    assert_eq!(kept.len(), 2);
    let verdict = home.json(&["audit", "verify", "--checkpoint", out.to_str().unwrap()]);
    let numbers =
        ["entries", "vouchedTo", "checkpoints", "beside", "anchors"].map(|name| verdict[name].as_u64().unwrap());
    assert_eq!(numbers, [size + 2, size + 1, 5, 2, 1], "{verdict}");
    #[cfg(unix)]
    for file in [out, home.data().join("audit-signing-keys")] {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let secret = fs::read_to_string(home.data().join("audit-signing-keys")).unwrap();
    let secret = secret.trim().rsplit('+').next().unwrap().to_owned();
    let all = fs::read(home.data().join("store.db")).unwrap();
    assert!(!String::from_utf8_lossy(&all).contains(&secret), "the private key is in the store");
}

#[test]
fn an_export_is_checked_far_from_its_log() {
    let home = lived_in();
    ok(&home, &["audit", "checkpoint"]);
    let keys = home.json(&["audit", "key", "list"]);
    let key = text(&keys["keys"][0], "key");
    let (file, part) = (home.root().join("all.jsonl"), home.root().join("part.jsonl"));
    ok(&home, &["audit", "export", "--out", file.to_str().unwrap()]);
    ok(&home, &["audit", "export", "--from", "1", "--to", "4", "--out", part.to_str().unwrap()]);
    let far = Home::new();
    for export in [&file, &part] {
        let export = export.to_str().unwrap();
        assert_eq!(run(&far, &["audit", "verify", "--export", export, "--key", &key]).0, 0);
        assert_eq!(run(&far, &["audit", "verify", "--export", export]).0, 0);
        let other = lived_in();
        ok(&other, &["audit", "checkpoint"]);
        let stranger = text(&other.json(&["audit", "key", "list"])["keys"][0], "key");
        assert_eq!(run(&far, &["audit", "verify", "--export", export, "--key", &stranger]).0, 1);
    }
    assert!(!far.data().exists(), "nothing of this machine was needed");
    let altered = fs::read_to_string(&file).unwrap().replacen("\\\"owner\\\"", "\\\"other\\\"", 1);
    fs::write(&file, altered).unwrap();
    let (code, told) = run(&far, &["audit", "verify", "--export", file.to_str().unwrap(), "--key", &key]);
    assert!(code == 1 && told.contains("Entry 0 is not what was hashed"), "{told}");
    // What goes on with --from fits together.
    let next = ok(&home, &["audit", "export", "--from", "4"]);
    assert!(next.lines().nth(1).unwrap().starts_with("{\"number\":4,"), "{next}");
    let table = ok(&home, &["audit", "export", "--format", "csv", "--to", "2"]);
    assert_eq!(table.lines().count(), 3, "{table}");
}

#[test]
fn keys_overlap_and_what_a_retired_one_signed_stays_good() {
    let home = lived_in();
    let signatures = |note: &Value| text(note, "note").lines().filter(|line| line.starts_with('—')).count();
    assert_eq!(signatures(&home.json(&["audit", "checkpoint"])), 1);
    let keys =
        |list: &Value| -> Vec<String> { list["keys"].as_array().unwrap().iter().map(|key| text(key, "key")).collect() };
    let rotated = keys(&home.json(&["audit", "key", "rotate"]));
    let (new, old) = (rotated[0].as_str(), rotated[1].as_str());
    assert_eq!(signatures(&home.json(&["audit", "checkpoint"])), 2);
    let export = home.root().join("both.jsonl");
    ok(&home, &["audit", "export", "--out", export.to_str().unwrap()]);
    for key in [new, old] {
        assert_eq!(run(&home, &["audit", "verify", "--export", export.to_str().unwrap(), "--key", key]).0, 0, "{key}");
    }
    assert_eq!(run(&home, &["audit", "verify"]).0, 0);
    let retired = home.json(&["audit", "key", "retire", "--yes"]);
    assert_eq!((&retired["keys"][0]["signs"], &retired["keys"][1]["signs"]), (&json!(true), &json!(false)));
    assert_eq!(signatures(&home.json(&["audit", "checkpoint"])), 1);
    assert_eq!(run(&home, &["audit", "verify"]).0, 0, "what the old key signed is believed still");
    ok(&home, &["audit", "export", "--out", export.to_str().unwrap()]);
    assert_eq!(run(&home, &["audit", "verify", "--export", export.to_str().unwrap(), "--key", old]).0, 1);
    assert_eq!(run(&home, &["audit", "key", "retire", "--yes"]).0, 3, "one key must sign");
    let told: Vec<String> = entries(&home, &["--action", "manage-audit"])
        .iter()
        .map(|entry| entry["event"]["resources"][0].to_string())
        .collect();
    assert_eq!(told.iter().filter(|resource| resource.contains("audit-key")).count(), 2, "{told:?}");
}

/// Entries of long ago, as this program would have written them then.
fn add_old(home: &Home, count: i64) {
    const LONG_AGO: i64 = 1_600_000_000_000;
    let model = entries(home, &["--action", "begin-project"])[0].clone();
    let store = Store::open(&home.data()).unwrap();
    let old: Vec<NewEntry> = (0..count)
        .map(|number| {
            let mut event = model["event"].clone();
            let caller = if number % 2 == 0 { "corp:ann" } else { "corp:bob" };
            event["time"] = json!(LONG_AGO + number);
            event["unmapped"]["principal"] = json!(caller);
            NewEntry {
                at_ms: LONG_AGO + number,
                action: "begin-project".to_owned(),
                caller: caller.to_owned(),
                project: model["project"].as_str().map(str::to_owned),
                request: text(&model, "request"),
                body: event.to_string(),
            }
        })
        .collect();
    store.record(&old).unwrap();
}

#[test]
fn retention_drops_texts_under_holds_and_tells_of_it() {
    let home = lived_in();
    add_old(&home, 100);
    let rehearse = ["audit", "retain", "--older-than", "400d", "--dry-run"];
    assert_eq!(home.json(&rehearse)["dropped"], 0, "nothing that no checkpoint covers");
    ok(&home, &["audit", "checkpoint"]);
    home.json(&["audit", "hold", "add", "case 7", "--caller", "corp:ann"]);
    assert_eq!(run(&home, &["audit", "hold", "add", "case 7"]).0, 3, "one of that name");
    assert_eq!(home.json(&["audit", "hold", "list"])["holds"][0]["caller"], "corp:ann");
    let rehearsed = home.json(&rehearse);
    assert_eq!(
        (&rehearsed["dropped"], &rehearsed["held"], &rehearsed["applied"]),
        (&json!(50), &json!(50), &json!(false))
    );
    assert_eq!(entries(&home, &["--caller", "corp:bob"]).len(), 50);
    let done = home.json(&["audit", "retain", "--older-than", "400d", "--yes"]);
    assert_eq!((&done["dropped"], &done["held"]), (&json!(50), &json!(50)), "{done}");
    assert_eq!(entries(&home, &["--caller", "corp:bob"]).len(), 0);
    assert_eq!(entries(&home, &["--caller", "corp:ann"]).len(), 50);
    home.json(&["audit", "hold", "release", "case 7", "--yes"]);
    ok(&home, &["audit", "checkpoint"]);
    assert_eq!(home.json(&["audit", "retain", "--older-than", "400d", "--yes"])["dropped"], 50);
    let verdict = home.json(&["audit", "verify"]);
    assert_eq!((&verdict["sound"], &verdict["dropped"]), (&json!(true), &json!(100)), "{verdict}");
    // All that was proven before is proven still, and an export of what is left checks.
    ok(&home, &["audit", "checkpoint"]);
    let export = home.root().join("left.jsonl");
    ok(&home, &["audit", "export", "--out", export.to_str().unwrap()]);
    assert_eq!(run(&home, &["audit", "verify", "--export", export.to_str().unwrap()]).0, 0);
    let gone = ok(&home, &["audit", "tail", "-n", "200"]);
    assert_eq!(gone.matches("dropped by retention").count(), 100, "{gone}");
    // The entries that tell of a retention outlive every other.
    let told = entries(&home, &["--action", "manage-audit"]);
    assert!(told.iter().filter(|entry| entry["event"]["status_detail"].to_string().contains("dropped")).count() >= 2);
}
