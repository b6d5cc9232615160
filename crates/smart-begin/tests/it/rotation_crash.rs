//! `kill -9` in every phase of a rotation: the next one settles it, each value that was current can be read, and inside
//! and outside agree.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;

use serde_json::Value;

use crate::program::{Home, long};

/// Takes the value into the file `$1`, and ends whoever asks, at the moment that the file `kill` names.
const HOOK: &str = r#"#!/usr/bin/env python3
import json, os, pathlib, signal, sys
folder, phase = pathlib.Path(sys.argv[1]), sys.argv[-1]
data = json.load(sys.stdin)["data"]
def reach(moment):
    kill = folder / "kill"
    if kill.exists() and kill.read_text() == moment:
        kill.unlink()
        os.kill(os.getppid(), signal.SIGKILL)
        sys.exit(0)
    if moment == "before verify" and (folder / "refuse").exists():
        sys.exit(1)
reach(f"before {phase}")
if phase == "apply":
    (folder / "taken").write_text(data["value"])
elif phase == "rollback":
    (folder / "taken").write_text(data["previousValue"])
elif (folder / "taken").read_text() != data["value"]:
    sys.exit(1)
reach(f"after {phase}")
"#;

fn rotate(home: &Home) -> testkit::Outcome {
    home.call(["secret", "rotate", "KEY", "--environment", "production"]).run()
}

fn get(home: &Home, version: Option<u64>) -> String {
    let version = version.map(|version| version.to_string());
    let mut words = vec!["secret", "get", "KEY", "--environment", "production"];
    words.extend(version.iter().flat_map(|version| ["--version", version]));
    home.call(words).run().expect_ok().stdout
}

fn versions(home: &Home) -> Vec<(u64, String)> {
    let told = home.json(&["secret", "versions", "KEY", "--environment", "production"]);
    let of = |version: &Value| (version["version"].as_u64().unwrap(), version["state"].as_str().unwrap().to_owned());
    told["versions"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn a_rotation_cut_short_is_settled_by_the_next() {
    let home = Home::new();
    let _ = home.call(["key", "create"]).run().expect_ok();
    let _ = home.call(["secret", "set", "KEY", "--environment", "production"]).stdin("first").run().expect_ok();
    let (hook, folder) = (home.root().join("hook"), home.root().join("other-side"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("taken"), "first").unwrap();
    fs::write(&hook, HOOK).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let (hook, side) = (hook.to_str().unwrap().to_owned(), folder.to_str().unwrap().to_owned());
    let schedule = ["secret", "schedule", "KEY", "--environment", "production", "--generator", "token"];
    let _ = home.call(schedule).args(["--hook", &hook, "--hook-argument", &side]).run().expect_ok();
    // Where it is killed, whether the other side refuses the value, and whether the new value stays.
    let moments = [
        ("before apply", false, false),
        ("after apply", false, true),
        ("before verify", false, true),
        ("after verify", false, true),
        ("before rollback", true, false),
        ("after rollback", true, false),
    ];
    for round in 0..if long() { 50 } else { 2 } {
        for (moment, refused, stays) in moments {
            let before = get(&home, None);
            let last = versions(&home)[0].0;
            fs::write(folder.join("kill"), moment).unwrap();
            let refuse = folder.join("refuse");
            if refused {
                fs::write(&refuse, "").unwrap();
            }
            let killed = rotate(&home);
            assert_eq!(killed.status.signal(), Some(9), "round {round}, {moment}: {killed:?}");
            let _ = fs::remove_file(&refuse);
            assert_eq!(get(&home, None), before, "{moment}: nothing else is given out before it is settled");
            assert_eq!(versions(&home)[0], (last + 1, "pending".to_owned()), "{moment}");
            let settled = rotate(&home).expect_ok();
            let (new, taken) = (get(&home, None), fs::read_to_string(folder.join("taken")).unwrap());
            assert_eq!(new.trim_end(), taken, "{moment}: both sides agree: {settled:?}");
            assert_eq!(versions(&home)[0], (last + 2, "current".to_owned()), "{moment}");
            assert_eq!(get(&home, Some(last)), before, "{moment}: no version is lost");
            // Without a grace the version before is retired either way; which was given out tells the audit log.
            let gave_up = gave_up(&home, last + 1);
            assert_eq!(gave_up, !stays, "round {round}, {moment}");
        }
    }
}

/// Whether the version was given up.
fn gave_up(home: &Home, version: u64) -> bool {
    let connection = rusqlite::Connection::open(home.data().join("store.db")).unwrap();
    let sql = "SELECT count(*) FROM audit_entries WHERE action = 'rotate-secret' AND body LIKE ?1";
    let count = |text: String| connection.query_row(sql, [text], |row| row.get::<_, u32>(0)).unwrap();
    let given_up = count(format!("%version {version} was given up%"));
    let current = count(format!("%version {version} is current%"));
    assert_eq!(given_up + current, 1, "one of the two");
    given_up == 1
}
