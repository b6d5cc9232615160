//! `smart-begin audit`: the log of who did what, for those who read, check, prove and keep it.

mod export;
mod keep;
mod out;
mod prove;
mod read;
mod shown;
mod verify;

use std::process::ExitCode;

use app::Error;
use clap::{Args, Subcommand};

use super::answer::{Format, Outcome};
use super::call::with_call;
use crate::config::Settings;
use crate::{exit_code, wire};

/// Read, check, prove and keep the audit log
#[derive(Args)]
pub(super) struct Audit {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Tail(read::Tail),
    Query(read::Query),
    Export(export::Export),
    Checkpoint(keep::Checkpoint),
    Verify(verify::Verify),
    Prove(prove::Prove),
    Retain(keep::Retain),
    /// Place, list and release legal holds, which keep retention from dropping entries
    Hold {
        #[command(subcommand)]
        what: keep::Hold,
    },
    /// List, add and retire the keys that sign checkpoints
    Key {
        #[command(subcommand)]
        what: keep::Key,
    },
}

impl Audit {
    /// Whether it needs neither the records of this machine nor a sound configuration.
    pub(super) fn is_offline(&self) -> bool {
        matches!(&self.what, What::Verify(verify) if verify.is_offline())
    }

    pub(super) fn format(&self) -> Format {
        match &self.what {
            What::Tail(tail) => tail.format,
            What::Query(query) => query.format.of_errors(),
            What::Export(_) => Format::Text,
            What::Checkpoint(checkpoint) => checkpoint.format,
            What::Verify(verify) => verify.format,
            What::Prove(prove) => prove.format,
            What::Retain(retain) => retain.format,
            What::Hold { what } => what.format(),
            What::Key { what } => what.format(),
        }
    }

    /// The exit code is 1 where something was checked and is not sound.
    pub(super) fn run(self, settings: &Settings) -> Result<ExitCode, Error> {
        if let What::Verify(verify) = self.what {
            // Who only checks needs no secret.
            return verify.run(settings, &wire::public_log_place(settings)?);
        }
        let place = wire::log_place(settings)?;
        let done = |outcome: Outcome| outcome.map(|()| ExitCode::from(exit_code::DONE));
        match self.what {
            What::Verify(_) => Err(Error::internal("verify was run already")),
            What::Tail(tail) => done(with_call(settings, |services, call| tail.run(services, call))),
            What::Query(query) => done(with_call(settings, |services, call| query.run(services, call))),
            What::Export(export) => done(with_call(settings, |services, call| export.run(services, call, &place))),
            What::Checkpoint(one) => done(with_call(settings, |services, call| one.run(services, call, &place))),
            What::Prove(prove) => done(with_call(settings, |services, call| prove.run(services, call))),
            What::Retain(retain) => done(with_call(settings, |services, call| retain.run(services, call))),
            What::Hold { what } => done(with_call(settings, |services, call| what.run(services, call))),
            What::Key { what } => done(with_call(settings, |services, call| what.run(services, call, &place))),
        }
    }
}
