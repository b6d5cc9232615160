//! Upgrades that clear vulnerabilities: planned, made in a copy, looked at again, and left on a branch.

mod branch;
mod commands;
mod copy;
mod gates;
mod git;
mod known;
mod manifests;
mod outcome;
mod part;
mod project;
mod refresh;
mod report;
mod request;
mod run;
mod tools;
mod words;

pub use part::FixPart;
pub use project::{FixedProjects, fix_all, fix_project};
pub use report::{FixOutcome, FixReport, FixedUpgrade, GateOutcome, GateRun, UpgradeState};
pub use request::{FixMode, FixRequest, FixSubject};
