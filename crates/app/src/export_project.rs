//! Takes a project out: its files as they were begun, and what is on record of it.

use blueprint::{Extra, tar_gz, zip};
use domain::{Event, EventKind, Operation};
use serde::Serialize;
use serde_json::Value;
use store::{KEPT_CHECKS, Project};

use crate::clock::rfc3339;
use crate::download_archive::{ArchiveFile, TAR_GZ, ZIP, first_commit_of};
use crate::error::Error;
use crate::security_log;
use crate::services::{Call, Services};
use crate::show_project::details;
use crate::stored_project::{find_to_change, render};
use crate::vulnerability::all_of;

/// How an archive is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArchiveFormat {
    /// A zip.
    #[default]
    Zip,
    /// A tar.gz.
    TarGz,
}

/// The project `id` as it was begun, and beside its folder `record.json` with its answers and history, `checks.json` with the
/// checks that are kept, and `vulnerabilities.json` with what became of each.
///
/// # Errors
/// When there is none for this caller, its owner was erased, or the store cannot be written.
pub fn export_project(
    services: &Services,
    call: &Call<'_>,
    id: &str,
    format: ArchiveFormat,
) -> Result<ArchiveFile, Error> {
    let (project, draft) = find_to_change(services, call, Operation::ExportProject, id)?;
    let rendered = render(&services.catalogue, &project)?;
    let event = Event {
        kind: EventKind::ProjectExported,
        project: project.id.clone(),
        caller: call.caller.name.clone(),
        request: call.request.clone(),
        detail: None,
    };
    services.store.add_event(&event, &draft.finish()?)?;
    let commit = first_commit_of(&project, &rendered)?;
    let name = project.name.clone();
    let checks = checks(services, &project)?;
    let vulnerabilities = json(&all_of(services, &project)?)?;
    let record = json(&details(services, project)?)?;
    let extra = [("record.json", record), ("checks.json", checks), ("vulnerabilities.json", vulnerabilities)];
    let extra = extra.map(|(path, bytes)| Extra { path: path.to_owned(), bytes });
    let (bytes, media_type, ending) = match format {
        ArchiveFormat::Zip => (zip(&name, &rendered.plan, commit.as_ref(), &extra)?, "application/zip", ZIP),
        ArchiveFormat::TarGz => (tar_gz(&name, &rendered.plan, commit.as_ref(), &extra)?, "application/gzip", TAR_GZ),
    };
    security_log::tell(call, "project-exported", &call.caller.name, event.project.as_str());
    Ok(ArchiveFile { file_name: format!("{name}.{ending}"), media_type, bytes })
}

/// A check that is kept, with all that it says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportedCheck {
    at: String,
    caller: String,
    request: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    duration_ms: u64,
    /// Findings that there was no room for.
    left_out: u64,
    report: Value,
}

/// The checks that are kept, newest first.
fn checks(services: &Services, project: &Project) -> Result<Vec<u8>, Error> {
    let mut told = Vec::new();
    for check in services.store.checks(&project.id, KEPT_CHECKS)? {
        let report = services.store.check_report(&project.id, Some(check.number))?.unwrap_or_default();
        told.push(ExportedCheck {
            at: rfc3339(check.at_ms),
            caller: check.caller,
            request: check.request,
            commit: check.subject,
            duration_ms: check.duration_ms,
            left_out: check.cut,
            report: serde_json::from_str(&report).unwrap_or_default(),
        });
    }
    json(&told)
}

fn json(what: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec_pretty(what).map_err(Error::internal)
}
