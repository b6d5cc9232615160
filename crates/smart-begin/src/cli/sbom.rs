//! `smart-begin sbom`: what a project is made of, as a bill of materials.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use app::{Call, Error, ErrorKind, Sbom, SbomForm, SbomRequest};
use clap::{Args, ValueEnum};
use domain::{Face, RequestId, visible};
use safe_fs::Roots;

use super::answer::Format;
use super::output;
use super::progress::Progress;
use crate::config::Settings;
use crate::{caller, exit_code, wire};

/// The most reasons that are shown.
const SHOWN: usize = 20;

/// Write a bill of materials (SBOM): the packages of all lockfiles, manifests and other bills in a folder
#[derive(Args)]
pub(super) struct MakeSbom {
    /// The folder to look at
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// The form: CycloneDX 1.6 or SPDX 2.3, both in JSON
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    /// Write it to this file (default: stdout)
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What it is the bill of (default: the folder's name)
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The version of that
    #[arg(long, value_name = "VERSION")]
    project_version: Option<String>,
    /// When it was made, in seconds since 1970 (default: now)
    #[arg(long, env = "SOURCE_DATE_EPOCH", value_name = "SECONDS", conflicts_with = "no_time")]
    time: Option<u64>,
    /// Leave the time out, so that the same files make the same bytes
    #[arg(long)]
    no_time: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    #[default]
    Cyclonedx,
    Spdx,
}

impl MakeSbom {
    pub(super) fn format(&self) -> Format {
        Format::Text
    }

    pub(super) fn run(self, settings: &Settings) -> Result<ExitCode, Error> {
        let services = wire::services(settings, Roots::none())?;
        let caller = caller::caller(&services, Face::Cli)?;
        let id = RequestId::random().map_err(Error::internal)?;
        let progress = Progress::new();
        let call = Call { caller: &caller, request: &id, watch: &progress };
        let sbom = app::make_sbom(&services, &call, &self.request()?);
        progress.finish();
        let sbom = sbom?;
        match &self.output {
            None => output::print(&sbom.text)?,
            Some(path) => write(path, &sbom.text)?,
        }
        output::note(&told(&sbom));
        Ok(ExitCode::from(exit_code::DONE))
    }

    fn request(&self) -> Result<SbomRequest, Error> {
        let path = self.path.to_str().map(str::to_owned).ok_or_else(|| {
            let message = "The folder's name is no text that can be passed on.";
            Error::invalid("path", message, "Go into it, and name it \".\".")
        })?;
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Ok(SbomRequest {
            path,
            form: match self.format {
                Form::Cyclonedx => SbomForm::CycloneDx,
                Form::Spdx => SbomForm::Spdx,
            },
            name: self.name.clone(),
            version: self.project_version.clone(),
            made: if self.no_time { None } else { Some(self.time.unwrap_or_else(now)) },
        })
    }
}

/// What is in it and what is not, for people; the document alone goes to stdout.
fn told(sbom: &Sbom) -> String {
    let mut told = format!("{} packages with a version", sbom.pinned);
    if sbom.ranged > 0 {
        told.push_str(&format!(", {} of which only a range is known", sbom.ranged));
    }
    told.push_str(".\n");
    for not_run in sbom.not_run.iter().take(SHOWN) {
        let file = not_run.file.as_deref().unwrap_or("this folder");
        told.push_str(&format!("NOT IN IT: {}: {}. {}\n", visible(file), visible(&not_run.reason), not_run.hint));
    }
    if sbom.not_run.len() > SHOWN {
        told.push_str(&format!("NOT IN IT: {} more places.\n", sbom.not_run.len() - SHOWN));
    }
    told
}

/// Writes the file whole, or leaves it as it was.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    safe_fs::write_private(path, text.as_bytes()).map_err(|cause| {
        let message = format!("The file could not be written: {}.", path.display());
        Error::new(ErrorKind::Unavailable, message, "Name a place with room that you may write to.").because(cause)
    })
}
