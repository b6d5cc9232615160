//! `smart-begin blueprints`: what can be begun.

use app::{BlueprintList, Error};
use blueprint::Catalogue;
use clap::Args;

use super::answer::{Format, Outcome};
use super::call::with_call;
use super::output::{self, QUIET, STRONG};
use crate::caller;
use crate::config::Settings;

/// List what can be begun
#[derive(Args)]
pub(super) struct Blueprints {
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Blueprints {
    pub(super) fn format(&self) -> Format {
        self.format
    }

    /// Whoever has the binary may see what is in it; a token is asked for what it may.
    pub(super) fn run(self, settings: &Settings) -> Outcome {
        if caller::has_token() {
            return with_call(settings, |services, call| show(&app::list_blueprints(services, call)?, self.format));
        }
        show(&app::describe_blueprints(&Catalogue::open().map_err(Error::from)?)?, self.format)
    }
}

fn show(list: &BlueprintList, format: Format) -> Outcome {
    if format == Format::Json {
        return output::print_json(list);
    }
    let mut text = format!("Blueprints, with dependencies of {}:\n", list.catalogue);
    for blueprint in &list.blueprints {
        let (template, stack) = (&blueprint.template, &blueprint.stack);
        text.push_str(&format!(
            "\n{STRONG}{template} {stack}{STRONG:#} {}\n  {}\n",
            blueprint.version, blueprint.summary
        ));
        text.push_str(&format!("  {QUIET}smart-begin new NAME --template {template} --stack {stack}{QUIET:#}\n"));
    }
    output::print(&text)
}
