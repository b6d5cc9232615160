//! What the command line says when all is well: help, completions, lists, JSON, colours.

use std::fs;

use serde_json::Value;
use testkit::Run;

use crate::program::{Home, PROGRAM, answer, text};

const COMMANDS: [&str; 15] = [
    "new",
    "serve",
    "config",
    "blueprints",
    "projects",
    "token",
    "access",
    "audit",
    "compliance",
    "secret",
    "key",
    "run",
    "connect",
    "completions",
    "man",
];

#[test]
fn help_names_every_command_and_every_exit_code() {
    let home = Home::new();
    for help in [&["--help"][..], &["help"], &["-h"]] {
        let outcome = home.call(help).run().expect_ok();
        assert!(COMMANDS.iter().all(|command| outcome.stdout.contains(command)), "{}", outcome.stdout);
        assert!(
            ["0 done", "1 ", "2 bad", "3 refused", "4 something", "70 "]
                .iter()
                .all(|code| outcome.stdout.contains(code))
        );
    }
    for command in COMMANDS {
        let outcome = home.call([command, "--help"]).run().expect_ok();
        assert!(outcome.stdout.contains(&format!("Usage: smart-begin {command}")), "{}", outcome.stdout);
    }
    let version = home.call(["--version"]).run().expect_ok();
    assert_eq!(version.stdout, format!("smart-begin {}\n", env!("CARGO_PKG_VERSION")));
    assert!(!home.data().exists(), "help needs no store");
}

#[test]
fn completions_for_every_shell_and_the_shells_can_read_them() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.call(["completions", shell]).run().expect_ok().stdout;
        for word in ["new", "plan-hash", "completions"] {
            assert!(script.contains(word), "{shell}: {word} is missing");
        }
    }
    let script = home.work().join("completions");
    let _ = home.house(Run::new("sh")).args(["-c", "\"$0\" completions bash > completions", PROGRAM]).run().expect_ok();
    let Some(bash) = testkit::tool("bash") else { return };
    let complete = "source ./completions; words=$(complete -p smart-begin); words=${words#*-F }; \
                    COMP_WORDS=(smart-begin connect clau); COMP_CWORD=2; ${words%% *} smart-begin clau connect; echo ${COMPREPLY[@]}";
    let outcome = home.house(Run::new(bash)).args(["-c", complete]).run().expect_ok();
    assert_eq!(outcome.stdout.trim(), "claude-desktop claude-code", "{}", script.display());
}

#[test]
fn the_manual_has_a_page_for_the_whole_and_for_each_command() {
    let home = Home::new();
    let whole = home.call(["man"]).run().expect_ok().stdout;
    assert!(whole.contains(".TH smart-begin 1") && whole.contains("Exit codes"), "{whole}");
    for command in COMMANDS {
        let page = home.call(["man", command]).run().expect_ok().stdout;
        assert!(page.contains(&format!(".TH smart-begin-{command} 1")), "{page}");
    }
    assert_eq!(home.call(["man", "frobnicate"]).run().status.code(), Some(2));
}

#[test]
fn blueprints_are_told_to_people_and_to_programs() {
    let home = Home::new();
    let list = home.json(&["blueprints"]);
    let people = home.call(["blueprints"]).run().expect_ok().stdout;
    for blueprint in list["blueprints"].as_array().unwrap() {
        assert!(text(blueprint, "hash").starts_with("sha256:"), "{blueprint}");
        assert!(blueprint["qualityGates"].as_array().is_some_and(|gates| !gates.is_empty()));
        assert!(people.contains(&text(blueprint, "summary")), "{people}");
        assert!(people.contains(&format!(
            "--template {} --stack {}",
            text(blueprint, "template"),
            text(blueprint, "stack")
        )));
    }
    assert!(people.contains(&text(&list, "catalogue")));
}

#[test]
fn projects_are_listed_and_shown_to_people_and_to_programs() {
    let home = Home::new();
    let none = home.call(["projects", "list"]).run().expect_ok().stdout;
    assert!(none.contains("smart-begin new NAME"), "{none}");
    let report = home.begin("First One", &["--no-git", "--goal", "be | seen", "--year", "2026"]);
    home.begin("second", &[]);
    let list = home.projects();
    assert_eq!(
        list.iter().map(|project| text(project, "name")).collect::<Vec<_>>(),
        ["second", "first-one"],
        "newest first"
    );
    let people = home.call(["projects", "list"]).run().expect_ok().stdout;
    assert_eq!(people.lines().count(), 2);

    let id = text(&report, "projectId");
    let shown = home.json(&["projects", "show", &id]);
    for (key, value) in [("state", "finished"), ("name", "first-one"), ("owner", "owner")] {
        assert_eq!(shown[key], value, "{shown}");
    }
    assert_eq!((&shown["planHash"], &shown["targetDirectory"]), (&report["planHash"], &report["targetDirectory"]));
    assert_eq!(
        (&shown["answers"]["goals"][0], &shown["answers"]["year"]),
        (&Value::from("be | seen"), &Value::from(2026))
    );
    let events: Vec<_> = shown["events"].as_array().unwrap().iter().map(|event| text(event, "kind")).collect();
    assert_eq!(events, ["project-started", "project-finished"]);
    let people = home.call(["projects", "show", &id]).run().expect_ok().stdout;
    assert!(people.contains(&id) && people.contains("project-finished") && people.contains("be | seen"), "{people}");
}

#[test]
fn the_report_is_the_same_for_people_and_for_programs() {
    let home = Home::new();
    let outcome = home.call(["new", "demo"]).run().expect_ok();
    assert_eq!(outcome.stderr, "");
    for word in ["Begun", "demo", "first commit", "Decided for you", "Next", "make setup check", "none has run yet"] {
        assert!(outcome.stdout.contains(word), "{word} is missing: {}", outcome.stdout);
    }
    let report = home.begin("other", &[]);
    for key in [
        "projectStructure",
        "qualityGates",
        "nextSteps",
        "businessValue",
        "technicalMetrics",
        "assumptions",
        "planHash",
    ] {
        assert!(!report[key].is_null(), "{key}");
    }
    assert_eq!(report["businessValue"]["costPrevention"], "unknown");
    assert_eq!(report["technicalMetrics"]["securityScore"], "unknown");
    let gates = report["qualityGates"].as_array().unwrap();
    assert!(gates.iter().all(|gate| gate["status"] == "NOT RUN"), "{gates:?}");
    let git = Run::new("git").args(["rev-parse", "HEAD"]).folder(home.work().join("other")).run().expect_ok();
    assert_eq!(report["commit"], git.stdout.trim());
}

#[test]
fn json_on_stdout_is_pure_json_also_on_failure() {
    let home = Home::new();
    for (arguments, code) in
        [(&["new", "../x", "--format", "json"][..], 2), (&["projects", "show", "x", "--format", "json"], 2)]
    {
        let outcome = home.call(arguments).run();
        assert_eq!(outcome.status.code(), Some(code));
        assert!(answer(&outcome)["error"]["message"].is_string());
    }
    let people = home.call(["new", "../x"]).run();
    assert_eq!(people.stdout, "", "a failure is told on stderr");
}

#[test]
fn colours_are_for_terminals_and_obey_no_color() {
    let home = Home::new();
    let plain = |outcome: &testkit::Outcome| !outcome.stdout.contains('\u{1b}') && !outcome.stderr.contains('\u{1b}');
    let dry = ["new", "demo", "--dry-run"];
    assert!(plain(&home.call(dry).run()), "no terminal, no colours");
    let forced = home.call(dry).env("CLICOLOR_FORCE", "1").run();
    assert!(!plain(&forced), "colours where they are forced");
    assert!(plain(&home.call(dry).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").run()), "NO_COLOR is obeyed");
    assert!(plain(&home.call(["new", "../x"]).env("NO_COLOR", "1").run()));
}

#[test]
fn nothing_is_asked_where_nobody_sits() {
    let home = Home::new();
    // What is on stdin is not taken for an answer.
    let outcome = home.call(["new", "demo", "--format", "json"]).stdin("rust\nsomething\n").run().expect_ok();
    let report = answer(&outcome);
    assert_eq!(report["blueprint"]["stack"], "typescript");
    let assumptions = report["assumptions"].as_array().unwrap();
    assert!(assumptions.iter().any(|line| line.as_str().unwrap().starts_with("stack: typescript")), "{assumptions:?}");
}

#[test]
fn a_reader_that_leaves_early_does_no_harm() {
    let home = Home::new();
    let pipe = "\"$0\" man | head -c 10 > /dev/null; echo ${PIPESTATUS[0]}";
    let Some(bash) = testkit::tool("bash") else { return };
    let outcome = home.house(Run::new(&bash)).args(["-c", pipe, PROGRAM]).run().expect_ok();
    assert_eq!((outcome.stdout.trim(), outcome.stderr.as_str()), ("0", ""));
    let pipe = "\"$0\" new demo | true; echo ${PIPESTATUS[0]}";
    let outcome = home.house(Run::new(&bash)).args(["-c", pipe, PROGRAM]).run().expect_ok();
    assert_eq!((outcome.stdout.trim(), outcome.stderr.as_str()), ("0", ""));
    assert!(home.work().join("demo/README.md").exists());
    // A stdout that cannot be written to is told, by the exit code at least.
    let outcome = home.house(Run::new(&bash)).args(["-c", "\"$0\" blueprints > /dev/full", PROGRAM]).run();
    if fs::exists("/dev/full").unwrap() {
        assert_eq!(outcome.status.code(), Some(4), "{outcome:?}");
    }
}
