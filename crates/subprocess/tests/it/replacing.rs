//! The program that takes the place of this one: here, of a process of this test's own.

use secrecy::SecretString;
use subprocess::{Environment, Error, PassedFile};
use testkit::{Outcome, Run};

use crate::shell::script;

const WITHIN: &str = "SUBPROCESS_TEST_REPLACES";

/// Runs the test `name` once more in a process of its own, which becomes something else.
fn within(name: &str) -> Outcome {
    let test = std::env::current_exe().unwrap();
    Run::new(test).args(["--exact", name, "--nocapture"]).env(WITHIN, "1").run()
}

fn is_within() -> bool {
    std::env::var_os(WITHIN).is_some()
}

#[test]
fn the_exit_code_and_the_process_are_the_programs_own() {
    if is_within() {
        println!("before={}", std::process::id());
        let mut environment = Environment::common(std::env::vars_os());
        environment.set_secret("KEY", SecretString::from("value")).unwrap();
        let fault = script("echo after=$$ $KEY; exit 41").environment(environment).replace_this_process();
        panic!("{fault}");
    }
    let outcome = within("replacing::the_exit_code_and_the_process_are_the_programs_own");
    assert_eq!(outcome.status.code(), Some(41), "{outcome:?}");
    let part = |name: &str| outcome.stdout.split(name).nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert_eq!(part("before="), part("after="));
    assert!(outcome.stdout.contains(" value\n"));
}

#[test]
fn a_signal_is_the_programs_own_end() {
    use std::os::unix::process::ExitStatusExt as _;
    if is_within() {
        panic!("{}", script("kill -TERM $$").replace_this_process());
    }
    let outcome = within("replacing::a_signal_is_the_programs_own_end");
    assert_eq!(outcome.status.signal(), Some(15), "{outcome:?}");
}

#[test]
fn a_file_is_passed_on_and_cannot_be_changed() {
    if is_within() {
        let file = PassedFile::new(&SecretString::from("in the file\n")).unwrap();
        let mut environment = Environment::common(std::env::vars_os());
        environment.set("KEY_FILE", file.path()).unwrap();
        file.pass_on();
        let text = "cat $KEY_FILE $KEY_FILE; sh -c 'cat $KEY_FILE'; (echo other >$KEY_FILE) 2>/dev/null; cat $KEY_FILE";
        panic!("{}", script(text).environment(environment).replace_this_process());
    }
    let outcome = within("replacing::a_file_is_passed_on_and_cannot_be_changed");
    assert!(outcome.ok() && outcome.stdout.ends_with(&"in the file\n".repeat(4)), "{outcome:?}");
}

#[test]
fn what_cannot_be_started_leaves_this_process() {
    let mut environment = Environment::empty();
    environment.set_secret("KEY", SecretString::from("x".repeat(256 << 10))).unwrap();
    let fault = script("exit 0").environment(environment).replace_this_process();
    assert!(matches!(fault, Error::TooMuch(_)), "{fault:?}");
}
