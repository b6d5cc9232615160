//! Secrets on the command line: values come in by pipe, file or prompt, and go out where they are asked for alone.

use std::fs;

use serde_json::json;
use testkit::Outcome;

use crate::program::{Home, answer};

/// A place with a key.
pub(crate) fn home() -> Home {
    let home = Home::new();
    home.json(&["key", "create"]);
    home
}

pub(crate) const PRODUCTION: [&str; 2] = ["--environment", "production"];

pub(crate) fn set(home: &Home, name: &str, value: &str) {
    home.call(["secret", "set", name]).args(PRODUCTION).stdin(value).run().expect_ok();
}

pub(crate) fn get(home: &Home, name: &str) -> Outcome {
    home.call(["secret", "get", name]).args(PRODUCTION).run()
}

/// A value that nothing else has.
pub(crate) fn canary(what: &str) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    format!("{what}-{now:x}-{}", std::process::id())
}

#[test]
fn a_secret_is_set_read_listed_and_deleted() {
    let home = home();
    set(&home, "DATABASE_URL", "first\n");
    set(&home, "DATABASE_URL", "second");
    assert_eq!(get(&home, "DATABASE_URL").expect_ok().stdout, "second", "the value alone, without a line end");
    let old = home.call(["secret", "get", "DATABASE_URL", "--version", "1"]).args(PRODUCTION).run().expect_ok();
    assert_eq!((old.stdout.as_str(), old.stderr.as_str()), ("first", ""));
    let listed = home.json(&["secret", "list"]);
    assert_eq!(listed["secrets"][0]["name"], "DATABASE_URL");
    assert_eq!(listed["secrets"][0]["currentVersion"], 2);
    let shown = listed.to_string() + &home.call(["secret", "list"]).run().expect_ok().stdout;
    assert!(!shown.contains("second") && !shown.contains("first"), "{shown}");
    let versions = home.json(&["secret", "versions", "DATABASE_URL", "--environment", "production"]);
    assert_eq!(versions["versions"][1]["state"], "retired");
    let asked = home.call(["secret", "delete", "DATABASE_URL"]).args(PRODUCTION).run();
    assert_eq!(asked.status.code(), Some(2), "{asked:?}");
    home.call(["secret", "delete", "DATABASE_URL", "--yes"]).args(PRODUCTION).run().expect_ok();
    assert_eq!(get(&home, "DATABASE_URL").status.code(), Some(2));
}

#[test]
fn a_value_of_one_line_loses_its_line_end_and_one_of_several_does_not() {
    let home = home();
    let pem = "-----BEGIN-----\nabc\n-----END-----\n";
    for (typed, more, kept) in [
        ("one\n", None, "one"),
        ("one\r\n", None, "one"),
        ("one\n", Some("--exact"), "one\n"),
        (pem, None, pem),
        (" spaces stay ", None, " spaces stay "),
        ("\u{1b}[31mred", None, "\u{1b}[31mred"),
    ] {
        home.call(["secret", "set", "A"]).args(PRODUCTION).args(more).stdin(typed).run().expect_ok();
        assert_eq!(get(&home, "A").expect_ok().stdout, kept, "{typed:?}");
        fs::write(home.work().join("value"), typed).unwrap();
        home.call(["secret", "set", "A", "--file", "value"]).args(PRODUCTION).args(more).run().expect_ok();
        assert_eq!(get(&home, "A").expect_ok().stdout, kept, "{typed:?} from a file");
    }
    for bad in [&b""[..], b"\n", b"\xff\xfe", b"a\0b"] {
        let refused = home.call(["secret", "set", "A"]).args(PRODUCTION).stdin(bad).run();
        assert_eq!(refused.status.code(), Some(2), "{bad:?} {refused:?}");
    }
    let large = home.call(["secret", "set", "A"]).args(PRODUCTION).stdin("x".repeat((1 << 20) + 1)).run();
    assert_eq!(large.status.code(), Some(2), "{}", large.stderr);
    home.call(["secret", "set", "A"]).args(PRODUCTION).stdin("x".repeat(1 << 20)).run().expect_ok();
    assert_eq!(get(&home, "A").expect_ok().stdout.len(), 1 << 20);
}

#[test]
fn a_value_as_an_argument_is_refused_and_never_repeated() {
    let home = home();
    let value = canary("argument");
    let assigned = format!("A={value}");
    let option = format!("--value={value}");
    for line in [
        vec!["A", value.as_str(), "--environment", "production"],
        vec!["--environment", "production", "A", value.as_str()],
        vec![assigned.as_str(), "--environment", "production"],
        vec!["A", "--environment", "production", option.as_str()],
        vec!["A", "--environment", "production", "--value", value.as_str()],
        vec!["A", "--environment", "production", "--", value.as_str()],
    ] {
        let refused = home.call(["secret", "set"]).args(&line).stdin("x").run();
        assert_eq!(refused.status.code(), Some(2), "{line:?} {refused:?}");
        assert!(!format!("{}{}", refused.stdout, refused.stderr).contains(&value), "{line:?} {refused:?}");
    }
    assert_eq!(home.json(&["secret", "list"])["secrets"], json!([]));
}

#[test]
fn every_form_of_an_export_reads_back() {
    let home = home();
    let values = ["plain", "it's \"quoted\" $HOME `x`", "two\nlines\n", "back\\slash\\", "ünï"];
    for (number, value) in values.iter().enumerate() {
        home.call(["secret", "set", &format!("V{number}"), "--exact"]).args(PRODUCTION).stdin(value).run().expect_ok();
    }
    let export =
        |form: &str| home.call(["secret", "export", "--format", form]).args(PRODUCTION).run().expect_ok().stdout;
    let read: std::collections::BTreeMap<String, String> = serde_json::from_str(&export("json")).unwrap();
    assert_eq!(read.values().map(String::as_str).collect::<Vec<_>>(), values);
    fs::write(home.work().join("exported.sh"), export("shell")).unwrap();
    for (number, value) in values.iter().enumerate() {
        let script = format!(". ./exported.sh; printf %s \"$V{number}\"");
        let said = home.house(testkit::Run::new("sh")).args(["-c", &script]).run().expect_ok();
        assert_eq!(said.stdout, *value);
    }
    let again = Home::new();
    again.json(&["key", "create"]);
    again.call(["secret", "import", "-"]).args(PRODUCTION).stdin(export("dotenv")).run().expect_ok();
    for (number, value) in values.iter().enumerate() {
        assert_eq!(get(&again, &format!("V{number}")).expect_ok().stdout, *value);
    }
}

#[test]
fn the_environment_of_secrets_is_not_that_of_the_program() {
    let home = home();
    // Production refuses a program without sign-in over HTTP, and a key beside the data; this one is development's.
    set(&home, "A", "of production");
    let before = home.call(["--environment", "development", "secret", "get", "A"]).args(PRODUCTION).run().expect_ok();
    assert_eq!(before.stdout, "of production");
    let guarded = home.call(["--environment", "production", "secret", "get", "A"]).args(PRODUCTION).run();
    assert_eq!(guarded.status.code(), Some(4), "{guarded:?}");
    let by_variable =
        home.call(["secret", "get", "A"]).args(PRODUCTION).env("SMART_BEGIN_ENVIRONMENT", "production").run();
    assert_eq!(by_variable.status.code(), Some(4), "{by_variable:?}");
    for line in [
        ["--environment", "staging", "config", "show", "--format", "json"],
        ["config", "--environment", "staging", "show", "--format", "json"],
        ["config", "show", "--environment", "staging", "--format", "json"],
    ] {
        assert_eq!(answer(&home.call(line).run())["environment"], "staging", "{line:?}");
    }
    let missing = home.call(["secret", "get", "A"]).run();
    assert_eq!(missing.status.code(), Some(2), "{missing:?}");
}

#[test]
fn no_key_says_what_to_do() {
    let home = Home::new();
    let refused = home.call(["secret", "set", "A"]).args(PRODUCTION).stdin("x").run();
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert!(refused.stderr.contains("smart-begin key create"), "{refused:?}");
}
