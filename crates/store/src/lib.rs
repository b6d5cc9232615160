//! What must outlive the process: projects, what happened to them, download links not used yet, and who has access.
//!
//! Everything here blocks. Every method that writes is one transaction, durable when it returns; the event that
//! tells of a change is written in the transaction of the change. Several processes may use one store at once.
//!
//! `Store` says what is kept, in terms of no engine. The `sqlite` module alone knows SQL; a second engine would be
//! its sibling, and `Store` would choose between the two.

mod access;
mod access_record;
mod audit;
mod audit_log;
mod audit_record;
mod check_record;
mod checks;
mod delivery;
mod error;
mod job_record;
mod jobs;
mod record;
mod secret_record;
mod secrets;
mod sqlite;
mod store;

pub use access_record::{
    Allowance, ApiToken, Ended, Erased, LockRule, NewSession, NewToken, NewTokenValue, Person, Readable, Scope, Session,
};
pub use audit_log::{AuditFilter, KeptEntry, KeptPart, LegalHold, ReadEntry};
pub use audit_record::{AccessLine, LoggedEntry, NewEntry};
pub use check_record::{
    Accepted, Check, DependencyList, KEPT_CHECKS, KEPT_EVENTS, MOST_DEPENDENCY_BYTES, MOST_REPORT_BYTES,
    MOST_VULNERABILITIES, Moved, NewCheck, Rematch, Seen, Sla, Triage, Vulnerability, VulnerabilityChange,
};
pub use error::{Bound, Error, ErrorKind};
pub use job_record::{JobRun, JobStart};
pub use record::{NewDownload, NewProject, Project, RecordedEvent, State, UsedDownload};
pub use secret_record::{
    KEPT_VERSIONS, MOST_SECRET_BYTES, MOST_SECRETS, NewVersion, Recorded, Rewrapped, RotationPolicy, RotationState,
    SealedVersion, Secret, SecretName, VersionInfo, VersionState,
};
pub use store::Store;
