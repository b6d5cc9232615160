//! `smart-begin token`: API tokens for programs and people.

use app::{CreatedToken, NewToken, TokenList, TokenSummary};
use clap::{Args, Subcommand};
use secrecy::ExposeSecret as _;

use super::answer::{Format, Outcome};
use super::call::with_call;
use super::confirm::confirm;
use super::output::{self, QUIET, STRONG};
use crate::config::Settings;

/// Make, list, rotate and revoke API tokens
#[derive(Args)]
pub(super) struct Token {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make an API token; its value is shown once, alone on stdout
    Create {
        /// What it is for, for example "nightly build"
        label: String,
        /// Whom it stands for (default: yourself)
        #[arg(long = "for", value_name = "PRINCIPAL")]
        principal: Option<String>,
        /// Its role; may be given several times (default for yourself: your own roles)
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// The only project it is good for; may be given several times
        #[arg(long = "project", value_name = "ID")]
        projects: Vec<String>,
        /// How many days it lives (1 to 366)
        #[arg(long, default_value_t = app::DEFAULT_LIFETIME_DAYS)]
        days: u32,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List API tokens, newest first: your own, or everybody's
    List {
        /// Everybody's
        #[arg(long, conflicts_with = "principal")]
        all: bool,
        /// Those of this principal
        #[arg(long = "for", value_name = "PRINCIPAL")]
        principal: Option<String>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Give an API token a new value, shown once
    Rotate {
        /// The token's id
        id: String,
        /// How many minutes the old value stays good (0 to 1440)
        #[arg(long, default_value_t = 0, value_name = "MINUTES")]
        grace: u32,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// End an API token at once
    Revoke {
        /// The token's id
        id: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

impl Token {
    pub(super) fn format(&self) -> Format {
        match self.what {
            What::Create { format, .. }
            | What::List { format, .. }
            | What::Rotate { format, .. }
            | What::Revoke { format, .. } => format,
        }
    }

    pub(super) fn run(self, settings: &Settings) -> Outcome {
        with_call(settings, |services, call| match self.what {
            What::Create { label, principal, roles, projects, days, format } => {
                let wanted = NewToken { label, principal, roles, projects, lifetime_days: days };
                show_once(&app::create_token(services, call, wanted)?, format)
            }
            What::List { all, principal, format } => {
                let whose = if all { Some("*") } else { principal.as_deref() };
                let tokens = app::list_tokens(services, call, whose)?;
                match format {
                    Format::Json => output::print_json(&TokenList { tokens }),
                    Format::Text => output::print(&table(&tokens)),
                }
            }
            What::Rotate { id, grace, format } => show_once(&app::rotate_token(services, call, &id, grace)?, format),
            What::Revoke { id, yes, format } => {
                confirm(&format!("End the token {id}? Whatever uses it stops working at once."), yes)?;
                let token = app::revoke_token(services, call, &id)?;
                match format {
                    Format::Json => output::print_json(&token),
                    Format::Text => output::print(&format!("Revoked: {} ({})\n", token.id, token.label)),
                }
            }
        })
    }
}

/// The value goes to stdout alone, so that it can be taken from there; what people should know goes to stderr.
fn show_once(created: &CreatedToken, format: Format) -> Outcome {
    let (value, token) = (created.token.expose_secret(), &created.summary);
    if format == Format::Json {
        let mut answer = serde_json::to_value(token).map_err(app::Error::internal)?;
        answer["token"] = value.into();
        return output::print_json(&answer);
    }
    let note = format!(
        "{STRONG}{}{STRONG:#} for {} with {}, until {}. Its value is shown this once; keep it like a password.\n",
        token.id,
        token.principal,
        token.roles.join(", "),
        token.expires_at
    );
    output::note(&note);
    output::print(&format!("{value}\n"))
}

fn table(tokens: &[TokenSummary]) -> String {
    if tokens.is_empty() {
        return "There is no token. Make one: smart-begin token create LABEL\n".to_owned();
    }
    let mut text = String::new();
    for token in tokens {
        let used = token.last_used_at.as_deref().unwrap_or("never");
        let bound = token
            .projects
            .as_ref()
            .map_or_else(String::new, |projects| format!("  {QUIET}only {}{QUIET:#}", projects.join(", ")));
        text.push_str(&format!(
            "{}  {:<7}  {STRONG}{}{STRONG:#}  {}  {}  …{}{bound}  ",
            token.id,
            token.state,
            token.label,
            token.principal,
            token.roles.join(","),
            token.last_four
        ));
        text.push_str(&format!("{QUIET}until {}, used {used}{QUIET:#}\n", token.expires_at));
    }
    text
}
