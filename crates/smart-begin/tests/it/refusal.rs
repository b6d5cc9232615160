//! A call that must be refused: with the right exit code, told in full, and without a trace of it on the disk.

use serde_json::Value;

use crate::program::{Home, answer};
use crate::tree;

/// All that was told, call by call, for a snapshot that people can read.
#[derive(Default)]
pub(crate) struct Book(String);

impl Book {
    /// Calls the program, which must end with `code` and name `field` (none where it is empty).
    #[track_caller]
    pub(crate) fn refuse(&mut self, home: &Home, code: i32, field: &str, arguments: &[&str]) {
        let told = refuse(home, code, field, arguments);
        let shown: Vec<String> = arguments.iter().map(|argument| shown(argument)).collect();
        self.0.push_str(&format!("$ smart-begin {}\n{told}\n", shown.join(" ")));
    }

    pub(crate) fn text(&self) -> &str {
        self.0.trim_end()
    }
}

/// The same, for one call; returns what was told.
#[track_caller]
pub(crate) fn refuse(home: &Home, code: i32, field: &str, arguments: &[&str]) -> String {
    let before = tree::read(&home.work());
    // Before the arguments, since a name may come after `--`.
    let mut line = vec![arguments[0], "--format", "json"];
    if arguments[0] == "projects" {
        line = vec!["projects", arguments[1], "--format", "json"];
    }
    let rest = &arguments[line.len() - 2..];
    let outcome = home.call(line.iter().chain(rest)).run();
    assert_eq!(outcome.status.code(), Some(code), "{arguments:?}: {outcome:?}");
    assert!(tree::read(&home.work()) == before, "{arguments:?} changed something in the working folder");
    let error = &answer(&outcome)["error"];
    assert_eq!(error["field"].as_str().unwrap_or_default(), field, "{arguments:?}: {error}");
    let (message, hint) = (error["message"].as_str().unwrap(), error["hint"].as_str().unwrap());
    assert!(message.ends_with('.') && hint.len() > 10, "{arguments:?}: {error}");
    assert!(outcome.stderr.contains(message) && outcome.stderr.contains(hint), "people are told the same: {outcome:?}");
    let place = home.root().to_str().unwrap();
    let typed = if field.is_empty() { String::new() } else { format!("{}: ", as_typed(field)) };
    assert!(outcome.stderr.starts_with(&format!("error: {typed}")), "{arguments:?}: {outcome:?}");
    format!("{code} {typed}{message}\n  {hint}\n").replace(place, "[place]")
}

/// Arguments whose names people type otherwise.
fn as_typed(field: &str) -> String {
    match field {
        "projectName" => "NAME".to_owned(),
        "targetDirectory" => "--dir".to_owned(),
        "planHash" => "--plan-hash".to_owned(),
        "projectTemplate" => "--template".to_owned(),
        "targetUsers" => "--for".to_owned(),
        "businessGoals" => "--goal".to_owned(),
        "qualityLevel" => "--quality".to_owned(),
        own if own.chars().all(|letter| letter.is_ascii_lowercase()) => format!("--{own}"),
        other => other.to_owned(),
    }
}

/// Asserts that the store knows of no project, or only of such as were given up.
#[track_caller]
pub(crate) fn assert_nothing_begun(home: &Home) {
    let begun: Vec<Value> = home.projects().into_iter().filter(|project| project["state"] != "abandoned").collect();
    assert!(begun.is_empty(), "{begun:?}");
}

/// An argument as it is shown: short, and with nothing that deceives.
fn shown(argument: &str) -> String {
    let plain: String = argument.chars().take(60).flat_map(escaped).collect();
    let quoted = if plain.is_empty() || plain.contains(' ') { format!("'{plain}'") } else { plain };
    if argument.chars().count() > 60 {
        format!("{quoted}... ({} characters)", argument.chars().count())
    } else {
        quoted
    }
}

fn escaped(character: char) -> Vec<char> {
    if character.is_ascii() && !character.is_control() { vec![character] } else { character.escape_unicode().collect() }
}
