//! The use cases, one file each. Both faces of the program (MCP and the command line) call these and nothing beneath.
//!
//! Everything here blocks: async code calls it where blocking is allowed.

mod answers;
mod authorise;
mod begin_project;
mod begin_report;
mod causes;
mod complete_argument;
mod download_archive;
mod error;
mod list_blueprints;
mod list_projects;
mod open_questions;
mod read_project_file;
mod reconcile;
mod report;
mod request;
mod services;
mod show_project;
mod stored_project;

pub use begin_project::begin_project;
pub use complete_argument::complete_argument;
pub use download_archive::{ArchiveFile, download_archive};
pub use error::{Error, ErrorKind};
pub use list_blueprints::list_blueprints;
pub use list_projects::list_projects;
pub use open_questions::{Question, open_questions};
pub use read_project_file::{ProjectFile, read_project_file};
pub use reconcile::{Reconciled, reconcile};
pub use report::{
    ArchiveLinks, BeginReport, BlueprintList, BlueprintSummary, BlueprintUsed, BusinessValue, ProjectDetails,
    ProjectEvent, ProjectList, ProjectStructure, ProjectSummary, QualityGate, TechnicalMetrics, Unmeasured,
};
pub use request::{BeginRequest, Delivery, Mode};
pub use services::{Call, CurrentPolicy, LinkBase, Quiet, Services, Step, Watch};
pub use show_project::show_project;
