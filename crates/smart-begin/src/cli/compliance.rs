//! `smart-begin compliance`: how it stands with every requirement, looked at now and proven before.

mod edge;
mod html;
mod markdown;
mod probes;
mod text;
mod words;

use std::process::ExitCode;

use app::{ComplianceReport, ComplianceSubject, Error, Observations, Seen};
use clap::{Args, ValueEnum};

use super::answer::{Format, Outcome};
use super::call::with_call;
use super::output;
use crate::config::{Loaded, Secrets, credentials_folder, examine};
use crate::{caller, exit_code};

/// Tell how it stands with every requirement: PASS, FAIL, UNKNOWN, NOT BUILT or NOT APPLICABLE; exit code 1 on any FAIL
#[derive(Args)]
pub(super) struct Compliance {
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    /// List in text what passes, is not built or does not apply, too
    #[arg(long)]
    all: bool,
    /// Print the JSON Schema of the answer as JSON, and look at nothing
    #[arg(long)]
    schema: bool,
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people: what fails, and who must look at the rest.
    #[default]
    Text,
    /// For programs.
    Json,
    /// Everything, for documents.
    Markdown,
    /// Everything, as one page without scripts.
    Html,
}

impl Compliance {
    pub(super) fn format(&self) -> Format {
        if self.format == Form::Json { Format::Json } else { Format::Text }
    }

    pub(super) fn run(self, loaded: Loaded) -> ExitCode {
        let (format, schema) = (self.format(), self.schema);
        let outcome =
            if schema { output::print_json(&app::compliance_schema()).map(|()| 0) } else { self.tell(loaded) };
        match outcome {
            Ok(0) => ExitCode::from(exit_code::DONE),
            Ok(_) => ExitCode::from(exit_code::FAILED),
            Err(error) => {
                output::failure(&error, format);
                exit_code::of(error.kind)
            }
        }
    }

    /// Tells the report, and how many requirements fail.
    fn tell(self, mut loaded: Loaded) -> Result<usize, Error> {
        let (_, missing) = Secrets::fetch(&loaded.settings, credentials_folder().as_deref());
        loaded.add(missing);
        loaded.add(examine(&loaded.settings, &loaded.on_disk));
        let mut seen = probes::all(&loaded);
        seen.extend(edge::observe(&loaded.settings));
        let report = report(&loaded, seen)?;
        match self.format {
            Form::Text => output::print(&text::page(&report, self.all)),
            Form::Json => output::print_json(&report),
            Form::Markdown => output::print(&markdown::page(&report)),
            Form::Html => output::print(&html::page(&report)?),
        }?;
        Ok(report.summary.fail)
    }
}

/// Whoever may read the configuration's files could look themselves; a token is asked for what it may. A store that
/// cannot be opened is a finding then, and no reason to tell nothing.
fn report(loaded: &Loaded, mut seen: Observations) -> Result<ComplianceReport, Error> {
    let environment = loaded.settings.environment.as_str();
    let subject = ComplianceSubject { version: env!("CARGO_PKG_VERSION"), environment };
    let mut report = None;
    let outcome: Outcome = with_call(&loaded.settings, |services, call| {
        let mut seen = seen.clone();
        seen.extend(app::observe_store(services));
        report = Some(app::check_compliance(services, call, subject, &seen)?);
        Ok(())
    });
    match (outcome, report) {
        (Ok(()), Some(report)) => Ok(report),
        (Err(error), _) if !caller::has_token() => {
            seen.insert("store", Seen::bad(error.message, error.hint));
            app::describe_compliance(subject, &seen)
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::internal("the report was not made")),
    }
}
