//! A value that must not be seen goes through every command, and is then looked for wherever it does not belong.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{Home, PROGRAM};
use crate::secrets::{PRODUCTION, canary, home};

/// All files beneath `folder`.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(files(&entry.path())),
            false => found.push((entry.path().display().to_string(), fs::read(entry.path()).unwrap_or_default())),
        }
    }
    found
}

/// The value as it is, and as an encoder would have it.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let reversed = value.bytes().rev().collect();
    // Base64 of the middle is the same wherever the value begins: three alignments.
    let base64 = |skip: usize| {
        let middle = &value.as_bytes()[skip..skip + (value.len() - skip) / 3 * 3];
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let group = |group: &[u8]| {
            let bits = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
            [18, 12, 6, 0].map(|shift| DIGITS[(bits >> shift & 63) as usize])
        };
        middle.chunks(3).flat_map(group).collect::<Vec<u8>>()
    };
    vec![value.as_bytes().to_vec(), hex.into_bytes(), reversed, base64(0), base64(1), base64(2)]
}

fn has(bytes: &[u8], value: &str) -> bool {
    forms(value).iter().any(|form| bytes.windows(form.len()).any(|part| part == form.as_slice()))
}

fn assert_nowhere(home: &Home, value: &str, but: &[&str]) {
    for (path, bytes) in files(&home.data()).into_iter().chain(files(&home.home())).chain(files(&home.work())) {
        assert!(but.iter().any(|name| path.ends_with(name)) || !has(&bytes, value), "{path}");
    }
}

#[test]
fn a_value_is_nowhere_but_where_it_was_asked_for() {
    let home = home();
    let value = canary("canary");
    let loud = |line: &[&str]| {
        home.call(["secret"]).args(line).args(PRODUCTION).env("SMART_BEGIN_LOG", "trace").env("RUST_BACKTRACE", "1")
    };
    let file = home.work().join("value");
    fs::write(&file, &value).unwrap();
    let env = home.work().join(".env");
    fs::write(&env, format!("IMPORTED='{value}'\n")).unwrap();
    let silent = [
        loud(&["set", "A"]).stdin(&value).run(),
        loud(&["set", "A", "--format", "json"]).stdin(&value).run(),
        loud(&["set", "B", "--file", "value"]).run(),
        loud(&["set", "A=B"]).stdin(&value).run(),
        loud(&["set", "A"]).stdin(value.repeat(60_000)).run(),
        loud(&["import", ".env", "--check-tree", "."]).run(),
        loud(&["import", ".env", "--format", "json"]).run(),
        loud(&["list", "--format", "json"]).run(),
        loud(&["list"]).run(),
        loud(&["versions", "A"]).run(),
        home.call(["key", "create", "--replace"]).run(),
        home.call(["key", "rotate"]).run(),
        home.call(["key", "status"]).run(),
        home.call(["audit", "query"]).run(),
        loud(&["get", "NONE"]).run(),
        loud(&["delete", "B", "--yes"]).run(),
    ];
    for outcome in silent {
        assert!(!has(outcome.stdout.as_bytes(), &value) && !has(outcome.stderr.as_bytes(), &value), "{outcome:?}");
    }
    for line in [&["get", "A"][..], &["export"], &["export", "--format", "json"], &["export", "--format", "shell"]] {
        let outcome = loud(line).run().expect_ok();
        assert!(outcome.stdout.contains(&value) && !has(outcome.stderr.as_bytes(), &value), "{line:?}");
    }
    // A value that cannot be opened any more is not in the error, nor in what is told of it.
    for entry in fs::read_dir(home.data().join("keys")).unwrap().flatten() {
        fs::remove_file(entry.path()).unwrap();
    }
    home.json(&["key", "create"]);
    for outcome in [loud(&["get", "A"]).run(), loud(&["export"]).run(), home.call(["key", "rotate"]).run()] {
        assert_eq!(outcome.status.code(), Some(4), "{outcome:?}");
        assert!(!has(outcome.stdout.as_bytes(), &value) && !has(outcome.stderr.as_bytes(), &value), "{outcome:?}");
    }
    assert_nowhere(&home, &value, &["work/value", "work/.env"]);
}

#[test]
fn while_a_value_comes_in_no_command_line_and_no_environment_has_it() {
    let home = home();
    let value = canary("process");
    let mut child = Command::new(PROGRAM)
        .args(["secret", "set", "A", "--environment", "production"])
        .env_clear()
        .env("HOME", home.home())
        .env("SMART_BEGIN_DATA_DIR", home.data())
        .env("LLVM_PROFILE_FILE", "/dev/null")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let (first, rest) = value.split_at(8);
    pipe.write_all(first.as_bytes()).unwrap();
    let process = format!("/proc/{}", child.id());
    let end = Instant::now() + Duration::from_millis(300);
    while Instant::now() < end {
        for part in ["cmdline", "environ", "comm"] {
            let bytes = fs::read(format!("{process}/{part}")).unwrap();
            assert!(!bytes.windows(8).any(|part| part == first.as_bytes()), "{part}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    pipe.write_all(rest.as_bytes()).unwrap();
    drop(pipe);
    assert!(child.wait().unwrap().success());
    assert_eq!(crate::secrets::get(&home, "A").expect_ok().stdout, value);
}
