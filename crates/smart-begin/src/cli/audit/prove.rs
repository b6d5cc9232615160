//! `smart-begin audit prove`.

use app::{Call, Error, Services, WhichEntry};
use clap::Args;

use super::out::{Out, deliver};
use crate::cli::answer::{Format, Outcome};
use crate::cli::output;

/// Prove that an entry is in the log, or that the log was only added to, in a file that other programs check
#[derive(Args)]
pub(super) struct Prove {
    /// The number of the entry
    #[arg(required_unless_present_any = ["request", "consistency"], conflicts_with_all = ["request", "consistency"])]
    number: Option<u64>,
    /// The request of the entry instead
    #[arg(long, value_name = "ID", conflicts_with = "consistency")]
    request: Option<String>,
    /// That the log of NEW entries (default: those of the newest checkpoint) continues that of OLD
    #[arg(long, num_args = 1..=2, value_names = ["OLD", "NEW"])]
    consistency: Vec<u64>,
    #[command(flatten)]
    out: Out,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

impl Prove {
    pub(super) fn run(self, services: &Services, call: &Call<'_>) -> Outcome {
        let proof = match (self.number, self.request, self.consistency.as_slice()) {
            (Some(number), ..) => app::prove_entry(services, call, &WhichEntry::Number(number))?,
            (None, Some(request), _) => app::prove_entry(services, call, &WhichEntry::Request(request))?,
            (None, None, [old, rest @ ..]) => app::prove_consistency(services, call, *old, rest.first().copied())?,
            (None, None, []) => return Err(Error::internal("the arguments were not checked")),
        };
        match self.format {
            Format::Json => output::print_json(&proof),
            Format::Text => {
                output::note(&format!("Proves that {}.\n", proof.proves));
                deliver(&proof.proof, self.out.out.as_deref())
            }
        }
    }
}
