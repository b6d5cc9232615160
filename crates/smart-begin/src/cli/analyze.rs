//! `smart-begin analyze`: what a project is, which gates stand, what is missing and how much work that is.

mod text;

use std::path::PathBuf;

use app::{AnalysisDepth, AnalyzeRequest, Call, Error};
use clap::{Args, ValueEnum};
use domain::{Face, RequestId};
use safe_fs::Roots;

use super::answer::{Format, Outcome};
use super::output;
use super::progress::Progress;
use crate::config::Settings;
use crate::{caller, wire};

/// Look at a project that exists: what it is, which gates stand, what is missing and how much work that is
#[derive(Args)]
pub(super) struct Analyze {
    /// The project's folder
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// quick: files and manifests; standard: with gates, secrets and vulnerable packages; deep: with the history, complexity
    /// and duplication
    #[arg(long, value_enum, default_value_t)]
    depth: Depth,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Depth {
    Quick,
    #[default]
    Standard,
    Deep,
}

impl Analyze {
    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn run(self, settings: &Settings) -> Outcome {
        let services = wire::services(settings, Roots::none())?;
        let caller = caller::caller(&services, Face::Cli)?;
        let id = RequestId::random().map_err(Error::internal)?;
        let request = self.request()?;
        let progress = Progress::new();
        let report =
            app::analyze_project(&services, &Call { caller: &caller, request: &id, watch: &progress }, &request);
        progress.finish();
        let report = report?;
        match self.format {
            Format::Json => output::print_json(&report),
            Format::Text => output::print(&text::page(&report)),
        }
    }

    fn request(&self) -> Result<AnalyzeRequest, Error> {
        let path = self.path.to_str().map(str::to_owned).ok_or_else(|| {
            let hint = "Go into it, and analyse \".\".";
            Error::invalid("path", "The folder's name is no text that can be passed on.", hint)
        })?;
        let depth = match self.depth {
            Depth::Quick => AnalysisDepth::Quick,
            Depth::Standard => AnalysisDepth::Standard,
            Depth::Deep => AnalysisDepth::Deep,
        };
        Ok(AnalyzeRequest { path, depth, name: None })
    }
}
