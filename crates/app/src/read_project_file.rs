//! A file of a project as it was begun: rendered again from its answers, so that nothing has to be kept for it.

use std::path::Path;

use domain::Operation;

use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};
use crate::stored_project::{find, render};

/// A file's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectFile {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
}

/// The file at `path` of the project `id`, as it was begun.
///
/// # Errors
/// When there is no such project or file for this caller, or the store cannot be read.
pub fn read_project_file(services: &Services, call: &Call<'_>, id: &str, path: &str) -> Result<ProjectFile, Error> {
    let project = find(services, call, Operation::ReadProject, id)?;
    let rendered = render(&services.catalogue, &project)?;
    let file = rendered.plan.file(path).ok_or_else(|| {
        let hint = "The project's report lists the files it was begun with.";
        Error::new(ErrorKind::NotFound, "The project was begun without such a file.", hint).on("path")
    })?;
    Ok(ProjectFile { bytes: file.bytes.to_vec(), media_type: media_type(path) })
}

/// Text is text whatever it describes, so that no client runs it.
fn media_type(path: &str) -> &'static str {
    match Path::new(path).extension().and_then(|ending| ending.to_str()) {
        Some("md") => "text/markdown",
        Some("json") => "application/json",
        Some("toml") => "application/toml",
        Some("yaml" | "yml") => "application/yaml",
        _ => "text/plain",
    }
}
