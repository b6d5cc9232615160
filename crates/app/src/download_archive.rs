//! The project behind a download link: handed out once, to whoever holds the link.

use std::time::{SystemTime, UNIX_EPOCH};

use blueprint::{first_commit, tar_gz, zip};
use domain::{Event, EventKind, ProjectId, RequestId, Secret};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, ErrorKind};
use crate::services::Services;
use crate::stored_project::render;

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

pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The archive behind `token`, which is used up by this.
///
/// # Errors
/// When the link is unknown, used or expired (all three answer alike), or the store cannot be written.
pub fn download_archive(services: &Services, request: &RequestId, token: &str) -> Result<ArchiveFile, Error> {
    let gone = || {
        let message = "This download link does not work: it was used, is older than ten minutes, or never was.";
        Error::new(ErrorKind::NotFound, message, "Begin the project again to get a new link.")
    };
    let token: Secret = token.parse().map_err(|_| gone())?;
    let event = |project: &ProjectId| Event {
        kind: EventKind::ArchiveDownloaded,
        project: project.clone(),
        caller: "local".to_owned(),
        request: request.clone(),
        detail: Some("by link".to_owned()),
    };
    let used = services.store.use_download(&token_hash(&token), now_ms(), event)?.ok_or_else(gone)?;
    let project = services.store.project(&used.project)?.ok_or_else(gone)?;
    let rendered = render(&services.catalogue, &project)?;
    let seconds = project.started_at_ms / 1000;
    let commit = project
        .git
        .then(|| first_commit(&rendered.plan, &rendered.answers, &rendered.blueprint.name(), seconds))
        .transpose()?;
    let (make, media_type): (fn(_, _, _) -> _, _) =
        if used.format == ZIP { (zip, "application/zip") } else { (tar_gz, "application/gzip") };
    let bytes = make(&project.name, &rendered.plan, commit.as_ref())?;
    Ok(ArchiveFile { file_name: format!("{}.{}", project.name, used.format), media_type, bytes })
}
