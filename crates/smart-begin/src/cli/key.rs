//! `smart-begin key`: the key-encryption keys that secrets are sealed with.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use app::{Call, Error, KeyState, KeyStatus, RotatedKeys, Services};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::answer::{Format, Outcome};
use super::call::with_call;
use super::output::{self, GOOD, QUIET, STRONG};
use crate::config::{Settings, keys};
use crate::data_folder::data_folder;
use crate::own_keys::{OwnKeys, write_key};

/// Make, look at and rotate the keys that secrets are sealed with
#[derive(Args)]
pub(super) struct Key {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a key: for your own machine in the data folder, or in a file for a server
    Create {
        /// Make it in this new file, and change nothing else
        #[arg(long, value_name = "PATH", conflicts_with = "replace")]
        file: Option<PathBuf>,
        /// Let it take the place of the key in the data folder, which stays there as an older one
        #[arg(long)]
        replace: bool,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show how many versions of secrets are under which key
    Status {
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Put every version of every secret under the present key, while all stays readable. Cut short, it goes on where it was
    Rotate {
        /// How many versions are put under it in one transaction (1 to 1000)
        #[arg(long, default_value_t = 100, value_name = "N")]
        batch: u32,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

impl Key {
    pub(super) fn format(&self) -> Format {
        match self.what {
            What::Create { format, .. } | What::Status { format } | What::Rotate { format, .. } => format,
        }
    }

    pub(super) fn run(self, settings: &Settings) -> Outcome {
        with_call(settings, |services, call| match self.what {
            What::Create { file: Some(file), format, .. } => create_file(services, call, file, format),
            What::Create { file: None, replace, format } => create_own(services, call, settings, replace, format),
            What::Status { format } => status(&app::key_status(services, call)?, format),
            What::Rotate { batch, format } => rotate(services, call, batch, format),
        })
    }
}

fn create_file(services: &Services, call: &Call<'_>, file: PathBuf, format: Format) -> Outcome {
    let id = write_key(&file, &vault::new_kek()?)?;
    let recorded = app::record_key(services, call, id.as_str(), "made, in a file");
    if let Err(error) = recorded {
        let _ = std::fs::remove_file(&file);
        return Err(error);
    }
    let shown = file.display().to_string();
    match format {
        Format::Json => output::print_json(&json!({ "key": id.as_str(), "file": shown })),
        Format::Text => output::print(&format!(
            "{GOOD}Made{GOOD:#} the key {STRONG}{id}{STRONG:#} in {shown}. Name it in the configuration: vault.key = \"file:{shown}\".\n\
             Keep a copy of it apart from backups of the data: without it no secret can be opened again.\n"
        )),
    }
}

fn create_own(services: &Services, call: &Call<'_>, settings: &Settings, replace: bool, format: Format) -> Outcome {
    if let Some(key) = settings.text(&keys::VAULT_KEY) {
        let message =
            format!("The configuration names a key already (vault.key: {key}), and one made here would not be used.");
        return Err(Error::refused(message, "To make one for it: smart-begin key create --file PATH."));
    }
    if settings.environment.is_guarded() {
        let message =
            "In staging and production no key lies beside the data: whoever copies the folder would have both.";
        return Err(Error::refused(
            message,
            "Make it elsewhere (smart-begin key create --file PATH) and name it as vault.key.",
        ));
    }
    let own = OwnKeys::of(&data_folder(settings.path(&keys::DATA_FOLDER))?);
    match (own.exists(), replace) {
        (true, false) => {
            let hint = "To rotate it: smart-begin key create --replace, then smart-begin key rotate.";
            return Err(Error::refused("There is a key already.", hint));
        }
        (false, true) => return Err(Error::refused("There is no key to replace.", "Leave --replace out.")),
        _ => {}
    }
    let id = own.draft(&vault::new_kek()?)?;
    app::record_key(services, call, id.as_str(), if replace { "made, as successor" } else { "made" })?;
    own.adopt()?;
    let shown = own.current().display().to_string();
    match format {
        Format::Json => output::print_json(&json!({ "key": id.as_str(), "file": shown })),
        Format::Text if replace => output::print(&format!(
            "{GOOD}Made{GOOD:#} the key {STRONG}{id}{STRONG:#}; the one before it stays beside it. Now put everything under it: smart-begin key rotate\n"
        )),
        Format::Text => output::print(&format!(
            "{GOOD}Made{GOOD:#} the key {STRONG}{id}{STRONG:#} in {shown}.\n\
             It lies beside the data. So it protects copies of the database alone; whoever can read your files, or a copy of\n\
             the whole folder, has both. On a server keep it elsewhere: docs/secrets.md.\n\
             Keep a copy of it in a safe place: without it no secret can be opened again.\n"
        )),
    }
}

fn status(status: &KeyStatus, format: Format) -> Outcome {
    if format == Format::Json {
        return output::print_json(status);
    }
    if status.keys.is_empty() {
        return output::print("There is no key, and nothing that needs one. Make one: smart-begin key create\n");
    }
    let mut text = String::new();
    for key in &status.keys {
        let state = match key.state {
            KeyState::Current => "seals",
            KeyState::Older => "opens what it sealed; smart-begin key rotate frees it",
            KeyState::Missing => "MISSING: nothing under it can be opened; name it in vault.previous_keys",
        };
        text.push_str(&format!("{STRONG}{}{STRONG:#}  {} versions  {QUIET}{state}{QUIET:#}\n", key.id, key.versions));
    }
    output::print(&text)
}

fn rotate(services: &Services, call: &Call<'_>, batch: u32, format: Format) -> Outcome {
    let bar = bar();
    let done = app::rotate_keys(services, call, batch, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let done = done?;
    match format {
        Format::Json => output::print_json(&done)?,
        Format::Text => output::print(&told(&done))?,
    }
    if done.left == 0 {
        return Ok(());
    }
    let message = format!("{} versions are not under {}.", done.left, done.key);
    let hint = "Keep the older keys, look at what is said above, and call again. What others set meanwhile under an older key needs them to read the configuration again.";
    Err(Error::new(app::ErrorKind::Unavailable, message, hint))
}

fn told(done: &RotatedKeys) -> String {
    let mut text =
        format!("{GOOD}Rewrapped{GOOD:#} {} versions; the key is {STRONG}{}{STRONG:#}.\n", done.rewrapped, done.key);
    for failure in &done.failures {
        text.push_str(&format!("  - {failure}\n"));
    }
    for key in &done.unneeded {
        text.push_str(&format!(
            "Nothing is under {key} any more. Backups from before still need it; once they are gone it can go.\n"
        ));
    }
    text
}

/// On a terminal alone.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len} versions");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
