//! Clippy's findings in the whole workspace, tests included.

use serde::Deserialize;

use super::grade::Grade;
use super::thresholds::Thresholds;
use crate::{Failure, tool};

const SUBJECT: &str = "lint findings";

#[derive(Deserialize)]
struct Line {
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    code: Option<serde_json::Value>,
}

/// Runs clippy.
pub(super) fn grade(thresholds: &Thresholds) -> Grade {
    let mut clippy = tool::command("cargo");
    clippy.args(["clippy", "--quiet", "--workspace", "--all-targets", "--locked", "--message-format=json"]);
    match tool::output(&mut clippy) {
        Ok(output) => {
            let found = findings(&String::from_utf8_lossy(&output.stdout));
            let most = thresholds.lint.findings;
            if output.status.success() || found > 0 {
                Grade::new(SUBJECT, format!("{found}, at most {most}"), found <= most)
            } else {
                Grade::unknown(SUBJECT, &Failure::because("cargo clippy", String::from_utf8_lossy(&output.stderr)))
            }
        }
        Err(why) => Grade::unknown(SUBJECT, &why),
    }
}

/// Counts warnings and errors in cargo's JSON; summaries carry no code and do not count.
#[must_use]
pub fn findings(messages: &str) -> usize {
    let lines = messages.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()?.message);
    lines.filter(|message| message.code.is_some() && ["warning", "error"].contains(&message.level.as_str())).count()
}
