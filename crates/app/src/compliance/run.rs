//! The use case: what the probes saw becomes a report, for whoever may read it.

use domain::{Operation, Resource};

use super::catalogue::Catalogues;
use super::judge;
use super::report::{ComplianceReport, ComplianceSummary};
use super::seen::Observations;
use crate::authorise::authorise;
use crate::error::Error;
use crate::services::{Call, Services};

const HOW_TO_READ: &str = "A probe looked now, at this configuration and this machine. A test or gate proved its part before this \
     version was released and did not run now; a document says it in words. The worst of a requirement's evidence is its status.";

/// What was looked at.
#[derive(Clone, Copy, Debug)]
pub struct ComplianceSubject<'a> {
    /// The version of the program.
    pub version: &'a str,
    /// The environment whose configuration was looked at.
    pub environment: &'a str,
}

/// The report for `call`, from what the probes saw.
///
/// # Errors
/// When the caller may not read it.
pub fn check_compliance(
    services: &Services,
    call: &Call<'_>,
    subject: ComplianceSubject<'_>,
    seen: &Observations,
) -> Result<ComplianceReport, Error> {
    authorise(services, call, Operation::ReadCompliance, Resource::default())?;
    describe_compliance(subject, seen)
}

/// The report, for whoever could look themselves: the owner of the configuration's files, when the store cannot be opened.
///
/// # Errors
/// When the table of requirements is broken.
pub fn describe_compliance(subject: ComplianceSubject<'_>, seen: &Observations) -> Result<ComplianceReport, Error> {
    let catalogues: Vec<_> = Catalogues::read()?.0.iter().map(|catalogue| judge::catalogue(catalogue, seen)).collect();
    let mut summary = ComplianceSummary::default();
    catalogues.iter().flat_map(|catalogue| &catalogue.rows).for_each(|row| summary.count(row.status));
    Ok(ComplianceReport {
        version: subject.version.to_owned(),
        environment: subject.environment.to_owned(),
        how_to_read: HOW_TO_READ.to_owned(),
        summary,
        catalogues,
    })
}

/// What the report looks like as JSON, for programs that read it.
#[must_use]
pub fn compliance_schema() -> serde_json::Value {
    schemars::schema_for!(ComplianceReport).to_value()
}
