//! A copy of the last commit to work in: the user's own files are never touched.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use source_tree::{History, Selection, SourceTree};
use tempfile::TempDir;

use super::git::{git, line};
use super::tools::{Tools, Trouble};

/// The largest manifest or lockfile that is taken.
const MOST_BYTES: u64 = 64 << 20;

/// A copy in a private folder, gone when this is dropped.
pub(super) struct Copy {
    holder: TempDir,
    /// The commit that it was made of.
    pub(super) base: String,
}

impl Copy {
    /// A copy of the last commit of the repository whose top `folder` is.
    pub(super) fn of(tools: &Tools<'_>, folder: &Path) -> Result<Self, Trouble> {
        let theirs = repository_of(folder)?;
        let base = line(tools, &theirs, None, &["rev-parse", "--verify", "HEAD^{commit}"])
            .map_err(|Trouble(why)| Trouble(format!("the repository has no commit that can be read ({why})")))?;
        let format = line(tools, &theirs, None, &["rev-parse", "--show-object-format"])?;
        let holder = tempfile::Builder::new().prefix("smart-begin-fix-").tempdir().map_err(unwritable)?;
        let copy = Self { holder, base };
        let ours = copy.repository();
        fs::create_dir_all(&ours).map_err(unwritable)?;
        git(
            tools,
            &ours,
            None,
            &["init", "--quiet", "--template=", &format!("--object-format={format}"), &shown(&copy.folder())],
            Vec::new(),
        )?;
        write(&ours.join("objects/info/alternates"), format!("{}\n", theirs.join("objects").display()).as_bytes())?;
        if let Ok(shallow) = read_bounded(&theirs.join("shallow")) {
            write(&ours.join("shallow"), &shallow)?;
        }
        copy.git(tools, &["read-tree", &copy.base])?;
        copy.git(tools, &["checkout-index", "--all", "--quiet"])?;
        Ok(copy)
    }

    /// The files.
    pub(super) fn folder(&self) -> PathBuf {
        self.holder.path().join("work")
    }

    /// A folder beside the files, for tools that are to see nothing but what is put there.
    pub(super) fn scratch(&self) -> Result<PathBuf, Trouble> {
        let scratch = tempfile::Builder::new().prefix("scratch-").tempdir_in(self.holder.path());
        Ok(scratch.map_err(unwritable)?.keep())
    }

    pub(super) fn repository(&self) -> PathBuf {
        self.folder().join(".git")
    }

    pub(super) fn git(&self, tools: &Tools<'_>, arguments: &[&str]) -> Result<String, Trouble> {
        line(tools, &self.repository(), Some(&self.folder()), arguments)
    }

    pub(super) fn tree(&self) -> Result<SourceTree, Trouble> {
        SourceTree::of_folder(&self.folder(), Selection::Tracked)
            .map_err(|error| Trouble(format!("the copy cannot be read: {error}")))
    }

    /// The text of a file of the copy; none where there is none, or where it is no text.
    pub(super) fn read(&self, name: &str) -> Option<String> {
        String::from_utf8(read_bounded(&self.folder().join(name)).ok()?).ok()
    }

    /// Replaces a file of the copy.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), Trouble> {
        write(&self.folder().join(name), text.as_bytes())
    }

    /// Which files differ from the commit.
    pub(super) fn changed(&self, tools: &Tools<'_>) -> Result<BTreeSet<String>, Trouble> {
        let _ = self.git(tools, &["update-index", "--refresh", "-q"]);
        let names = |said: String| -> Vec<String> {
            said.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect()
        };
        let mut changed = names(self.git(tools, &["diff-files", "--name-only", "-z"])?);
        // A lockfile that a tool made anew; whatever else it left is not taken.
        let new = names(self.git(tools, &["ls-files", "--others", "--exclude-standard", "-z"])?);
        changed.extend(new.into_iter().filter(|name| name == "go.sum" || name.ends_with("/go.sum")));
        Ok(changed.into_iter().collect())
    }

    /// The text of these files as it is now.
    pub(super) fn snapshot(&self, names: &[String]) -> BTreeMap<String, Option<String>> {
        names.iter().map(|name| (name.clone(), self.read(name))).collect()
    }

    /// Puts files back.
    pub(super) fn restore(&self, files: BTreeMap<String, Option<String>>) -> Result<(), Trouble> {
        for (name, text) in files {
            match text {
                Some(text) => self.write(&name, &text)?,
                None => match fs::remove_file(self.folder().join(&name)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritable(error)),
                    _ => {}
                },
            }
        }
        Ok(())
    }
}

/// The repository whose top the folder is. One that leads elsewhere, by a file or a link, is refused: it might be anybody's.
pub(super) fn repository_of(folder: &Path) -> Result<PathBuf, Trouble> {
    let repository = folder.join(".git");
    let is_folder = |path: &Path| fs::symlink_metadata(path).is_ok_and(|about| about.is_dir());
    if !is_folder(&repository) {
        let why = "the folder is not the top of a git repository with a .git folder of its own (worktrees and submodules are not taken)";
        return Err(Trouble(why.to_owned()));
    }
    let parts = ["objects", "refs", "refs/heads"];
    let leads_away = parts.iter().any(|part| !is_folder(&repository.join(part)));
    let branches = repository.join("refs/heads/smart-begin");
    // Where git would write down what a branch was: a link there would be followed.
    let logs =
        ["logs", "logs/refs", "logs/refs/heads", "logs/refs/heads/smart-begin"].map(|part| repository.join(part));
    let log_leads_away = logs.iter().any(|part| fs::symlink_metadata(part).is_ok() && !is_folder(part));
    let branch_logs = fs::read_dir(&logs[3]).into_iter().flatten().flatten();
    let a_log_is_a_link = branch_logs.into_iter().any(|entry| !entry.file_type().is_ok_and(|kind| kind.is_file()));
    if leads_away
        || log_leads_away
        || a_log_is_a_link
        || (fs::symlink_metadata(&branches).is_ok() && !is_folder(&branches))
        || repository.join("commondir").exists()
    {
        return Err(Trouble("parts of the repository are links that lead elsewhere".to_owned()));
    }
    // Its objects are its own: none are borrowed from a repository of somebody else, by a list or by links.
    History::open(folder).map_err(|error| Trouble(error.to_string()))?;
    Ok(repository)
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let about = fs::symlink_metadata(path)?;
    if !about.is_file() || about.len() > MOST_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes a file of our own copy anew; a link in its place is not followed.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let made = match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => File::create_new(path).and_then(|mut file| file.write_all(bytes)),
    };
    made.map_err(unwritable)
}

pub(super) fn unwritable(error: io::Error) -> Trouble {
    Trouble(format!("the copy cannot be written: {error}"))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
