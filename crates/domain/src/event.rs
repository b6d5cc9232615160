//! What happened to a project, recorded in the same transaction as the change itself.

use serde::{Deserialize, Serialize};

use crate::{ProjectId, RequestId};

/// The kinds of events that the store records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A project was planned, accepted and is about to be written.
    ProjectStarted,
    /// Every file of the project is in place.
    ProjectFinished,
    /// The project was not finished; nothing of it is left in the target.
    ProjectAbandoned,
    /// A download of a project's archive was used.
    ArchiveDownloaded,
    /// The project was taken out, with its record.
    ProjectExported,
    /// The project was given to another person or team.
    ProjectTransferred,
}

impl EventKind {
    /// The name under which the store keeps this kind.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ProjectStarted => "project-started",
            Self::ProjectFinished => "project-finished",
            Self::ProjectAbandoned => "project-abandoned",
            Self::ArchiveDownloaded => "archive-downloaded",
            Self::ProjectExported => "project-exported",
            Self::ProjectTransferred => "project-transferred",
        }
    }
}

/// Something that happened, to which project, by whom and in which request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The project it happened to.
    pub project: ProjectId,
    /// The caller's name.
    pub caller: String,
    /// The request that caused it.
    pub request: RequestId,
    /// Why, in plain words, where the kind does not say it all.
    pub detail: Option<String>,
}
