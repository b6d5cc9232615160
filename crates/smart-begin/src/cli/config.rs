//! `smart-begin config`: what is configured, where each value comes from, and what is wrong with it.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::answer::{Format, Outcome};
use super::output::{self, GOOD, QUIET, STRONG};
use crate::config::{Concern, Effect, Loaded, Secrets, Setting, Sources, State, credentials_folder};
use crate::exit_code;

/// Check and show the configuration
#[derive(Args)]
pub(super) struct Config {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Tell everything that is wrong with the configuration; exit code 2 when something is
    Check {
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show the values that hold; of secrets the reference alone
    Show {
        /// Where each value comes from
        #[arg(long)]
        origin: bool,
        /// Whether a changed value takes effect on reload or at the next start
        #[arg(long)]
        reload: bool,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

impl Config {
    pub(super) fn format(&self) -> Format {
        match self.what {
            What::Check { format } | What::Show { format, .. } => format,
        }
    }

    pub(super) fn run(self, _sources: Sources, loaded: Loaded) -> ExitCode {
        let format = self.format();
        let (outcome, good) = match self.what {
            What::Check { format } => check(loaded, format),
            What::Show { origin, reload, format } => show(&loaded, Shown { origin, reload }, format),
        };
        match outcome {
            Ok(()) if good => ExitCode::from(exit_code::DONE),
            Ok(()) => ExitCode::from(exit_code::USAGE),
            Err(error) => {
                output::failure(&error, format);
                exit_code::of(error.kind)
            }
        }
    }
}

fn check(mut loaded: Loaded, format: Format) -> (Outcome, bool) {
    let (_, missing) = Secrets::fetch(&loaded.settings, credentials_folder().as_deref());
    loaded.findings.extend(missing);
    loaded.findings.sort_by_key(|finding| finding.severity);
    let faults = loaded.faults(Concern::Listener);
    let good = faults.is_empty();
    let environment = loaded.settings.environment;
    if format == Format::Json {
        let findings: Vec<Json> = loaded.findings.iter().map(output::finding_json).collect();
        let told =
            json!({ "environment": environment.as_str(), "files": loaded.files, "good": good, "findings": findings });
        return (output::print_json(&told), good);
    }
    let files = loaded.files.join(", ");
    let mut text = String::new();
    if good {
        text.push_str(&format!("{GOOD}good{GOOD:#}: the configuration for {} ({files})\n", environment.as_str()));
    } else {
        output::faults(&faults, environment, format);
    }
    loaded.warnings().for_each(|warning| text.push_str(&output::finding(warning)));
    (output::print(&text), good)
}

#[derive(Clone, Copy)]
struct Shown {
    origin: bool,
    reload: bool,
}

fn show(loaded: &Loaded, shown: Shown, format: Format) -> (Outcome, bool) {
    let credentials = credentials_folder();
    let state = |setting: &Setting| Secrets::state(setting, credentials.as_deref());
    let settings: Vec<&Setting> = loaded.settings.iter().collect();
    let faults = loaded.faults(Concern::Listener);
    let good = loaded.faults(Concern::Anything).is_empty();
    let outcome = if format == Format::Json {
        let values: Vec<Json> = settings.iter().map(|setting| as_json(setting, state(setting))).collect();
        let told =
            json!({ "environment": loaded.settings.environment.as_str(), "files": loaded.files, "values": values });
        output::print_json(&told)
    } else {
        let files = loaded.files.join(", ");
        let mut text = format!("{QUIET}# {}: {files}{QUIET:#}\n", loaded.settings.environment.as_str());
        settings.iter().for_each(|setting| text.push_str(&as_text(setting, state(setting), shown)));
        output::print(&text)
    };
    if !faults.is_empty() {
        // What is wrong was left out above.
        output::faults(&faults, loaded.settings.environment, Format::Text);
    }
    (outcome, good)
}

fn as_json(setting: &Setting, state: Option<State>) -> Json {
    json!({
        "key": setting.path,
        "value": setting.value.as_ref().map(crate::config::Value::shown),
        "origin": setting.origin.to_string(),
        "file": setting.origin.file(),
        "line": setting.origin.line(),
        "secret": state.map(State::as_str),
        "takesEffect": setting.key.effect.as_str(),
    })
}

fn as_text(setting: &Setting, state: Option<State>, shown: Shown) -> String {
    let value = match &setting.value {
        Some(value) => value.shown().to_string(),
        None => format!("{QUIET}({}){QUIET:#}", setting.key.otherwise),
    };
    let mut text = format!("{STRONG}{}{STRONG:#} = {value}", setting.path);
    let mut notes: Vec<String> = state.map(|state| state.as_str().to_owned()).into_iter().collect();
    if shown.origin {
        notes.push(setting.origin.to_string());
    }
    if shown.reload {
        let when = if setting.key.effect == Effect::Reload { "on reload" } else { "at the next start" };
        notes.push(when.to_owned());
    }
    if !notes.is_empty() {
        text.push_str(&format!("  {QUIET}# {}{QUIET:#}", notes.join("; ")));
    }
    text + "\n"
}
