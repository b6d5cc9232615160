//! The store's methods on SQLite: which reads and which transactions each is made of.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::{Event, ProjectId};
use observe::AuditCounts;
use rusqlite::{Connection, OpenFlags};

use crate::access_record::{Allowance, Readable};
use crate::audit_record::NewEntry;
use crate::error::{Error, ErrorKind};
use crate::record::{NewDownload, NewProject, Project, RecordedEvent, UsedDownload};
use crate::sqlite::audit_entries::Tree;
use crate::sqlite::clock::now_ms;
use crate::sqlite::connection::{connect, refuse_old_sqlite};
use crate::sqlite::creation::ensure_database;
use crate::sqlite::folder::Folder;
use crate::sqlite::presence::{self, Presence};
use crate::sqlite::readers::Readers;
use crate::sqlite::writer::Writer;
use crate::sqlite::{downloads, events, migrations, projects};

/// The fields are dropped in this order: whoever sees us gone finds all that we wrote.
#[derive(Debug)]
pub(crate) struct Sqlite {
    pub(super) writer: Writer,
    pub(super) readers: Readers,
    pub(super) tree: Arc<Tree>,
    pub(super) counts: AuditCounts,
    presence: Presence,
    pub(super) owners: PathBuf,
}

impl Sqlite {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        refuse_old_sqlite()?;
        let folder = Folder::prepare(path)?;
        ensure_database(&folder)?;
        let presence = Presence::announce(&folder.owners())?;
        let database = folder.database();
        let connection = open_database(&database).map_err(|error| examine(&database, error))?;
        let readers = Readers::new(database.clone(), connection)?;
        let (writer, owners) = (Writer::new(database), folder.owners());
        Ok(Self { writer, readers, tree: Arc::default(), counts: AuditCounts::default(), presence, owners })
    }

    pub(crate) fn owner(&self) -> &str {
        self.presence.id()
    }

    pub(super) fn owners(&self) -> &Path {
        &self.owners
    }

    /// One transaction with the counting, so that calls at once cannot pass the bound together.
    pub(crate) fn start_project(
        &self,
        project: &NewProject,
        allowed: Option<Allowance>,
        event: &Event,
        entry: &NewEntry,
    ) -> Result<(), Error> {
        let (project, event, us) = (project.clone(), event.clone(), self.owner().to_owned());
        self.change(entry, move |connection| {
            let now = now_ms();
            if let Some(allowed) = allowed {
                projects::refuse_beyond(connection, &project.owner, project.bytes, &allowed)?;
            }
            projects::insert_started(connection, &project, &us, now)?;
            events::insert(connection, &project.id, &event, now)
        })
    }

    pub(crate) fn finish_project(
        &self,
        id: &ProjectId,
        commit: Option<&str>,
        event: &Event,
        entry: &NewEntry,
    ) -> Result<(), Error> {
        let (id, event, us) = (id.clone(), event.clone(), self.owner().to_owned());
        let commit = commit.map(str::to_owned);
        self.change(entry, move |connection| {
            let now = now_ms();
            projects::set_finished(connection, &id, &us, commit.as_deref(), now)?;
            events::insert(connection, &id, &event, now)
        })
    }

    pub(crate) fn abandon_project(&self, id: &ProjectId, event: &Event, entry: &NewEntry) -> Result<(), Error> {
        let (id, event, us) = (id.clone(), event.clone(), self.owner().to_owned());
        self.change(entry, move |connection| {
            projects::set_abandoned(connection, &id, &us)?;
            events::insert(connection, &id, &event, now_ms())
        })
    }

    pub(crate) fn project(&self, id: &ProjectId) -> Result<Option<Project>, Error> {
        self.readers.read(|connection| projects::get(connection, id))
    }

    pub(crate) fn projects(
        &self,
        owner: Option<&str>,
        limit: u32,
        before: Option<&ProjectId>,
    ) -> Result<Vec<Project>, Error> {
        self.readers.read(|connection| projects::list(connection, owner, limit, before))
    }

    pub(crate) fn projects_at(&self, folder: &str) -> Result<Vec<Project>, Error> {
        self.readers.read(|connection| projects::at(connection, folder))
    }

    pub(crate) fn projects_readable(
        &self,
        readable: &Readable<'_>,
        limit: u32,
        before: Option<&ProjectId>,
    ) -> Result<Vec<Project>, Error> {
        self.readers.read(|connection| projects::list_readable(connection, readable, limit, before))
    }

    pub(crate) fn delete_project(&self, id: &ProjectId, entry: &NewEntry) -> Result<bool, Error> {
        let id = id.clone();
        self.change(entry, move |connection| projects::delete(connection, &id))
    }

    pub(crate) fn give_project(
        &self,
        id: &ProjectId,
        owner: &str,
        team: Option<&str>,
        allowed: Option<Allowance>,
        event: &Event,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        let (id, owner, team, event) = (id.clone(), owner.to_owned(), team.map(str::to_owned), event.clone());
        self.change(entry, move |connection| {
            let given = projects::give(connection, &id, &owner, team.as_deref(), allowed.as_ref())?;
            if given {
                events::insert(connection, &id, &event, now_ms())?;
            }
            Ok(given)
        })
    }

    pub(crate) fn add_event(&self, event: &Event, entry: &NewEntry) -> Result<(), Error> {
        let event = event.clone();
        self.change(entry, move |connection| events::insert(connection, &event.project, &event, now_ms()))
    }

    pub(crate) fn events(&self, id: &ProjectId) -> Result<Vec<RecordedEvent>, Error> {
        self.readers.read(|connection| events::of_project(connection, id))
    }

    /// Looks before it writes: at almost every start there is nothing to take over.
    pub(crate) fn unfinished_of_gone_owners(&self) -> Result<Vec<Project>, Error> {
        let others = self.readers.read(|connection| projects::other_process_owners(connection, self.owner()))?;
        let taken = if others.is_empty() { Vec::new() } else { self.take_over_from_gone()? };
        presence::sweep(&self.owners)?;
        Ok(taken)
    }

    /// One transaction, so that of several processes only one finds an owner both gone and still owning.
    fn take_over_from_gone(&self) -> Result<Vec<Project>, Error> {
        let (us, owners) = (self.owner().to_owned(), self.owners.clone());
        self.writer.write(move |connection| {
            let mut taken = Vec::new();
            for other in projects::other_process_owners(connection, &us)? {
                if presence::is_gone(&owners, &other)? {
                    taken.extend(projects::take_over(connection, &other, &us)?);
                }
            }
            taken.sort_by_key(|project| project.started_at_ms);
            Ok(taken)
        })
    }

    pub(crate) fn add_downloads(&self, downloads: &[NewDownload]) -> Result<(), Error> {
        let downloads = downloads.to_vec();
        self.writer
            .write(move |connection| downloads.iter().try_for_each(|download| downloads::insert(connection, download)))
    }

    /// The project of a link that is good.
    pub(crate) fn download(&self, token_sha256: &[u8; 32], now_ms: i64) -> Result<Option<ProjectId>, Error> {
        let found = self.readers.read(|connection| downloads::look_up(connection, token_sha256))?;
        Ok(found.filter(|(_, expires)| *expires > now_ms).map(|(project, _)| project))
    }

    /// A link never changes its project, so the event can be made from a read. Guessing at links costs a read only.
    pub(crate) fn use_download(
        &self,
        token_sha256: &[u8; 32],
        now_ms: i64,
        event: impl FnOnce(&ProjectId) -> Event,
        entry: &NewEntry,
    ) -> Result<Option<UsedDownload>, Error> {
        let token = *token_sha256;
        let Some((project, expires)) = self.readers.read(|connection| downloads::look_up(connection, &token))? else {
            return Ok(None);
        };
        if expires <= now_ms {
            self.writer.write(move |connection| downloads::delete_expired(connection, now_ms))?;
            return Ok(None);
        }
        self.use_up(token, now_ms, event(&project), entry)
    }

    fn use_up(
        &self,
        token: [u8; 32],
        expired_at: i64,
        event: Event,
        entry: &NewEntry,
    ) -> Result<Option<UsedDownload>, Error> {
        self.change(entry, move |connection| {
            let used = downloads::take(connection, &token)?;
            if let Some(used) = &used {
                events::insert(connection, &used.project, &event, now_ms())?;
            }
            downloads::delete_expired(connection, expired_at)?;
            Ok(used)
        })
    }
}

fn open_database(database: &Path) -> Result<Connection, Error> {
    let mut connection = connect(database)?;
    migrations::update(&mut connection)?;
    Ok(connection)
}

/// Makes sure, where opening failed in a way that damage may explain, whether it does.
fn examine(database: &Path, error: Error) -> Error {
    if !matches!(error.kind, ErrorKind::Damaged | ErrorKind::Internal) {
        return error;
    }
    let checked = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(|plain| {
        plain.busy_timeout(Duration::from_secs(1))?;
        plain.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
    });
    let found = match checked {
        Ok(verdict) if verdict == "ok" => return error,
        Ok(verdict) => verdict,
        Err(cause) => {
            let told = cause.to_string();
            // What keeps the check from running tells nothing of the file.
            if !matches!(Error::from(cause).kind, ErrorKind::Damaged | ErrorKind::Internal) {
                return error;
            }
            told
        }
    };
    Error::new(ErrorKind::Damaged, format!("The store is damaged: {found}.")).because(error)
}
