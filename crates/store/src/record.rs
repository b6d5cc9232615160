//! What goes into the store and comes out of it: plain data, the same for every engine.

use domain::{Event, ProjectId};

/// A project that is about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProject {
    /// Names the project.
    pub id: ProjectId,
    /// The folder and package name.
    pub name: String,
    /// The name of the caller who began it.
    pub owner: String,
    /// The kind of project, for example `api-service`.
    pub template: String,
    /// The technologies, for example `rust`.
    pub stack: String,
    /// The version of the blueprint it is made from.
    pub blueprint_version: String,
    /// The hash of the blueprint it is made from.
    pub blueprint_hash: String,
    /// The version of the dependency catalogue.
    pub catalogue: String,
    /// SHA-256 of the plan.
    pub plan_hash: String,
    /// Every answer, defaults included, as JSON.
    pub answers: String,
    /// The folder it goes to; none when it is delivered as an archive.
    pub target: Option<String>,
    /// Whether it gets a git repository.
    pub git: bool,
    /// The bytes of its files, as planned.
    pub bytes: u64,
}

/// How far a project has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is being written, or its process died while writing it.
    Started,
    /// Every file is in place.
    Finished,
    /// It was given up; nothing of it is left in the target.
    Abandoned,
}

impl State {
    /// The name under which the store keeps this state.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Finished => "finished",
            Self::Abandoned => "abandoned",
        }
    }
}

/// A project as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Names the project.
    pub id: ProjectId,
    /// The folder and package name.
    pub name: String,
    /// The principal whose it is: the caller who began it, or whom it was given to.
    pub owner: String,
    /// The team whose members may read it.
    pub team: Option<String>,
    /// The kind of project, for example `api-service`.
    pub template: String,
    /// The technologies, for example `rust`.
    pub stack: String,
    /// The version of the blueprint it was made from.
    pub blueprint_version: String,
    /// The hash of the blueprint it was made from.
    pub blueprint_hash: String,
    /// The version of the dependency catalogue.
    pub catalogue: String,
    /// SHA-256 of the plan.
    pub plan_hash: String,
    /// Every answer, defaults included, as JSON.
    pub answers: String,
    /// The folder it went to; none when it was delivered as an archive.
    pub target: Option<String>,
    /// Whether it has a git repository.
    pub git: bool,
    /// The bytes of its files, as planned; 0 where that was not recorded.
    pub bytes: u64,
    /// How far it has come.
    pub state: State,
    /// The owner id (`Store::owner`) of the process that writes it, or wrote it.
    pub process_owner: String,
    /// The first commit, where there is one.
    pub commit: Option<String>,
    /// When it was started, in milliseconds since 1970 (UTC).
    pub started_at_ms: i64,
    /// When it was finished; none while it is not, and when it was abandoned.
    pub finished_at_ms: Option<i64>,
}

/// An event with the time at which the store recorded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// What happened.
    pub event: Event,
}

/// A download link about to be handed out. The store knows only the hash of its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDownload {
    /// SHA-256 of the link's secret.
    pub token_sha256: [u8; 32],
    /// The project it downloads.
    pub project: ProjectId,
    /// The archive's format, for example `zip`.
    pub format: String,
    /// From this moment on (milliseconds since 1970, UTC) the link is dead.
    pub expires_at_ms: i64,
}

/// A download link that was good, and is used up now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedDownload {
    /// The project to hand out.
    pub project: ProjectId,
    /// The archive's format, for example `zip`.
    pub format: String,
}
