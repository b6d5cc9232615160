//! Finds what is to be checked, for this caller, and holds it open.

use std::path::{Component, Path, PathBuf};

use domain::{Face, NotRun, Operation, Resource, find_invisible};
use safe_fs::OpenFolder;
use source_tree::{AddedLines, Changed, Selection, SourceFile, SourceTree};
use store::Project;

use super::request::{CheckScope, CheckSubject, InlineFile};
use crate::audit::Draft;
use crate::authorise::authorise;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};
use crate::stored_project::{find_to_change, refuse_erased, render, resource};

/// The most files that come with a request, and the most bytes in all of them.
const MOST_FILES: usize = 2_000;
const MOST_BYTES: usize = 10 * 1024 * 1024;

/// What is checked.
pub(super) struct Opened<'a> {
    /// The folder, where it is one. It has to live as long as its files are read.
    pub(super) folder: Option<OpenFolder>,
    /// Which of its files are looked at.
    pub(super) scope: CheckScope,
    /// The files, where there is no folder.
    files: Vec<SourceFile>,
    /// What that means for the report.
    pub(super) note: Option<NotRun>,
    /// The registered project, with the draft of the entry that tells of its check.
    pub(super) project: Option<(Project, Draft<'a>)>,
}

impl Opened<'_> {
    /// The files to look at, and which of their lines count; none where all of them do.
    pub(super) fn tree(&self) -> Result<(SourceTree, Option<AddedLines>), Error> {
        let Some(folder) = &self.folder else {
            return Ok((SourceTree::of_files(self.files.clone()), None));
        };
        let root = folder.held_path();
        let whole = |tree| (tree, None);
        let changed = |Changed { tree, added }| (tree, Some(added));
        let read = match &self.scope {
            CheckScope::Tracked | CheckScope::History => SourceTree::of_folder(&root, Selection::Tracked).map(whole),
            CheckScope::All => SourceTree::of_folder(&root, Selection::All).map(whole),
            CheckScope::Staged => SourceTree::staged(&root).map(changed),
            CheckScope::Since(base) => SourceTree::changed_since(&root, base).map(changed),
        };
        read.map_err(|error| unreadable(folder, error))
    }
}

/// A tree that cannot be read, by the name that the caller knows it by.
pub(super) fn unreadable(folder: &OpenFolder, error: source_tree::Error) -> Error {
    use source_tree::Error as Cause;
    let shown = folder.path().display();
    let (kind, message) = match &error {
        Cause::Folder { .. } => (ErrorKind::Unavailable, format!("The folder {shown} cannot be read.")),
        Cause::NoRepository { .. } => (ErrorKind::Invalid, format!("The folder {shown} is in no git repository.")),
        other => (ErrorKind::Invalid, sentence(&other.to_string())),
    };
    Error::new(kind, message, sentence(error.hint())).on("path").because(error)
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Lets the caller in and opens what they named.
pub(super) fn open<'a>(services: &'a Services, call: &Call<'_>, subject: &CheckSubject) -> Result<Opened<'a>, Error> {
    match subject {
        CheckSubject::Folder { path, scope } => {
            authorise(services, call, Operation::CheckFiles, Resource::default())?;
            let folder = open_folder(services, call, path)?;
            Ok(Opened { folder: Some(folder), scope: scope.clone(), files: Vec::new(), note: None, project: None })
        }
        CheckSubject::Files(files) => {
            authorise(services, call, Operation::CheckFiles, Resource::default())?;
            refuse_bad_files(files)?;
            let files = files.iter().map(|file| SourceFile::in_memory(&file.path, file.text.as_bytes())).collect();
            Ok(Opened { folder: None, scope: CheckScope::All, files, note: None, project: None })
        }
        CheckSubject::Project { id } => {
            let (project, draft) = find_to_change(services, call, Operation::CheckProject, id)?;
            refuse_erased(&project)?;
            let (scope, project_and_draft) = (CheckScope::Tracked, |project| Some((project, draft)));
            if project.target.is_some() {
                let folder = Some(project_folder(&project)?);
                return Ok(Opened {
                    folder,
                    scope,
                    files: Vec::new(),
                    note: None,
                    project: project_and_draft(project),
                });
            }
            let files = as_begun(services, &project)?;
            Ok(Opened { folder: None, scope, files, note: Some(handed_over()), project: project_and_draft(project) })
        }
    }
}

/// The folder that somebody names: any for the one at the command line, beneath a root for clients.
pub(crate) fn open_folder(services: &Services, call: &Call<'_>, path: &str) -> Result<OpenFolder, Error> {
    let opened = match call.caller.face {
        Face::Cli => OpenFolder::of_operator(Path::new(path)),
        Face::Stdio | Face::Http => services.roots.folder(path),
    };
    let opened = opened.map_err(|error| {
        use safe_fs::ErrorKind as Kind;
        let (message, hint) = match error.kind {
            Kind::NoFolder | Kind::NoParent | Kind::BadName => {
                ("There is no such folder.", "Name a folder that is there.")
            }
            Kind::NoRoots => (
                "No folder is open to clients of this server.",
                "Send the files along, or have the operator start the server with --root and a folder.",
            ),
            Kind::Outside => (
                "This folder does not lie beneath one that is open to clients.",
                "Give a path beneath an open folder, without \"..\" and without links that lead out of it.",
            ),
            _ => ("The operating system does not let this folder be read.", "Look at its permissions."),
        };
        let kind = if error.kind == Kind::Outside { ErrorKind::Refused } else { ErrorKind::Invalid };
        Error::new(kind, message, hint).on("path")
    })?;
    // Naming a path is no way around a project's owner.
    if call.caller.face != Face::Cli {
        for project in registered_at(services, &opened)? {
            authorise(services, call, Operation::ReadFindings, resource(&project))?;
        }
    }
    Ok(opened)
}

/// The registered projects that lie at a folder, beneath it or around it, by whatever links it was named.
pub(crate) fn registered_at(services: &Services, folder: &OpenFolder) -> Result<Vec<Project>, Error> {
    let mut projects = services.store.projects_at(&folder.path().to_string_lossy())?;
    if let Some(place) = folder.held_path().canonicalize().ok().filter(|place| place != folder.path()) {
        projects.extend(services.store.projects_at(&place.to_string_lossy())?);
    }
    Ok(projects)
}

/// The folder that a project was begun in.
pub(crate) fn project_folder(project: &Project) -> Result<OpenFolder, Error> {
    let Some(target) = &project.target else {
        let message = "This project was handed over as an archive, so this server has no folder of it.";
        let hint = "Name the folder that it was unpacked to, by its path.";
        return Err(Error::refused(message, hint).on("projectId"));
    };
    let gone = || {
        let message = "The folder that this project was begun in is not there any more, or cannot be read.";
        let hint = "Check the folder where it is now, by its path.";
        Error::new(ErrorKind::NotFound, message, hint).on("projectId")
    };
    let opened = OpenFolder::of_operator(Path::new(target)).map_err(|error| gone().because(error))?;
    // What is there now is a link to somewhere else: perhaps to what this caller may not read.
    if opened.path() == Path::new(target) { Ok(opened) } else { Err(gone()) }
}

/// The files of a project as it was begun, rendered again from its answers.
fn as_begun(services: &Services, project: &Project) -> Result<Vec<SourceFile>, Error> {
    let rendered = render(&services.catalogue, project)?;
    Ok(rendered.plan.files.iter().map(|file| SourceFile::in_memory(&file.path, file.bytes.to_vec())).collect())
}

fn handed_over() -> NotRun {
    NotRun {
        check: "changes since it was begun".to_owned(),
        file: None,
        reason: "the project was handed over as an archive, so its files were looked at as they were begun".to_owned(),
        hint: "To check what it is now: smart-begin check PATH where it was unpacked to, or send its files along."
            .to_owned(),
    }
}

fn refuse_bad_files(files: &[InlineFile]) -> Result<(), Error> {
    let bytes: usize = files.iter().map(|file| file.text.len() + file.path.len()).sum();
    if files.is_empty() || files.len() > MOST_FILES || bytes > MOST_BYTES {
        let message = format!(
            "Between 1 and {MOST_FILES} files of together at most {} MiB can be sent along.",
            MOST_BYTES / 1024 / 1024
        );
        return Err(Error::invalid("files", message, "Send fewer, or name a folder beneath a root of the server."));
    }
    for file in files {
        if let Some(character) = find_invisible(&file.path) {
            let code = u32::from(character);
            let message = format!("A file's path holds a control or invisible character (U+{code:04X}).");
            return Err(Error::invalid("files", message, "Type it anew, without what was pasted along."));
        }
        let path = PathBuf::from(&file.path);
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        if file.path.is_empty() || file.path.len() > 1_024 || !plain || file.path.contains(['\0', '\\']) {
            let message = "A file's path is not a plain path within the project.";
            return Err(Error::invalid(
                "files",
                message,
                "Give paths such as src/main.rs, without a leading / or \"..\".",
            ));
        }
    }
    Ok(())
}
