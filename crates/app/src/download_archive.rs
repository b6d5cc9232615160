//! The project behind a download link: handed out once, to whoever holds the link and may read the project.

use blueprint::{Commit, first_commit, tar_gz, zip};
use domain::{Event, EventKind, Operation, ProjectId, Secret};
use sha2::{Digest as _, Sha256};
use store::Project;

use crate::authorise::authorise_change_found;
use crate::clock::now_ms;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};
use crate::stored_project::{Rendered, render, resource};

/// How long a download link lives, in milliseconds.
pub(crate) const LINK_LIFETIME_MS: i64 = 10 * 60 * 1000;
pub(crate) const ZIP: &str = "zip";
pub(crate) const TAR_GZ: &str = "tar.gz";

/// An archive to hand out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFile {
    /// A name to save it under.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

pub(crate) fn token_hash(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.expose()).into()
}

/// The archive behind `token`, which is used up by this, for whoever may read the project. Whoever may not is told what
/// is told of a link that never was, and leaves the link as it is.
///
/// # Errors
/// When the link is unknown, used, expired or another's (all four answer alike), the caller may download nothing at all,
/// or the store cannot be written.
pub fn download_archive(services: &Services, call: &Call<'_>, token: &str) -> Result<ArchiveFile, Error> {
    let hash = token.parse::<Secret>().ok().map(|token| token_hash(&token));
    let found = hash.map(|hash| services.store.download(&hash, now_ms())).transpose()?.flatten();
    let project = found.map(|id| services.store.project(&id)).transpose()?.flatten();
    let operation = Operation::DownloadArchive;
    let resource = project.as_ref().map(resource);
    let draft = authorise_change_found(services, call, operation, operation, resource, gone)?;
    let (Some(hash), Some(project)) = (hash, project) else { return Err(gone()) };
    let rendered = render(&services.catalogue, &project)?;
    let event = |project: &ProjectId| Event {
        kind: EventKind::ArchiveDownloaded,
        project: project.clone(),
        caller: call.caller.name.clone(),
        request: call.request.clone(),
        detail: Some("by link".to_owned()),
    };
    let used = services.store.use_download(&hash, now_ms(), event, &draft.finish()?)?.ok_or_else(gone)?;
    let commit = first_commit_of(&project, &rendered)?;
    let (make, media_type): (fn(_, _, _, _) -> _, _) =
        if used.format == ZIP { (zip, "application/zip") } else { (tar_gz, "application/gzip") };
    let bytes = make(&project.name, &rendered.plan, commit.as_ref(), &[][..])?;
    Ok(ArchiveFile { file_name: format!("{}.{}", project.name, used.format), media_type, bytes })
}

fn gone() -> Error {
    let message =
        "This download link does not work: it was used, is older than ten minutes, is another's, or never was.";
    Error::new(ErrorKind::NotFound, message, "Begin the project again to get a new link.")
}

/// The project's first commit as when it was begun, where it has a repository.
pub(crate) fn first_commit_of(project: &Project, rendered: &Rendered<'_>) -> Result<Option<Commit>, Error> {
    let commit = || {
        let seconds = project.started_at_ms / 1000;
        first_commit(&rendered.plan, &rendered.answers, &rendered.blueprint.name(), seconds)
    };
    Ok(project.git.then(commit).transpose()?)
}
