//! The store as the rest of the program sees it.

use std::path::Path;
use std::sync::Arc;

use domain::{Event, ProjectId};

use crate::access_record::{Allowance, Readable};
use crate::audit_record::NewEntry;
use crate::error::Error;
use crate::record::{NewDownload, NewProject, Project, RecordedEvent, UsedDownload};
use crate::sqlite::Sqlite;

/// A handle on the store; clones share it. Everything blocks: from async code, call it where blocking is allowed.
///
/// An error of a writing method means that nothing of it was written, with one exception that no disk can rule out:
/// when the disk failed in the very act of making it durable, all of it may turn up after a crash.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) engine: Arc<Sqlite>,
}

impl Store {
    /// Opens the store in `folder`, making both where they do not exist, and brings its layout up to date.
    ///
    /// # Errors
    /// When the folder cannot be used or others may write to it, or the store is damaged, newer, read-only or busy.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        Ok(Self { engine: Arc::new(Sqlite::open(folder)?) })
    }

    /// The random id under which this handle and its clones own what they start, until the last of them is gone.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.engine.owner()
    }

    /// Records that `project` is about to be written, and `event` with it.
    ///
    /// # Errors
    /// When it could not be recorded, or the id is taken, or `event` tells of another project.
    pub fn start_project(&self, project: &NewProject, event: &Event, entry: &NewEntry) -> Result<(), Error> {
        self.engine.start_project(project, None, event, entry)
    }

    /// The same, where its owner may keep so much and no more, however many start at once.
    ///
    /// # Errors
    /// As [`Self::start_project`]; and [`ErrorKind::Full`](crate::ErrorKind::Full).
    pub fn start_project_within(
        &self,
        allowed: Allowance,
        project: &NewProject,
        event: &Event,
        entry: &NewEntry,
    ) -> Result<(), Error> {
        self.engine.start_project(project, Some(allowed), event, entry)
    }

    /// Records that every file of a project is in place. Only the owner of a started project can do so.
    ///
    /// # Errors
    /// When it could not be recorded, or the project is not started, or not ours, or `event` tells of another.
    pub fn finish_project(
        &self,
        id: &ProjectId,
        commit: Option<&str>,
        event: &Event,
        entry: &NewEntry,
    ) -> Result<(), Error> {
        self.engine.finish_project(id, commit, event, entry)
    }

    /// Records that a project was given up. Only the owner of a started project can do so.
    ///
    /// # Errors
    /// When it could not be recorded, or the project is not started, or not ours, or `event` tells of another.
    pub fn abandon_project(&self, id: &ProjectId, event: &Event, entry: &NewEntry) -> Result<(), Error> {
        self.engine.abandon_project(id, event, entry)
    }

    /// The project `id`, if there is one.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn project(&self, id: &ProjectId) -> Result<Option<Project>, Error> {
        self.engine.project(id)
    }

    /// At most `limit` projects, newest first: those of `owner` alone where given, and those older than `before`
    /// where given. An unknown `before` has nothing older than it.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn projects(&self, owner: Option<&str>, limit: u32, before: Option<&ProjectId>) -> Result<Vec<Project>, Error> {
        self.engine.projects(owner, limit, before)
    }

    /// The projects that were begun in this folder, beneath it or around it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn projects_at(&self, folder: &str) -> Result<Vec<Project>, Error> {
        self.engine.projects_at(folder)
    }

    /// The same of those projects that `readable` says.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn projects_readable(
        &self,
        readable: &Readable<'_>,
        limit: u32,
        before: Option<&ProjectId>,
    ) -> Result<Vec<Project>, Error> {
        self.engine.projects_readable(readable, limit, before)
    }

    /// Forgets a project, with its events and links. Whether there was one.
    ///
    /// # Errors
    /// When it could not be recorded, or the project is being written.
    pub fn delete_project(&self, id: &ProjectId, entry: &NewEntry) -> Result<bool, Error> {
        self.engine.delete_project(id, entry)
    }

    /// Gives a project to `owner` and `team`, where the new owner may keep so much; its links die. Whether there was one.
    ///
    /// # Errors
    /// When it could not be recorded, the project is being written, or the new owner would keep too much.
    pub fn give_project(
        &self,
        id: &ProjectId,
        owner: &str,
        team: Option<&str>,
        allowed: Option<Allowance>,
        event: &Event,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        self.engine.give_project(id, owner, team, allowed, event, entry)
    }

    /// Records what happened to a project and changes nothing of it.
    ///
    /// # Errors
    /// When it could not be recorded, or there is no such project.
    pub fn add_event(&self, event: &Event, entry: &NewEntry) -> Result<(), Error> {
        self.engine.add_event(event, entry)
    }

    /// The project behind a download link that is good at `now_ms`; the link is not used up.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn download(&self, token_sha256: &[u8; 32], now_ms: i64) -> Result<Option<ProjectId>, Error> {
        self.engine.download(token_sha256, now_ms)
    }

    /// What happened to a project, oldest first.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn events(&self, id: &ProjectId) -> Result<Vec<RecordedEvent>, Error> {
        self.engine.events(id)
    }

    /// Takes over, and returns oldest first, the projects that were started by owners that are gone. Each is given to
    /// one caller only, however many ask at once; it stays that caller's to finish or abandon.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn unfinished_of_gone_owners(&self) -> Result<Vec<Project>, Error> {
        self.engine.unfinished_of_gone_owners()
    }

    /// Records download links, all or none.
    ///
    /// # Errors
    /// When they could not be recorded, or one is taken or of an unknown project.
    pub fn add_downloads(&self, downloads: &[NewDownload]) -> Result<(), Error> {
        self.engine.add_downloads(downloads)
    }

    /// Uses up the download link whose secret hashes to `token_sha256`, and records the event that `event` makes of
    /// it. None when the link is unknown, used or expired at `now_ms`. Links that have expired are forgotten.
    ///
    /// # Errors
    /// When it could not be recorded; the link is good still. Or when the event tells of another project.
    pub fn use_download(
        &self,
        token_sha256: &[u8; 32],
        now_ms: i64,
        event: impl FnOnce(&ProjectId) -> Event,
        entry: &NewEntry,
    ) -> Result<Option<UsedDownload>, Error> {
        self.engine.use_download(token_sha256, now_ms, event, entry)
    }
}
