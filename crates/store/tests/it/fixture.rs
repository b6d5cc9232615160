//! Projects and events to store.

use std::path::PathBuf;

use domain::{Event, EventKind, ProjectId, RequestId};
use store::{NewEntry, NewProject, Store};
use tempfile::TempDir;

/// A folder for one test, and the store's folder in it.
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    _root: TempDir,
}

impl Place {
    /// In memory where the system has a disk there: for tests that prove nothing about a real one, and write often.
    pub(crate) fn new() -> Self {
        Self::within(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap())
    }

    pub(crate) fn on_disk() -> Self {
        Self::within(tempfile::tempdir().unwrap())
    }

    fn within(root: TempDir) -> Self {
        Self { folder: root.path().join("data"), _root: root }
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&self.folder).unwrap()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join("store.db")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("store.db-wal")
    }

    /// The names of the owners' locks.
    pub(crate) fn locks(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.join("owners")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// A connection of another program, past the store.
    pub(crate) fn sql(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.database()).unwrap()
    }
}

pub(crate) fn new_project(owner: &str) -> NewProject {
    NewProject {
        id: ProjectId::random().unwrap(),
        name: "demo".to_owned(),
        owner: owner.to_owned(),
        template: "api-service".to_owned(),
        stack: "rust".to_owned(),
        blueprint_version: "1".to_owned(),
        blueprint_hash: "b".repeat(64),
        catalogue: "2026-11-23".to_owned(),
        plan_hash: "p".repeat(64),
        answers: r#"{"projectName":"demo"}"#.to_owned(),
        target: Some("/srv/demo".to_owned()),
        git: true,
        bytes: 1000,
    }
}

pub(crate) fn event(kind: EventKind, project: &ProjectId) -> Event {
    let request = RequestId::random().unwrap();
    Event { kind, project: project.clone(), caller: "owner".to_owned(), request, detail: None }
}

pub(crate) fn started(project: &ProjectId) -> Event {
    event(EventKind::ProjectStarted, project)
}

pub(crate) fn finished(project: &ProjectId) -> Event {
    event(EventKind::ProjectFinished, project)
}

pub(crate) fn abandoned(project: &ProjectId) -> Event {
    event(EventKind::ProjectAbandoned, project)
}

pub(crate) fn downloaded(project: &ProjectId) -> Event {
    event(EventKind::ArchiveDownloaded, project)
}

/// Starts a new project and returns it.
pub(crate) fn start(store: &Store, owner: &str) -> NewProject {
    let project = new_project(owner);
    store.start_project(&project, &started(&project.id), &entry()).unwrap();
    project
}

/// Says that a test could not run here; an error where everything has to.
pub(crate) fn skip(why: &str) {
    assert!(std::env::var_os("REQUIRE_ALL").is_none_or(|value| value != "1"), "{why}");
    eprintln!("SKIPPED: {why}");
}

/// An entry of the audit log about nothing in particular.
pub(crate) fn entry() -> NewEntry {
    let request = RequestId::random().unwrap().to_string();
    let body = format!(r#"{{"request":"{request}"}}"#);
    NewEntry { at_ms: 1, action: "test".to_owned(), caller: "owner".to_owned(), project: None, request, body }
}
