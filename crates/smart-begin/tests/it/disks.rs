//! Disks that are full or read-only for real: small ones, mounted in a name space of their own.

use std::fs;
use std::path::Path;

use serde_json::Value;
use testkit::{Outcome, Run};

use crate::program::{Home, PROGRAM};
use crate::tree;

/// Runs `script` with a small disk at `$DISK`; what is to be looked at afterwards it puts into `$OUT`.
fn on_small_disk(home: &Home, options: &str, script: &str) -> Option<Outcome> {
    let (disk, out) = (home.root().join("disk"), home.root().join("out"));
    for folder in [&disk, &out] {
        fs::create_dir(folder).unwrap();
    }
    let begin = r#"begin() { code=0; "$PROGRAM" new demo --format json "$@" > "$OUT/answer" || code=$?; echo $code > "$OUT/code"; }
        list() { "$PROGRAM" projects list --format json "$@" > "$OUT/list"; }"#;
    let script = format!("mount -t tmpfs -o {options} none \"$DISK\" || exit 77\n{begin}\nset -e\n{script}");
    let mut name_space = vec!["--mount"];
    if !rustix::process::geteuid().is_root() {
        name_space.extend(["--user", "--map-root-user"]);
    }
    let unshare = testkit::tool("unshare")?;
    let run = home.house(Run::new(unshare)).args(name_space).args(["sh", "-c", &script]);
    let run = run.env("LLVM_PROFILE_FILE", "/dev/null").env("DISK", &disk).env("OUT", &out).env("PROGRAM", PROGRAM);
    let outcome = run.run();
    if outcome.status.code() == Some(77) || outcome.stderr.contains("unshare") {
        testkit::skip(&format!("no disk can be mounted here: {}", outcome.stderr));
        return None;
    }
    Some(outcome.expect_ok())
}

fn written(home: &Home, name: &str) -> String {
    fs::read_to_string(home.root().join("out").join(name)).unwrap().trim().to_owned()
}

/// What the failed call told, which must be in plain words and with exit code 4.
fn told(home: &Home) -> String {
    let answer: Value = serde_json::from_str(&written(home, "answer")).unwrap();
    assert_eq!(
        (written(home, "code").as_str(), &answer["error"]["kind"]),
        ("4", &Value::from("unavailable")),
        "{answer}"
    );
    format!("{} {}", answer["error"]["message"].as_str().unwrap(), answer["error"]["hint"].as_str().unwrap())
}

/// Whether the project at `demo` in `folder` is there; if so, it is whole. The store's list says the same.
fn is_there(home: &Home, folder: &Path, hash: &str) -> bool {
    let target = folder.join("demo");
    let there = target.exists();
    if there {
        tree::assert_whole(&target, hash, true);
    }
    let list: Value = serde_json::from_str(&written(home, "list")).unwrap();
    let states: Vec<_> = list["projects"].as_array().unwrap().iter().map(|project| project["state"].clone()).collect();
    assert_eq!(states.iter().filter(|state| *state == "finished").count(), usize::from(there), "{list}");
    assert!(states.iter().all(|state| state == "finished" || state == "abandoned"), "{list}");
    there
}

#[test]
fn a_target_on_a_disk_that_fills_up_is_whole_or_absent() {
    let hash = Home::new().plan_hash("demo", &[]);
    let (mut whole, mut absent) = (0, 0);
    let sizes = (0..).map(|step| 16 << step).take_while(|size| *size <= 8192).map(|size| format!("size={size}k"));
    let files = [3, 30, 100, 1000].map(|files| format!("size=8m,nr_inodes={files}"));
    for options in sizes.chain(files) {
        let home = Home::new();
        let script = r#"begin --dir "$DISK/demo"; ls -A "$DISK" > "$OUT/left"; cp -a "$DISK/." "$OUT/disk"; list"#;
        let Some(_) = on_small_disk(&home, &options, script) else { return };
        if is_there(&home, &home.root().join("out/disk"), &hash) {
            assert_eq!((written(&home, "code"), written(&home, "left")), ("0".to_owned(), "demo".to_owned()));
            whole += 1;
        } else {
            assert!(told(&home).starts_with("The disk is full."), "{options}: {}", told(&home));
            assert_eq!(written(&home, "left"), "", "{options}: something is left behind");
            absent += 1;
        }
    }
    assert!(whole > 0 && absent > 2, "{whole} whole, {absent} absent: the sizes do not straddle the project's");
}

#[test]
fn a_store_on_a_disk_that_fills_up_is_consistent_once_there_is_room() {
    let hash = Home::new().plan_hash("demo", &[]);
    let (mut whole, mut absent) = (0, 0);
    for size in [4, 16, 40, 60, 80, 100, 120, 160, 200, 400, 4096] {
        let home = Home::new();
        let script =
            r#"begin --data-dir "$DISK/data"; mount -o remount,size=16m "$DISK"; list --data-dir "$DISK/data""#;
        let Some(_) = on_small_disk(&home, &format!("size={size}k"), script) else { return };
        if is_there(&home, &home.work(), &hash) {
            whole += 1;
        } else {
            assert!(told(&home).contains("records"), "{size}: {}", told(&home));
            absent += 1;
        }
        assert!(crate::crash::what_is_left(&home).is_none());
    }
    assert!(whole > 0 && absent > 0, "{whole} whole, {absent} absent: the sizes do not straddle the store's");
}

#[test]
fn a_read_only_disk_is_said() {
    let home = Home::new();
    let script = r#"mount -o remount,ro "$DISK"; begin --dir "$DISK/demo"; list"#;
    let Some(_) = on_small_disk(&home, "size=1m", script) else { return };
    assert!(told(&home).contains("read-only"), "{}", told(&home));
    assert!(!is_there(&home, &home.root().join("out"), ""));

    let home = Home::new();
    let script = r#""$PROGRAM" --data-dir "$DISK/data" projects list > "$OUT/list"; mount -o remount,ro "$DISK"; begin --data-dir "$DISK/data""#;
    let Some(_) = on_small_disk(&home, "size=4m", script) else { return };
    assert!(told(&home).contains("cannot be written") && told(&home).contains("--data-dir"), "{}", told(&home));
    assert_eq!(fs::read_dir(home.work()).unwrap().count(), 0);
}
