//! `smart-begin audit export`.

use std::io::{self, BufWriter};
use std::path::PathBuf;

use app::{Call, ExportedAs, LogPlace, Services};
use clap::{Args, ValueEnum};
use safe_fs::PrivateDraft;

use super::out::unwritable;
use crate::cli::answer::Outcome;
use crate::cli::output;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// JSON lines, which `audit verify --export` checks anywhere
    #[default]
    Jsonl,
    /// CSV for spreadsheets; it cannot be verified
    Csv,
}

/// Take the log elsewhere as one file: all of it, or a part
#[derive(Args)]
pub(super) struct Export {
    /// How it is written
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    /// The number of the first entry: where the last export ended
    #[arg(long, default_value_t = 0, value_name = "N")]
    from: u64,
    /// The number after the last entry (default: all there are)
    #[arg(long, value_name = "N")]
    to: Option<u64>,
    /// Write it to this file, which only you can read (default: stdout)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(self, services: &Services, call: &Call<'_>, place: &LogPlace) -> Outcome {
        let form = match self.format {
            Form::Jsonl => ExportedAs::JsonLines,
            Form::Csv => ExportedAs::Csv,
        };
        let range = (self.from, self.to);
        let done = match &self.out {
            None => app::export_audit(services, call, place, range, form, &mut BufWriter::new(io::stdout().lock()))?,
            Some(path) => {
                let draft = PrivateDraft::at(path).map_err(|cause| unwritable(path, cause))?;
                let mut out = BufWriter::new(draft);
                let done = app::export_audit(services, call, place, range, form, &mut out)?;
                let draft = out.into_inner().map_err(|error| unwritable(path, error.into_error()))?;
                draft.finish().map_err(|cause| unwritable(path, cause))?;
                done
            }
        };
        output::note(&format!(
            "Exported {} entries, {} to {}; a signed checkpoint vouches for those before {}. Go on with --from {}.\n",
            done.to - done.from,
            done.from,
            done.to.saturating_sub(1),
            done.vouched_to,
            done.to
        ));
        Ok(())
    }
}
