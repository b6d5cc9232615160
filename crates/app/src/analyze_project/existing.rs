//! The mode `analyze-existing` of `smart_begin`: its arguments as a request for an analysis.

use super::depth::AnalysisDepth;
use super::report::AnalysisReport;
use super::run::{AnalyzeRequest, analyze_project};
use crate::error::Error;
use crate::request::BeginRequest;
use crate::services::{Call, Services};

/// The argument that names the folder.
const PATH: &str = "existingProjectPath";

/// Looks at the project that `request` names.
///
/// # Errors
/// As [`analyze_project`]; when no folder is named, or there is no such depth.
pub fn analyze_existing(services: &Services, call: &Call<'_>, request: &BeginRequest) -> Result<AnalysisReport, Error> {
    let Some(path) = request.existing_project_path.as_deref().filter(|path| !path.trim().is_empty()) else {
        let hint = "Give existingProjectPath: the project's folder, beneath one that the operator opened.";
        return Err(Error::invalid(PATH, "It does not say which project to look at.", hint));
    };
    let depth = request.analysis_depth.as_deref().map(str::parse::<AnalysisDepth>).transpose()?.unwrap_or_default();
    let name = Some(request.project_name.trim().to_owned()).filter(|name| !name.is_empty());
    let wanted = AnalyzeRequest { path: path.to_owned(), depth, name };
    let analysed = analyze_project(services, call, &wanted);
    let mut report = analysed.map_err(|error| if error.field == Some("path") { error.on(PATH) } else { error })?;
    report.assumptions.extend(not_used(request));
    Ok(report)
}

/// What was given and says nothing about a project that exists.
fn not_used(request: &BeginRequest) -> Option<String> {
    let given = [
        ("description", request.description.is_some()),
        ("techStack", !request.tech_stack.is_empty()),
        ("targetUsers", !request.target_users.is_empty()),
        ("businessGoals", !request.business_goals.is_empty()),
        ("projectTemplate", request.project_template.is_some()),
        ("stack", request.stack.is_some()),
        ("role", request.role.is_some()),
        ("qualityLevel", request.quality_level.is_some()),
        ("complianceRequirements", !request.compliance_requirements.is_empty()),
        ("targetDirectory", request.target_directory.is_some()),
        ("planHash", request.plan_hash.is_some()),
    ];
    let names: Vec<&str> = given.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect();
    (!names.is_empty()).then(|| format!("Not used for a project that exists: {}.", names.join(", ")))
}
