//! The procedures of docs/secrets.md, run as they stand there.

use std::fs;
use std::path::Path;

use testkit::{Outcome, Run};

use crate::config_bao::{Bao, ROOT};
use crate::program::{Home, PROGRAM};

/// The blocks that are marked with `what`, in order, as one script.
fn procedure(what: &str) -> String {
    let page = fs::read_to_string(testkit::workspace().join("docs/secrets.md")).unwrap();
    let mark = format!("<!-- tested: {what} -->");
    let mut script = String::new();
    let mut lines = page.lines().map(str::trim_start);
    while let Some(line) = lines.next() {
        if line == mark {
            assert_eq!(lines.next(), Some("```sh"), "a mark stands above its block");
            lines.by_ref().take_while(|line| *line != "```").for_each(|line| script += &format!("{line}\n"));
        }
    }
    assert!(!script.is_empty(), "{what}");
    script
}

/// Runs a script with the program under test, which `run` may be missing from.
fn run(home: &Home, script: &str, more: &[(&str, &str)]) -> Outcome {
    let programs = home.root().join("bin");
    fs::create_dir_all(&programs).unwrap();
    let link = programs.join("smart-begin");
    if !link.exists() {
        std::os::unix::fs::symlink(PROGRAM, &link).unwrap();
    }
    let keys = home.root().join("etc");
    fs::create_dir_all(&keys).unwrap();
    let path = format!("{}:{}", programs.display(), testkit::path());
    let call = home.house(Run::new("sh")).args(["-euc", script]).env("PATH", path).env("KEYS", &keys);
    more.iter().fold(call, |call, (name, value)| call.env(name, value)).run()
}

fn count(outcome: &Outcome, value: &str) -> usize {
    outcome.stdout.lines().filter(|line| line.trim() == value.len().to_string()).count()
}

#[test]
fn a_env_file_is_put_away_in_two_commands() {
    let home = Home::new();
    fs::write(home.work().join(".env"), "DATABASE_URL=postgres://localhost/today\n").unwrap();
    let outcome = run(&home, &procedure("own machine"), &[]).expect_ok();
    assert!(outcome.stdout.contains("connecting to postgres://localhost/today"), "{outcome:?}");
    assert_eq!(count(&outcome, "postgres://localhost/tomorrow"), 1, "{outcome:?}");
    assert_eq!(count(&outcome, "postgres://localhost/today"), 1, "{outcome:?}");
    assert!(!Path::new(&home.work().join(".env")).exists());
}

#[test]
fn the_key_of_ones_own_machine_is_rotated() {
    let home = crate::secrets::home();
    crate::secrets::set(&home, "A", "one");
    let outcome = run(&home, &procedure("own key"), &[]).expect_ok();
    assert!(outcome.stdout.contains("Rewrapped 1 versions"), "{outcome:?}");
    assert_eq!(crate::secrets::get(&home, "A").expect_ok().stdout, "one");
}

#[test]
fn the_key_of_a_server_is_made_and_rotated() {
    let home = Home::new();
    let outcome = run(&home, &procedure("file"), &[("SMART_BEGIN_ENVIRONMENT", "production")]).expect_ok();
    assert_eq!(count(&outcome, "hunter2-of-the-test"), 3, "{outcome:?}");
    assert!(!home.root().join("etc/vault.key").exists() && home.root().join("etc/vault-2.key").exists());
}

#[test]
fn a_key_in_openbao_is_made_and_rotated() {
    let Some(bao) = Bao::start() else { return };
    let home = Home::new();
    let own = [("SMART_BEGIN_ENVIRONMENT", "production"), ("BAO_ADDR", bao.address.as_str()), ("BAO_TOKEN", ROOT)];
    let tools = testkit::tool("bao").unwrap();
    let script = format!("PATH={}:$PATH\n{}", tools.parent().unwrap().display(), procedure("openbao"));
    let outcome = run(&home, &script, &own).expect_ok();
    assert_eq!(count(&outcome, "hunter2-of-the-test"), 1, "{outcome:?}");
    assert!(outcome.stdout.contains("Rewrapped 1 versions") && outcome.stdout.contains(":v2"), "{outcome:?}");
    // The server seals itself, and what was there is said to be out of reach, not lost.
    bao.run(&["operator", "seal"]).run().expect_ok();
    let reached =
        ["SMART_BEGIN_VAULT__KEY", "SMART_BEGIN_VAULT__TRANSIT__ADDRESS", "SMART_BEGIN_VAULT__TRANSIT__TOKEN"];
    let token = format!("file:{}", home.root().join("etc/token").display());
    let values = ["transit", bao.address.as_str(), token.as_str()];
    let call = home.call(["secret", "get", "PASSWORD", "--environment", "production"]);
    let sealed = reached.into_iter().zip(values).fold(call, |call, (name, value)| call.env(name, value)).run();
    assert_eq!(sealed.status.code(), Some(4), "{sealed:?}");
    assert!(sealed.stderr.contains("Unseal"), "{sealed:?}");
}
