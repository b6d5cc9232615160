//! The OpenAPI document holds: a tool we did not write makes requests from it, good and bad ones, and checks each answer
//! against it.

use std::fs;

use testkit::Run;

use crate::listener::Listener;
use crate::program::{Home, long};

/// No rate is reached, so that each answer is about the request and not about their number.
const WITHOUT_RATES: &str = "[limits]\nrequests_per_minute_per_address = 0\nrequests_per_minute_per_caller = 0\n";

#[track_caller]
fn explore(home: &Home, settings: &str, credential: Option<&str>) {
    let Some(schemathesis) = testkit::tool("schemathesis") else { return };
    let folder = home.root().join("config");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("base.toml"), format!("{WITHOUT_RATES}\n{settings}")).unwrap();
    let listener = Listener::start(home, &["--config", folder.to_str().unwrap()]);
    let examples = if long() { "500" } else { "15" };
    let run =
        home.house(Run::new(schemathesis)).args(["--no-color", "run", &format!("{}/openapi.json", listener.base)]);
    let run =
        run.args(["--checks", "all", "--max-examples", examples, "--workers", "2", "--suppress-health-check", "all"]);
    let run = run.args(["--seed", "1", "--request-timeout", "20", "--warnings", "off"]);
    let run = match credential {
        Some(token) => run.args(["-H", &format!("Authorization: Bearer {token}")]),
        None => run,
    };
    let outcome = run.run();
    assert!(outcome.status.success(), "{}\n{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stdout.contains("0 failed") || !outcome.stdout.contains("failed"), "{}", outcome.stdout);
}

#[test]
fn without_sign_in_every_answer_is_as_documented() {
    explore(&Home::new(), "", None);
}

#[test]
fn with_sign_in_every_answer_is_as_documented() {
    let home = Home::new();
    let made = home.call(["token", "create", "explorer", "--role", "member", "--format", "json"]).run().expect_ok();
    let token = crate::clients::json(&made.stdout)["token"].as_str().unwrap().to_owned();
    explore(&home, "[sign_in]\nrequired = true\n", Some(&token));
    explore(&home, "[sign_in]\nrequired = true\n", None);
}
