//! `smart-begin secret rotate`: a new value now, carried through to wherever it is used.

use app::{Call, Generator, RotationWish, Services};
use clap::Args;

use super::at::At;
use super::span::minutes;
use crate::cli::answer::{Format, Outcome};
use crate::cli::output::{self, GOOD, QUIET};
use crate::config::Settings;
use crate::wire;

/// Give a secret a new value now: made, taken by its hook, tried there, and only then given out
#[derive(Args)]
pub(super) struct Rotate {
    /// Its name
    name: String,
    #[command(flatten)]
    at: At,
    /// What makes the new value, from now on: token[:BYTES], text:LENGTH, key-pair:ed25519, postgres-url,
    /// postgres-password:ROLE@SECRET, api-token:ID
    #[arg(long)]
    generator: Option<Generator>,
    /// How long the value before stays good, this once: 30m, 24h, 7d
    #[arg(long, value_name = "TIME", value_parser = minutes)]
    grace: Option<u32>,
    /// The value before is not good from now on: after a leak
    #[arg(long, conflicts_with = "grace")]
    now: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Rotate {
    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn run(self, settings: &Settings, services: &Services, call: &Call<'_>) -> Outcome {
        let grace_minutes = if self.now { Some(0) } else { self.grace };
        let wish = RotationWish { generator: self.generator, grace_minutes };
        let outside = wire::outside(settings);
        let done = app::rotate_secret(services, call, &outside, &self.at.place(), &self.name, wish)?;
        if self.format == Format::Json {
            return output::print_json(&done);
        }
        let until = done.previous_good_until.as_ref().map_or_else(
            || format!("version {} is not good any more", done.previous_version),
            |until| format!("version {} stays good until {until}", done.previous_version),
        );
        output::note(&format!(
            "{GOOD}Rotated{GOOD:#} {}/{} to version {}; {QUIET}{until}{QUIET:#}\n",
            done.environment, done.name, done.version
        ));
        done.public_key.as_ref().map_or(Ok(()), |key| output::print(key))
    }
}
