//! Forgets a project. What is on disk is the person's, and stays.

use domain::Operation;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::{Error, ErrorKind};
use crate::security_log;
use crate::services::{Call, Services};
use crate::stored_project::find_to_change;

/// A project that is not on record any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletedProject {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The folder it was written to; its files are still there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_directory: Option<String>,
}

/// Forgets the project `id`: its record, its history and its links. Files on disk are not touched.
///
/// # Errors
/// When there is none for this caller, it is being written, or the store cannot be written.
pub fn delete_project(services: &Services, call: &Call<'_>, id: &str) -> Result<DeletedProject, Error> {
    let (project, draft) = find_to_change(services, call, Operation::DeleteProject, id)?;
    if !services.store.delete_project(&project.id, &draft.finish()?)? {
        let hint = "Somebody else has deleted it at the same moment.";
        return Err(Error::new(ErrorKind::NotFound, "There is no such project.", hint).on("projectId"));
    }
    security_log::tell(call, "project-deleted", &project.owner, project.id.as_str());
    Ok(DeletedProject { id: project.id.to_string(), name: project.name, target_directory: project.target })
}
