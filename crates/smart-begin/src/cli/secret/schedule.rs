//! `smart-begin secret schedule`: how a secret is rotated, and when.

use std::ffi::{OsStr, OsString};

use app::{Call, Error, Generator, Hook, RotationSchedule, Services};
use clap::Args;
use subprocess::Program;

use super::at::At;
use super::span::{days, minutes};
use crate::cli::answer::{Format, Outcome};
use crate::cli::output::{self, GOOD};

/// Say how a secret is rotated, and when; what is not said stays as it is
#[derive(Args)]
pub(super) struct Schedule {
    /// Its name
    name: String,
    #[command(flatten)]
    at: At,
    /// After how many days: 30d, 12w; never: on demand alone
    #[arg(long, value_name = "TIME", value_parser = days)]
    every: Option<u32>,
    /// How long the value before stays good: 30m, 24h, 7d; 0m: not at all
    #[arg(long, value_name = "TIME", value_parser = minutes)]
    grace: Option<u32>,
    /// What makes the new value: token[:BYTES], text:LENGTH[:digits], key-pair:ed25519, postgres-url[:ONE,TWO@SECRET],
    /// postgres-password:ROLE@SECRET, api-token:ID
    #[arg(long)]
    generator: Option<Generator>,
    /// A program that takes the new value: the phase (apply, verify, rollback) is its last argument, the values are JSON
    /// on its stdin
    #[arg(long, value_name = "PROGRAM", conflicts_with_all = ["hook_url", "no_hook"])]
    hook: Option<OsString>,
    /// An argument of the program, before the phase; may be given several times
    #[arg(long, value_name = "ARGUMENT", requires = "hook", allow_hyphen_values = true)]
    hook_argument: Vec<String>,
    /// An address that takes the new value: a signed webhook (Standard Webhooks)
    #[arg(long, value_name = "URL", requires = "hook_key", conflicts_with = "no_hook")]
    hook_url: Option<String>,
    /// The name of the secret (whsec_…), in the same place, that the webhook is signed with
    #[arg(long, value_name = "SECRET", requires = "hook_url")]
    hook_key: Option<String>,
    /// How many seconds the hook may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    hook_seconds: u32,
    /// Nobody but this store takes the new value
    #[arg(long)]
    no_hook: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Schedule {
    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn run(self, services: &Services, call: &Call<'_>) -> Outcome {
        let hook = self.hook()?;
        let wanted = RotationSchedule {
            every_days: self.every,
            grace_minutes: self.grace,
            generator: self.generator.clone(),
            hook: if self.no_hook { Some(None) } else { hook.map(Some) },
        };
        let secret = app::schedule_rotation(services, call, &self.at.place(), &self.name, wanted)?;
        if self.format == Format::Json {
            return output::print_json(&secret);
        }
        let due = secret.due_at.as_ref().map_or_else(|| "on demand".to_owned(), |due| format!("due {due}"));
        output::print(&format!("{GOOD}Kept{GOOD:#}: {}/{} is rotated {due}\n", secret.environment, secret.name))
    }

    /// The program is looked for now, where the one who names it looks; the server looks nowhere.
    fn hook(&self) -> Result<Option<Hook>, Error> {
        let seconds = self.hook_seconds;
        if let (Some(url), Some(key)) = (&self.hook_url, &self.hook_key) {
            return Ok(Some(Hook::Webhook { url: url.clone(), key: key.clone(), seconds }));
        }
        let Some(name) = &self.hook else { return Ok(None) };
        let program = find(name).map_err(|fault| {
            let hint = "Name a program by its path, or one that is on PATH.";
            Error::invalid("hook", format!("The hook cannot be used: {fault}."), hint)
        })?;
        let (program, arguments) = (program.path().to_path_buf(), self.hook_argument.clone());
        Ok(Some(Hook::Command { program, arguments, seconds }))
    }
}

fn find(name: &OsStr) -> Result<Program, subprocess::Error> {
    let here = std::env::current_dir().unwrap_or_default();
    Program::find(name, std::env::var_os("PATH").as_deref(), &here)
}
