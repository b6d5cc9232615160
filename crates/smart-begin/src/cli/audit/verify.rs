//! `smart-begin audit verify`.

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::ExitCode;

use app::{AuditVerdict, Error, LogPlace, ProofVerdict, Trust};
use clap::Args;

use super::shown::plain;
use crate::cli::answer::Format;
use crate::cli::call::with_call;
use crate::cli::output::{self, BAD, GOOD, QUIET};
use crate::config::Settings;
use crate::exit_code;

/// Check that nothing was altered, taken out, put in, moved or cut off; exit code 1 says that something was
#[derive(Args)]
pub(super) struct Verify {
    /// Check this export instead; needs nothing of this machine
    #[arg(long, value_name = "FILE", conflicts_with = "proof")]
    export: Option<PathBuf>,
    /// Check this proof instead; needs nothing of this machine
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// A signed checkpoint that was taken to a second place; may be given several times
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<PathBuf>,
    /// A public key to believe, and no other: name+id+key; may be given several times
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

impl Verify {
    pub(super) fn is_offline(&self) -> bool {
        self.export.is_some() || self.proof.is_some()
    }

    pub(super) fn run(self, settings: &Settings, place: &LogPlace) -> Result<ExitCode, Error> {
        let trust = Trust { keys: self.keys, checkpoints: self.checkpoints };
        if let Some(proof) = &self.proof {
            let verdict = app::verify_audit_proof(proof, place, &trust)?;
            match self.format {
                Format::Json => output::print_json(&verdict)?,
                Format::Text => output::print(&proof_text(&verdict))?,
            }
            return Ok(code(verdict.sound));
        }
        let verdict = match &self.export {
            Some(export) => app::verify_audit_export(export, &trust)?,
            None => {
                let verdict = RefCell::new(None);
                with_call(settings, |services, call| {
                    *verdict.borrow_mut() = Some(app::verify_audit(services, call, place, &trust)?);
                    Ok(())
                })?;
                verdict.into_inner().ok_or_else(|| Error::internal("a verification without a verdict"))?
            }
        };
        match self.format {
            Format::Json => output::print_json(&verdict)?,
            Format::Text => output::print(&text(&verdict))?,
        }
        Ok(code(verdict.sound))
    }
}

fn code(sound: bool) -> ExitCode {
    ExitCode::from(if sound { exit_code::DONE } else { exit_code::FAILED })
}

fn text(verdict: &AuditVerdict) -> String {
    let report = &verdict.report;
    let mut text = String::new();
    for finding in &report.findings {
        text.push_str(&format!("{BAD}finding{BAD:#}: {}\n", plain(&finding.problem)));
    }
    if report.more_findings > 0 {
        text.push_str(&format!("  and {} findings more\n", report.more_findings));
    }
    let word = if verdict.sound { format!("{GOOD}sound{GOOD:#}") } else { format!("{BAD}NOT sound{BAD:#}") };
    text.push_str(&format!(
        "{word}: {} entries, {} to {}, of the log {}\n",
        report.entries,
        report.from,
        report.to,
        plain(&verdict.origin)
    ));
    let after = report.to.saturating_sub(report.vouched_to);
    text.push_str(&format!(
        "{QUIET}  signed checkpoints that fit: {}, of them from the folder beside the database: {}, given with --checkpoint: {}; believed: {}\n  entries that nobody \
         vouches for yet, because no checkpoint was signed after them: {after}\n  entries whose text retention dropped: {}{QUIET:#}\n",
        report.checkpoints, report.beside, report.anchors, verdict.keys_from, report.dropped
    ));
    text
}

fn proof_text(verdict: &ProofVerdict) -> String {
    let word = if verdict.sound { format!("{GOOD}proven{GOOD:#}") } else { format!("{BAD}NOT proven{BAD:#}") };
    let entry = verdict.entry.as_deref().map_or_else(String::new, |entry| format!("{}\n", plain(entry)));
    format!("{word}: {}\n{entry}", plain(&verdict.told))
}
