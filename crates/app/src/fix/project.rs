//! The use cases: one folder or project fixed, or all of them.

use dependencies::advisories::fingerprint;
use domain::{AuditAction, Face, Operation, Permission, ProjectId, Resource};

use super::known::Known;
use super::report::{FixOutcome, FixReport, UpgradeState};
use super::request::{FixMode, FixRequest, FixSubject};
use super::run::Work;
use super::tools::Tools;
use crate::audit::Draft;
use crate::authorise::{authorise, authorise_change};
use crate::check::{Turn, open_advisories, open_folder, project_folder, registered_at};
use crate::clock::{now_ms, rfc3339};
use crate::error::Error;
use crate::list_projects::list_projects;
use crate::services::{Call, Services};
use crate::stored_project::{find, find_to_change, refuse_erased};
use crate::vulnerability::note_patch;

/// Plans or makes the upgrades that clear vulnerabilities. What could not be done is told in the report.
///
/// # Errors
/// When the caller may not, there is no such folder or project, the upgrades cannot be made there at all, or the caller gave up.
pub fn fix_project(services: &Services, call: &Call<'_>, request: &FixRequest) -> Result<FixReport, Error> {
    let (folder, project) = match &request.subject {
        FixSubject::Folder { path } => {
            let draft = allow_folder(services, call, request.mode)?;
            let folder = open_folder(services, call, path)?;
            if request.mode != FixMode::Plan
                && call.caller.face != Face::Cli
                && !registered_at(services, &folder)?.is_empty()
            {
                let message = "A registered project lies in this folder, and whoever fixes it has to be allowed to.";
                return Err(Error::refused(message, "Name the project by its id.").on("path"));
            }
            if let Some(draft) = draft {
                let place = format!("{} in {}", request.mode.as_str(), folder.path().display());
                services.audit.record(draft.detail(place))?;
            }
            (folder, None)
        }
        FixSubject::Project { id } => {
            let project = match request.mode {
                FixMode::Plan => find(services, call, Operation::PlanFix, id)?,
                FixMode::Try | FixMode::Apply => {
                    let (project, draft) = find_to_change(services, call, Operation::FixProject, id)?;
                    services.audit.record(draft.detail(request.mode.as_str()))?;
                    project
                }
            };
            refuse_erased(&project)?;
            if project.target.is_none() {
                return Ok(archive(&project.id.to_string(), &project.name));
            }
            (project_folder(&project)?, Some(project.id))
        }
    };
    let registered = project.clone();
    let project = project.map(|id| id.to_string());
    let known = match open_advisories(services) {
        Ok(database) => Known::new(database),
        Err(not_run) => return Ok(unknown(project, &folder.path().display().to_string(), *not_run)),
    };
    let _turn = Turn::take(&services.checks.running)?;
    let tools = Tools::new(&services.checks.fix, call.watch);
    let held = folder.held_path();
    let work = Work {
        folder: folder.path(),
        held: &held,
        known: &known,
        tools: &tools,
        mode: request.mode,
        execute: call.caller.permissions.has(Permission::Execute),
        day: rfc3339(now_ms()).chars().take(10).filter(char::is_ascii_digit).collect(),
    };
    let report = FixReport { project, ..work.run()? };
    record_branch(services, call, registered.as_ref(), &report)?;
    if let Some(id) = &registered {
        note_ready(services, call, id, &report)?;
    }
    Ok(report)
}

/// What came of each project, by its id.
pub type FixedProjects = Vec<(String, Result<FixReport, Error>)>;

/// The same for every registered project that the caller may read and that has a folder here. What fails for one does not keep
/// the others from being fixed.
///
/// # Errors
/// When the caller may list no projects, or gave up.
pub fn fix_all(services: &Services, call: &Call<'_>, mode: FixMode) -> Result<FixedProjects, Error> {
    let mut projects = list_projects(services, call, None, None)?.projects;
    while let Some(last) = projects.last().map(|project| project.id.clone()).filter(|_| projects.len() < MOST_PROJECTS)
    {
        let more = list_projects(services, call, None, Some(&last))?.projects;
        if more.is_empty() {
            break;
        }
        projects.extend(more);
    }
    let mut fixed = Vec::new();
    for project in projects.into_iter().filter(|project| project.target_directory.is_some()) {
        let request = FixRequest { subject: FixSubject::Project { id: project.id.clone() }, mode };
        let report = fix_project(services, call, &request);
        if call.watch.cancelled() {
            return Err(report.err().unwrap_or_else(cancelled));
        }
        fixed.push((project.id, report));
    }
    Ok(fixed)
}

/// As many projects as one call looks at, or a page more.
const MOST_PROJECTS: usize = 10_000;

/// Notes at the project's vulnerabilities that the branch clears them. They are fixed when a later check says so.
fn note_ready(services: &Services, call: &Call<'_>, project: &ProjectId, report: &FixReport) -> Result<(), Error> {
    let Some(branch) = &report.branch else { return Ok(()) };
    let fixed = report.upgrades.iter().filter(|one| one.state == UpgradeState::Fixed).map(|one| &one.upgrade);
    // One at a time: what no check has kept yet cannot be noted, and keeps nothing else from it.
    for upgrade in fixed {
        for advisory in &upgrade.clears {
            let fingerprint = fingerprint(upgrade.ecosystem.as_str(), &upgrade.package, advisory);
            note_patch(services, call, project, &[fingerprint], &format!("branch {branch}"))?;
        }
    }
    Ok(())
}

fn allow_folder<'a>(services: &'a Services, call: &Call<'_>, mode: FixMode) -> Result<Option<Draft<'a>>, Error> {
    match mode {
        FixMode::Plan => authorise(services, call, Operation::PlanFix, Resource::default()).map(|()| None),
        FixMode::Try | FixMode::Apply => {
            authorise_change(services, call, Operation::FixProject, Resource::default()).map(Some)
        }
    }
}

/// Writes down which branch was left where.
fn record_branch(
    services: &Services,
    call: &Call<'_>,
    project: Option<&ProjectId>,
    report: &FixReport,
) -> Result<(), Error> {
    let (Some(branch), Some(commit)) = (&report.branch, &report.commit) else { return Ok(()) };
    let draft = services.audit.draft(call.caller, call.request, AuditAction::Asked(Operation::FixProject));
    let draft = if let Some(id) = project { draft.project(id) } else { draft };
    services.audit.record(draft.detail(format!("left the branch {branch} at {commit} in {}", report.folder)))
}

fn cancelled() -> Error {
    let message = "The call was cancelled, so not all projects were fixed.";
    Error::new(crate::error::ErrorKind::Cancelled, message, "Call again when you are ready.")
}

fn unknown(project: Option<String>, folder: &str, not_run: domain::NotRun) -> FixReport {
    FixReport {
        project,
        folder: domain::visible(folder).into_owned(),
        outcome: FixOutcome::Unknown,
        upgrades: Vec::new(),
        diff: String::new(),
        gates: Vec::new(),
        branch: None,
        commit: None,
        before: 0,
        after: None,
        not_run: vec![not_run],
        not_enforced: Vec::new(),
        next: Vec::new(),
    }
}

/// A project that was handed over as an archive: this server has no folder of it.
fn archive(id: &str, name: &str) -> FixReport {
    let not_run = domain::NotRun {
        check: "upgrades".to_owned(),
        file: None,
        reason: "this project was handed over as an archive, so there is no folder of it here".to_owned(),
        hint: "Fix it in the folder that it was unpacked to: smart-begin fix PATH".to_owned(),
    };
    unknown(Some(id.to_owned()), name, not_run)
}
