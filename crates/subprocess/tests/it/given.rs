//! A program gets what it is given, and nothing else.

use std::ffi::OsString;

use rustix::fs::{MemfdFlags, memfd_create};
use secrecy::{SecretSlice, SecretString};
use subprocess::{Command, Environment, Error};

use crate::shell::{find, script, text};

fn variables(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
}

#[test]
fn variables_are_those_given() {
    let ours = variables(&[("PATH", "/bin"), ("LANG", "C"), ("SMART_BEGIN_TOKEN", "no"), ("AWS_SECRET", "no")]);
    let mut environment = Environment::common(ours);
    environment.set_secret("KEY", SecretString::from("of\nlines = and ' quotes")).unwrap();
    environment.set("LANG", "fr").unwrap();
    let ended = Command::new(find("env")).arguments(["-0"]).environment(environment).run().unwrap();
    let mut seen: Vec<String> = text(ended.stdout.bytes()).split_terminator('\0').map(str::to_owned).collect();
    seen.sort();
    assert_eq!(seen, ["KEY=of\nlines = and ' quotes", "LANG=fr", "PATH=/bin"]);
}

#[test]
fn arguments_are_no_script() {
    let ended = Command::new(find("printf")).arguments(["%s|", "$HOME", "a b", "`id`", "; exit 1"]).run().unwrap();
    assert_eq!(text(ended.stdout.bytes()), "$HOME|a b|`id`|; exit 1|");
}

#[test]
fn open_files_stay_here() {
    let open = memfd_create("passed.on.by.mistake", MemfdFlags::empty()).unwrap();
    let ended = script("ls -l /proc/$$/fd").run().unwrap();
    drop(open);
    let seen = text(ended.stdout.bytes());
    assert!(seen.lines().count() >= 4 && !seen.contains("by.mistake"), "{seen}");
}

#[test]
fn it_runs_where_it_is_told_to() {
    let folder = testkit::folder();
    let ended = script("pwd -P").folder(folder.path()).run().unwrap();
    assert_eq!(text(ended.stdout.bytes()).trim(), folder.path().canonicalize().unwrap().to_str().unwrap());
}

#[test]
fn what_no_variable_or_argument_can_hold_is_refused_without_the_value() {
    let mut environment = Environment::empty();
    let value = || SecretString::from("hid\0den");
    let fault = environment.set_secret("KEY", value()).unwrap_err();
    assert!(matches!(&fault, Error::VariableValue(name) if name == "KEY"));
    assert!(!format!("{fault} {fault:?}").contains("hid"));
    for name in ["", "A=B", "A\0"] {
        assert!(matches!(environment.set_secret(name, value()), Err(Error::VariableName(_))), "{name:?}");
    }
    let fault = Command::new(find("true")).arguments(["hid\0den"]).run().unwrap_err();
    assert!(matches!(fault, Error::Argument));
}

#[test]
fn more_than_the_system_takes_is_said() {
    let mut environment = Environment::empty();
    environment.set_secret("KEY", SecretString::from("x".repeat(256 << 10))).unwrap();
    let fault = Command::new(find("true")).environment(environment).run().unwrap_err();
    assert!(matches!(fault, Error::TooMuch(_)), "{fault:?}");
}

#[test]
fn values_do_not_show() {
    let mut environment = Environment::empty();
    environment.set("PLAIN", "canary-1").unwrap();
    environment.set_secret("KEY", SecretString::from("canary-2")).unwrap();
    let command = Command::new(find("cat")).arguments(["-", "canary-3"]).environment(environment);
    let command = command.stdin(SecretSlice::from(b"canary-4".to_vec()));
    let shown = format!("{command:?}");
    assert!(shown.contains("KEY") && shown.contains("2 arguments") && !shown.contains("canary"), "{shown}");
    let ended = command.run().unwrap();
    assert!(text(ended.stdout.bytes()).contains("canary-4"));
    assert!(!format!("{ended:?}").contains("canary"), "{ended:?}");
}
