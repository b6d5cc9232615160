//! Compliance: every requirement on the product, each with a status and the evidence for it.
//!
//! `rows/` is the one table: an id, a statement in our own words, and what shows that it holds. A probe is a function that
//! looks now, at this configuration and this machine; where they live, `probes` says. What cannot be looked at in a deployed
//! program (its tests, the gates of the repository, its documents) is named, and a test of xtask sees that the name exists.
//! docs/compliance.md says how to add a row or a probe.

mod catalogue;
mod judge;
mod report;
mod run;
mod seen;
mod store_probes;

pub use catalogue::Catalogues;
pub use report::{
    ComplianceCatalogue, ComplianceEvidence, ComplianceReport, ComplianceRow, ComplianceStatus, ComplianceSummary,
    EvidenceKind,
};
pub use run::{ComplianceSubject, check_compliance, compliance_schema, describe_compliance};
pub use seen::{Observations, Seen};
pub use store_probes::observe_store;
