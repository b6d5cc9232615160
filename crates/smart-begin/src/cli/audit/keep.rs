//! `smart-begin audit checkpoint`, `retain`, `hold` and `key`: what those do who keep the log.

use app::{AuditKeyList, Call, HoldShown, LogPlace, NewHold, Retained, Services};
use clap::{Args, Subcommand};

use super::out::{Out, deliver};
use super::shown::plain;
use crate::cli::answer::{Format, Outcome};
use crate::cli::confirm::confirm;
use crate::cli::output::{self, QUIET, STRONG};

/// Sign what the log is now; take the answer to a second place
#[derive(Args)]
pub(super) struct Checkpoint {
    #[command(flatten)]
    out: Out,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

impl Checkpoint {
    pub(super) fn run(self, services: &Services, call: &Call<'_>, place: &LogPlace) -> Outcome {
        let signed = app::sign_checkpoint(services, call, place)?;
        match self.format {
            Format::Json => output::print_json(&signed),
            Format::Text => deliver(&signed.note, self.out.out.as_deref()),
        }
    }
}

/// Drop the texts of old entries; their hashes stay, so that every proof stays good
#[derive(Args)]
pub(super) struct Retain {
    /// The age from which on texts are dropped, for example 400d
    #[arg(long, value_name = "AGE")]
    older_than: String,
    /// Only say how many
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

impl Retain {
    pub(super) fn run(self, services: &Services, call: &Call<'_>) -> Outcome {
        let question = format!("Drop the texts of all entries older than {}, for ever?", self.older_than);
        confirm(&question, self.yes || self.dry_run)?;
        let done = app::retain_audit(services, call, &self.older_than, self.dry_run)?;
        match self.format {
            Format::Json => output::print_json(&done),
            Format::Text => output::print(&retained(&done)),
        }
    }
}

fn retained(done: &Retained) -> String {
    let word = if done.applied { "Dropped" } else { "Would drop" };
    format!(
        "{word} the texts of {} entries from before {}; {} as old stay, because a hold is on them.\n",
        done.dropped, done.before, done.held
    )
}

#[derive(Subcommand)]
pub(super) enum Hold {
    /// Place a hold; with nothing but a name it is on all entries
    Add {
        /// Its name, for example the number of the case
        name: String,
        /// On entries of this principal
        #[arg(long, value_name = "PRINCIPAL")]
        caller: Option<String>,
        /// On entries of this project
        #[arg(long, value_name = "ID")]
        project: Option<String>,
        /// Not before: RFC 3339, or an age as 7d
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// Before: RFC 3339, or an age
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List the holds
    List {
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// End a hold
    Release {
        /// Its name
        name: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

impl Hold {
    pub(super) fn format(&self) -> Format {
        match self {
            Self::Add { format, .. } | Self::List { format } | Self::Release { format, .. } => *format,
        }
    }

    pub(super) fn run(self, services: &Services, call: &Call<'_>) -> Outcome {
        match self {
            Self::Add { name, caller, project, since, until, format } => {
                let placed = app::add_hold(services, call, &NewHold { name, caller, project, since, until })?;
                match format {
                    Format::Json => output::print_json(&placed),
                    Format::Text => output::print(&hold(&placed)),
                }
            }
            Self::List { format } => {
                let list = app::list_holds(services, call)?;
                match format {
                    Format::Json => output::print_json(&list),
                    Format::Text if list.holds.is_empty() => output::print("There is no hold.\n"),
                    Format::Text => output::print(&list.holds.iter().map(hold).collect::<String>()),
                }
            }
            Self::Release { name, yes, format } => {
                confirm(&format!("Release the hold {name}? What it held may be dropped then."), yes)?;
                app::release_hold(services, call, &name)?;
                match format {
                    Format::Json => output::print_json(&serde_json::json!({ "released": name })),
                    Format::Text => output::print(&format!("Released: {name}\n")),
                }
            }
        }
    }
}

fn hold(hold: &HoldShown) -> String {
    let given = [("of", &hold.caller), ("in", &hold.project), ("since", &hold.since), ("until", &hold.until)];
    let given = given.iter().filter_map(|(word, value)| Some(format!("  {word} {}", plain(value.as_ref()?))));
    let on: String = given.collect();
    let on = if on.is_empty() { "  on everything".to_owned() } else { on };
    format!("{STRONG}{}{STRONG:#}{on}  {QUIET}placed {}{QUIET:#}\n", plain(&hold.name), hold.placed_at)
}

#[derive(Subcommand)]
pub(super) enum Key {
    /// List the public keys: what those need who verify
    List {
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Make a new key, which signs beside the old ones until those are retired
    Rotate {
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Retire all keys but the newest; what they signed stays good
    Retire {
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

impl Key {
    pub(super) fn format(&self) -> Format {
        match self {
            Self::List { format } | Self::Rotate { format } | Self::Retire { format, .. } => *format,
        }
    }

    pub(super) fn run(self, services: &Services, call: &Call<'_>, place: &LogPlace) -> Outcome {
        let format = self.format();
        let list = match self {
            Self::List { .. } => app::list_audit_keys(services, call, place)?,
            Self::Rotate { .. } => app::rotate_audit_key(services, call, place)?,
            Self::Retire { yes, .. } => {
                confirm("Retire all signing keys but the newest? Those who verify must have its public key.", yes)?;
                app::retire_audit_keys(services, call, place)?
            }
        };
        match format {
            Format::Json => output::print_json(&list),
            Format::Text => output::print(&keys(&list)),
        }
    }
}

fn keys(list: &AuditKeyList) -> String {
    let mut text = String::new();
    for key in &list.keys {
        let state = match (key.signs, key.retired_at) {
            (true, _) => "signs".to_owned(),
            (false, Some(size)) => format!("retired at size {size}"),
            (false, None) => "signs no more".to_owned(),
        };
        text.push_str(&format!("{}  {QUIET}{state}{QUIET:#}\n", key.key));
    }
    text
}
