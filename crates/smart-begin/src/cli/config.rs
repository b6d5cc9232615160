//! `smart-begin config`: what is configured, where each value comes from, and what is wrong with it.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::answer::{Format, Outcome};
use super::output::{self, GOOD, QUIET, STRONG};
use crate::config::{
    Concern, Effect, Environment, Fault, Loaded, ROOTS_USABLE, Secrets, Setting, Settings, Sources, State, Value,
    credentials_folder, examine, keys, load, page, schema,
};
use crate::{exit_code, wire};

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
    /// Show what differs between two environments
    Diff {
        /// The one
        #[arg(value_enum)]
        one: Environment,
        /// The other
        #[arg(value_enum)]
        other: Environment,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print the JSON Schema of the configuration files, for editors
    Schema,
    /// Print the page that explains every key (docs/configuration.md)
    Reference,
}

impl Config {
    pub(super) fn format(&self) -> Format {
        match self.what {
            What::Check { format } | What::Show { format, .. } | What::Diff { format, .. } => format,
            What::Schema | What::Reference => Format::Text,
        }
    }

    pub(super) fn run(self, sources: Sources, loaded: Loaded) -> ExitCode {
        let format = self.format();
        let (outcome, good) = match self.what {
            What::Check { format } => check(loaded, format),
            What::Show { origin, reload, format } => show(&loaded, Shown { origin, reload }, format),
            What::Diff { one, other, format } => (diff(sources, one, other, format), true),
            What::Schema => (output::print_json(&schema()), true),
            What::Reference => (output::print(&page()), true),
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
    loaded.add(missing);
    loaded.add(examine(&loaded.settings, &loaded.on_disk));
    loaded.add(unusable_roots(&loaded.settings));
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

/// Roots that could not be opened to clients.
fn unusable_roots(settings: &Settings) -> Option<Fault> {
    let roots = settings.paths(&keys::ROOTS);
    let error = if roots.is_empty() { None } else { wire::roots(&roots).err() }?;
    let fault = Fault::new(keys::ROOTS.path, settings.origin(&keys::ROOTS), error.message, error.hint);
    Some(Fault { rule: Some(ROOTS_USABLE), ..fault })
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
        "value": setting.value.as_ref().map(Value::shown),
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

/// What is said about `path` in `loaded`.
fn said(loaded: &Loaded, path: &str) -> (Json, String) {
    let setting = loaded.settings.at(path);
    let value = setting.and_then(|setting| setting.value.as_ref()).map_or(Json::Null, Value::shown);
    (value, setting.map_or_else(String::new, |setting| setting.origin.to_string()))
}

fn diff(mut sources: Sources, one: Environment, other: Environment, format: Format) -> Outcome {
    let mut read = |environment| {
        sources.environment = environment;
        load(&sources)
    };
    let (left, right) = (read(one), read(other));
    let paths = left.settings.differing(&right.settings);
    if format == Format::Json {
        let differences = paths.iter().map(|path| {
            let side = |loaded| {
                let (value, origin) = said(loaded, path);
                json!({ "value": value, "origin": origin })
            };
            json!({ "key": path, one.as_str(): side(&left), other.as_str(): side(&right) })
        });
        return output::print_json(&json!({ "differences": differences.collect::<Vec<_>>() }));
    }
    let mut text = String::new();
    for path in &paths {
        text.push_str(&format!("{STRONG}{path}{STRONG:#}\n"));
        for (environment, loaded) in [(one, &left), (other, &right)] {
            let (value, origin) = said(loaded, path);
            let value = if value.is_null() { "(nothing)".to_owned() } else { value.to_string() };
            text.push_str(&format!("  {:<12} {value}  {QUIET}# {origin}{QUIET:#}\n", environment.as_str()));
        }
    }
    if paths.is_empty() {
        text.push_str("Nothing differs.\n");
    }
    output::print(&text)
}
