//! `smart-begin access`: who has access, why, and how it ends.

use app::{AccessList, Explanation, RoleSummary};
use clap::{Args, Subcommand};

use super::answer::{Format, Outcome};
use super::call::with_call;
use super::confirm::confirm;
use super::output::{self, GOOD, QUIET, STRONG};
use crate::config::Settings;

/// See and end people's access, and why something is allowed
#[derive(Args)]
pub(super) struct Access {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Say why somebody may do something, or not
    Explain {
        /// A principal, role:NAME, or the id of a token or session
        caller: String,
        /// What would be done, for example begin-project or read-project
        action: String,
        /// The project's id, or - for none in particular
        #[arg(default_value = "-")]
        resource: String,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List who has been here and what they hold
    List {
        /// One person alone
        person: Option<String>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// End all tokens and sessions of a person
    Revoke {
        /// The principal
        person: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Erase what is known of a person; counts stay, names do not
    Erase {
        /// The principal
        person: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List the roles and what each may do
    Roles {
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

impl Access {
    pub(super) fn format(&self) -> Format {
        match self.what {
            What::Explain { format, .. }
            | What::List { format, .. }
            | What::Revoke { format, .. }
            | What::Erase { format, .. }
            | What::Roles { format } => format,
        }
    }

    pub(super) fn run(self, settings: &Settings) -> Outcome {
        let format = self.format();
        with_call(settings, |services, call| match self.what {
            What::Explain { caller, action, resource, .. } => {
                let told = app::explain_access(services, call, &caller, &action, &resource)?;
                answer(&told, format, explanation)
            }
            What::List { person, .. } => answer(&app::list_access(services, call, person.as_deref())?, format, people),
            What::Revoke { person, yes, .. } => {
                confirm(&format!("End all tokens and sessions of {person}?"), yes)?;
                answer(&app::revoke_access(services, call, &person)?, format, |ended| {
                    let mut text = format!(
                        "Ended of {}: tokens {}, sessions {}.\n",
                        ended.principal, ended.tokens, ended.sessions
                    );
                    if ended.tokens_made_for_others > 0 {
                        text.push_str(&format!(
                            "Tokens that they made for others, and that go on: {} (smart-begin token list --all)\n",
                            ended.tokens_made_for_others
                        ));
                    }
                    text + "What a provider gave them ends there; its access tokens are good until they expire.\n"
                })
            }
            What::Erase { person, yes, .. } => {
                confirm(&format!("Erase {person}, with the names and answers of all their projects?"), yes)?;
                answer(&app::erase_person(services, call, &person)?, format, |erased| {
                    format!(
                        "Erased: tokens {}, sessions {}, projects emptied {}, events without a name {}.\nFiles on disk, logs and \
                         backups are not touched.\n",
                        erased.tokens, erased.sessions, erased.projects, erased.events
                    )
                })
            }
            What::Roles { .. } => answer(&app::list_roles(services, call)?, format, |list| roles(&list.roles)),
        })
    }
}

fn answer<T: serde::Serialize>(answer: &T, format: Format, text: impl FnOnce(&T) -> String) -> Outcome {
    match format {
        Format::Json => output::print_json(answer),
        Format::Text => output::print(&text(answer)),
    }
}

fn explanation(told: &Explanation) -> String {
    let steps: String = told.steps.iter().map(|step| format!("- {step}\n")).collect();
    format!("{STRONG}{}{STRONG:#} {} {}\n{steps}", told.caller, told.action, told.resource)
}

fn people(list: &AccessList) -> String {
    if list.people.is_empty() {
        return "Nobody is known.\n".to_owned();
    }
    let mut text = String::new();
    for person in &list.people {
        let display = person.display.as_deref().map_or_else(String::new, |name| format!(" ({name})"));
        let roles = if person.token_roles.is_empty() {
            String::new()
        } else {
            format!(" with {}", person.token_roles.join(", "))
        };
        let seen = match (&person.first_seen_at, &person.last_seen_at) {
            (Some(first), Some(last)) => format!("first {first}, last {last}"),
            _ => "never signed in".to_owned(),
        };
        let locked =
            person.locked_until.as_deref().map_or_else(String::new, |until| format!("  locked out until {until}"));
        text.push_str(&format!(
            "{STRONG}{}{STRONG:#}{display}  tokens {}{roles}, sessions {}  {QUIET}{seen}{QUIET:#}{locked}\n",
            person.principal, person.tokens, person.sessions
        ));
    }
    if list.more {
        text.push_str("There are more; ask for one person by name.\n");
    }
    text
}

fn roles(roles: &[RoleSummary]) -> String {
    let mut text = String::new();
    for role in roles {
        text.push_str(&format!("{GOOD}{}{GOOD:#}\n", role.name));
        for permission in &role.permissions {
            text.push_str(&format!("  {:<20} {QUIET}{}{QUIET:#}\n", permission.name, permission.meaning));
        }
    }
    text
}
