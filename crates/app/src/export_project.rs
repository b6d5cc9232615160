//! Takes a project out: its files as they were begun, and what is on record of it.

use blueprint::{Extra, tar_gz, zip};
use domain::{Event, EventKind, Operation};

use crate::download_archive::{ArchiveFile, TAR_GZ, ZIP, first_commit_of};
use crate::error::Error;
use crate::security_log;
use crate::services::{Call, Services};
use crate::show_project::details;
use crate::stored_project::{find_to_change, render};

/// How an archive is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArchiveFormat {
    /// A zip.
    #[default]
    Zip,
    /// A tar.gz.
    TarGz,
}

/// The project `id` as it was begun, and beside its folder `record.json` with its answers and history.
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
    let record = serde_json::to_vec_pretty(&details(services, project)?).map_err(Error::internal)?;
    let extra = [Extra { path: "record.json".to_owned(), bytes: record }];
    let (bytes, media_type, ending) = match format {
        ArchiveFormat::Zip => (zip(&name, &rendered.plan, commit.as_ref(), &extra)?, "application/zip", ZIP),
        ArchiveFormat::TarGz => (tar_gz(&name, &rendered.plan, commit.as_ref(), &extra)?, "application/gzip", TAR_GZ),
    };
    security_log::tell(call, "project-exported", &call.caller.name, event.project.as_str());
    Ok(ArchiveFile { file_name: format!("{name}.{ending}"), media_type, bytes })
}
