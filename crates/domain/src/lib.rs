//! The words of the house: who calls, what they may do, what a project is and what happened to it.
//!
//! Everything here is plain data without input or output, so that every other floor can share it.

mod audit_action;
mod caller;
mod credentials;
mod decision;
mod event;
mod face;
mod finding;
mod id;
mod operation;
mod package;
mod permission;
mod policy;
mod role;
mod severity;
mod text;
mod vulnerability;

pub use audit_action::{AuditAction, Outcome, SecurityEvent};
pub use caller::{Caller, Credential};
pub use credentials::without_credentials;
pub use decision::{Denial, Resource};
pub use event::{Event, EventKind};
pub use face::Face;
pub use finding::{
    AdvisoryAge, CheckReport, CheckSummary, CommitInfo, Comparison, EngineShare, Finding, FindingKind, NotRun,
    Probability, Suppressed,
};
pub use id::{IdError, ProjectId, RequestId, Secret};
pub use operation::{Effect, Operation, Ownership};
pub use package::{Dependency, Ecosystem};
pub use permission::{Permission, PermissionSet, UnknownPermission};
pub use policy::{Policy, Quota};
pub use role::{ADMIN, RoleTable};
pub use severity::{Confidence, Severity, UnknownLevel};
pub use text::{TextFault, find_invisible, one_line, visible};
pub use vulnerability::{
    Acceptance, LastCheck, TrackedVulnerability, UnknownState, VulnerabilityEvent, VulnerabilityReport,
    VulnerabilityState, VulnerabilitySummary,
};
