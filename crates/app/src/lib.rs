//! The use cases, one file each. Both faces of the program (MCP and the command line) call these and nothing beneath.
//!
//! Everything here blocks: async code calls it where blocking is allowed.

mod access;
mod advisories;
mod advisory_ages;
mod analyze_project;
mod answers;
mod audit;
mod authorise;
mod begin_project;
mod begin_report;
mod causes;
mod check;
mod clock;
mod complete_argument;
mod compliance;
mod delete_project;
mod download_archive;
mod error;
mod export_project;
mod fix;
mod itself;
mod jobs;
mod list_blueprints;
mod list_projects;
mod lockout;
mod make_sbom;
mod open_questions;
mod patch_job;
mod principal;
mod read_configuration;
mod read_project_file;
mod readiness;
mod reconcile;
mod remember_person;
mod report;
mod request;
mod rotation;
mod secret;
mod security_events;
mod security_log;
mod services;
mod session;
mod show_project;
mod stored_project;
mod token;
mod transfer_project;
mod vulnerability;

pub use access::{
    AccessList, ErasedPerson, Explanation, PermissionSummary, PersonAccess, RevokedAccess, RoleList, RoleSummary,
    erase_person, explain_access, list_access, list_roles, revoke_access,
};
pub use advisories::{
    AdvisorySource, AdvisoryStatus, EcosystemAdvisories, UpdateAdvisories, UpdateOutcome, UpdatedAdvisories,
    UpdatedEcosystem, advisory_status, update_advisories,
};
pub use analyze_project::{
    AnalysisDepth, AnalysisReport, AnalysisResults, AnalyzeRequest, FindingsSeen, MissingGate, NotKnown,
    analyze_existing, analyze_project,
};
pub use audit::*;
pub use begin_project::begin_project;
pub use check::{
    CheckAnswer, CheckPart, CheckRequest, CheckScope, CheckSettings, CheckSubject, EngineSettings, FixAllowed,
    FixNetwork, FixSettings, InlineFile, OsvApi, baseline_of, check, part_of, prepare_check,
};
pub use complete_argument::complete_argument;
pub use compliance::{
    Catalogues, ComplianceCatalogue, ComplianceEvidence, ComplianceReport, ComplianceRow, ComplianceStatus,
    ComplianceSubject, ComplianceSummary, EvidenceKind, Observations, Seen, check_compliance, compliance_schema,
    describe_compliance, observe_store,
};
pub use delete_project::{DeletedProject, delete_project};
pub use download_archive::{ArchiveFile, download_archive};
pub use error::{Error, ErrorKind};
pub use export_project::{ArchiveFormat, export_project};
pub use fix::{
    FixMode, FixOutcome, FixPart, FixReport, FixRequest, FixSubject, FixedProjects, FixedUpgrade, GateOutcome, GateRun,
    UpgradeState, fix_all, fix_project,
};
pub use jobs::{Checkpoints, Export, JobList, JobReport, JobSummary, Jobs, Periodic, list_jobs, run_job};
pub use list_blueprints::{describe_blueprints, list_blueprints};
pub use list_projects::list_projects;
pub use lockout::{LockoutRule, locked_until, record_failure, record_success};
pub use make_sbom::{Sbom, SbomForm, SbomRequest, make_sbom};
pub use open_questions::{Question, open_questions};
pub use patch_job::patches_job;
pub use read_configuration::allow_reading_configuration;
pub use read_project_file::{ProjectFile, read_project_file};
pub use readiness::look_at_store;
pub use reconcile::{Reconciled, reconcile};
pub use remember_person::remember_person;
pub use report::{
    ArchiveLinks, BeginReport, BlueprintList, BlueprintSummary, BlueprintUsed, BusinessValue, CheckStatus, Figure,
    PlanCheck, ProjectDetails, ProjectEvent, ProjectList, ProjectStructure, ProjectSummary, QualityGate,
    TechnicalMetrics, Unmeasured,
};
pub use request::{BeginRequest, Delivery, Mode};
pub use rotation::{
    Algorithm, DueRotations, Generator, Hook, Letters, NotAGenerator, Outside, Phase, RotatedSecret, RotationSchedule,
    RotationWish, rotate_due, rotate_secret, rotation_job, schedule_rotation,
};
pub use scan::repository::Evidence;
pub use secret::{
    DeletedSecret, ImportedSecret, ImportedSecrets, KeyState, KeyStatus, KeyUse, NewSecret, OpenedSecret, RotatedKeys,
    SecretList, SecretPlace, SecretSummary, SecretVersionSummary, SetSecret, Vault, delete_secret, import_secrets,
    key_status, list_secrets, open_environment, read_secret, record_key, rotate_keys, set_secret, show_secret,
};
pub use security_events::{
    ConfigurationEvent, RefusedSignIn, is_new_sign_in, record_configuration, record_sign_in, record_sign_in_refused,
};
pub use services::{Call, CurrentPolicy, LinkBase, Quiet, Services, Step, Watch};
pub use session::{
    Origin, ResumedSession, SessionSummary, SessionTimes, SignedIn, StartedSession, end_session, list_sessions,
    resume_session, start_session,
};
pub use show_project::show_project;
pub use token::{
    CreatedToken, DEFAULT_LIFETIME_DAYS, NewToken, TokenList, TokenSummary, create_token, list_tokens, revoke_token,
    rotate_token, sign_in_with_token,
};
pub use transfer_project::{NewOwner, transfer_project};
pub use vulnerability::{
    AcceptanceWish, Rematched, VulnerabilityQuery, accept_vulnerability, advisories_job, list_vulnerabilities, rematch,
    rematch_job, reopen_vulnerability, show_vulnerability,
};
