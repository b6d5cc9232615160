//! `smart-begin blueprints`: what can be begun.

use app::Error;
use blueprint::Catalogue;
use clap::Args;

use super::answer::{Format, Outcome};
use super::output;
use super::output::{QUIET, STRONG};

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

    pub(super) fn run(self) -> Outcome {
        let list = app::describe_blueprints(&Catalogue::open().map_err(Error::from)?);
        if self.format == Format::Json {
            return output::print_json(&list);
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
}
