//! `smart-begin run`: a program gets the secrets of an environment, and is otherwise as if it had been started itself.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use testkit::{Outcome, Run};

use crate::program::{Home, PROGRAM};

const CANARY: &str = "canary value with = and 'quotes'\nand a second line";

/// A home with a key and one secret, `KEY`.
fn home() -> Home {
    let home = Home::new();
    let _ = home.call(["key", "create"]).run().expect_ok();
    set(&home, "KEY", CANARY);
    home
}

fn set(home: &Home, name: &str, value: &str) {
    let set = home.call(["secret", "set", name, "--environment", "production", "--exact"]).stdin(value);
    let _ = set.run().expect_ok();
}

fn call(home: &Home, options: &[&str], program: &[&str]) -> Run {
    home.call([&["run", "--environment", "production"], options, &["--"], program].concat())
}

fn sh(home: &Home, options: &[&str], script: &str) -> Outcome {
    call(home, options, &["sh", "-c", script]).run()
}

/// How many readings the audit log has.
fn readings(home: &Home) -> u32 {
    let connection = rusqlite::Connection::open(home.data().join("store.db")).unwrap();
    let sql = "SELECT count(*) FROM audit_entries WHERE action = 'read-secret' AND body LIKE '%production/KEY%'";
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn the_program_gets_the_values_and_nothing_of_ours() {
    let home = home();
    let outcome = call(&home, &[], &["env", "-0"]).env("LANG", "C").env("SMART_BEGIN_X", "x").run().expect_ok();
    assert_eq!(outcome.stderr, "");
    let seen: Vec<&str> = outcome.stdout.split_terminator('\0').collect();
    assert!(seen.contains(&format!("KEY={CANARY}").as_str()) && seen.contains(&"LANG=C"), "{seen:?}");
    assert!(!seen.iter().any(|variable| variable.starts_with("SMART_BEGIN_")), "{seen:?}");
    assert_eq!(readings(&home), 1);
}

#[test]
fn its_exit_code_its_signals_and_its_process_are_its_own() {
    let home = home();
    assert_eq!(sh(&home, &[], "exit 41").status.code(), Some(41));
    assert_eq!(sh(&home, &[], "kill -TERM $$").status.signal(), Some(15));
    let mut command = Command::new(PROGRAM);
    command.args(["run", "--environment", "production", "--", "sh", "-c", "echo $$; read line"]);
    command.env_clear().env("PATH", testkit::path()).env("HOME", home.home()).env("SMART_BEGIN_DATA_DIR", home.data());
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let number = child.id();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), number.to_string(), "nobody stands between");
}

#[test]
fn standard_streams_are_handed_on() {
    let home = home();
    let outcome = call(&home, &[], &["sh", "-c", "cat; echo bad >&2"]).stdin("through").run().expect_ok();
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("through", "bad\n"));
}

#[test]
fn a_secret_wins_over_a_variable_and_that_is_said_without_values() {
    let home = home();
    let outcome = call(&home, &[], &["printenv", "KEY"]).env("KEY", "from-outside").run().expect_ok();
    assert_eq!(outcome.stdout, format!("{CANARY}\n"));
    assert!(outcome.stderr.contains("KEY is set already"), "{outcome:?}");
    assert!(!outcome.stderr.contains("canary") && !outcome.stderr.contains("outside"));
}

#[cfg(target_os = "linux")]
#[test]
fn values_can_be_files_in_memory() {
    let home = home();
    let large = "x".repeat(500_000);
    set(&home, "LARGE", &large);
    let outcome = sh(&home, &[], "true");
    assert_eq!(outcome.status.code(), Some(126));
    assert!(outcome.stderr.contains("--files"), "{outcome:?}");
    let script = "printf %s. ${KEY-unset}; cat $KEY_FILE; sh -c 'cat $KEY_FILE'; wc -c <$LARGE_FILE";
    let outcome = sh(&home, &["--files"], script).expect_ok();
    assert_eq!(outcome.stdout, format!("unset.{CANARY}{CANARY}500000\n"));
}

#[test]
fn what_cannot_be_run_reads_no_secret() {
    let home = home();
    fs::write(home.work().join("text"), "").unwrap();
    for (program, code) in [("no-such-program", 127), ("./none", 127), ("./text", 126), ("/", 126)] {
        let outcome = call(&home, &[], &[program]).run();
        assert_eq!(outcome.status.code(), Some(code), "{outcome:?}");
        assert!(outcome.stderr.contains("does not run"), "{outcome:?}");
    }
    assert_eq!(readings(&home), 0);
}

#[test]
fn an_environment_without_secrets_is_a_mistake() {
    let home = home();
    let outcome = home.call(["run", "--environment", "staging", "--", "echo", "started"]).run();
    assert_eq!((outcome.status.code(), outcome.stdout.as_str()), (Some(2), ""), "{outcome:?}");
    let outcome = home.call(["run", "--environment", "production", "--"]).run();
    assert_eq!(outcome.status.code(), Some(2), "a program is needed: {outcome:?}");
}

#[test]
fn whoever_may_not_read_secrets_starts_nothing() {
    let home = home();
    let token = home.json(&["token", "create", "weak", "--for", "corp:zoe", "--role", "auditor"]);
    let token = token["token"].as_str().unwrap();
    let outcome = call(&home, &[], &["echo", "started"]).env("SMART_BEGIN_TOKEN", token).run();
    assert_eq!((outcome.status.code(), outcome.stdout.as_str()), (Some(3), ""), "{outcome:?}");
    assert_eq!(readings(&home), 0);
}
