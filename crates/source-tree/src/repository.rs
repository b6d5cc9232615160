//! Where the repository of a folder is, and whether it may be believed. Nothing in it is ever run, and of its configuration
//! four lines are read: what says that it is stored in a form that is not understood here, and what binds a submodule to its
//! folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Error;
use crate::open::{Folder, Kind};

const SMALL: u64 = 64 << 10;
const CONFIG: u64 = 1 << 20;

/// A repository, and where in its work tree the folder lies that was asked about.
#[derive(Debug)]
pub(crate) struct Repository {
    /// What belongs to this work tree: its `HEAD` and index.
    pub(crate) own: Folder,
    /// What all its work trees share: objects and refs.
    pub(crate) common: Folder,
    common_path: PathBuf,
    /// The top of the work tree; none for a bare repository.
    pub(crate) top: Option<PathBuf>,
    /// The folder beneath the top, with a slash at its end; empty where it is the top.
    pub(crate) prefix: Vec<u8>,
}

impl Repository {
    /// The repository that `root` lies in.
    ///
    /// # Errors
    /// There is one, and it is not to be believed or understood.
    pub(crate) fn find(root: &Path) -> Result<Option<Self>, Error> {
        let cannot = |source| Error::Folder { path: root.to_owned(), source };
        let real = root.canonicalize().map_err(cannot)?;
        let owner = Folder::open(root).map_err(cannot)?.owner();
        for (steps, top) in real.ancestors().enumerate() {
            // The folder itself is opened by the path that was given: it may be one that holds it.
            let held = Folder::open(if steps == 0 { root } else { top });
            let Ok(folder) = held else { break };
            if steps > 0 && !is_trusted(folder.owner(), owner) {
                break;
            }
            let Some(own) = git_folder(&folder, top)? else { continue };
            let prefix = real.strip_prefix(top).map(slashed).unwrap_or_default();
            return Self::of(own, Some(top.to_owned()), prefix).map(Some);
        }
        Ok(None)
    }

    /// The repository that `root` lies in, or is: a bare one has no work tree.
    ///
    /// # Errors
    /// There is none, or it is not to be believed or understood.
    pub(crate) fn find_or_bare(root: &Path) -> Result<Self, Error> {
        if let Some(found) = Self::find(root)? {
            return Ok(found);
        }
        let folder = Folder::open(root).map_err(|source| Error::Folder { path: root.to_owned(), source })?;
        if looks_like_git(&folder) {
            return Self::of((folder, root.to_owned()), None, Vec::new());
        }
        Err(Error::NoRepository { path: root.to_owned() })
    }

    fn of((own, own_path): (Folder, PathBuf), top: Option<PathBuf>, prefix: Vec<u8>) -> Result<Self, Error> {
        let (common, common_path) = match own.read(b"commondir", SMALL) {
            Ok(text) => {
                let path = own_path.join(path_of(&text)?);
                let path = path.canonicalize().map_err(|_| refused("its shared folder is not there"))?;
                let common = Folder::open(&path).map_err(|_| refused("its shared folder cannot be opened"))?;
                (common, path)
            }
            Err(_) => {
                let again = own.folder(b".").map_err(|_| refused("its folder cannot be opened"))?;
                (again, own_path)
            }
        };
        let config = common.read(b"config", CONFIG).unwrap_or_default();
        let hash = setting(&config, "extensions", "objectformat").unwrap_or_else(|| "sha1".to_owned());
        if !hash.eq_ignore_ascii_case("sha1") {
            return Err(refused(&format!("its objects are named by {hash:?}, and only sha1 is understood")));
        }
        let storage = setting(&config, "extensions", "refstorage").unwrap_or_else(|| "files".to_owned());
        if !storage.eq_ignore_ascii_case("files") {
            return Err(refused(&format!("its refs are stored as {storage:?}, and only files are understood")));
        }
        Ok(Self { own, common, common_path, top, prefix })
    }

    /// Where the objects are.
    pub(crate) fn objects_path(&self) -> PathBuf {
        self.common.held_path(&self.common_path).join("objects")
    }

    /// The repository's own name for messages.
    pub(crate) fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }
}

/// Whoever owns the folder that is checked, or runs this program, or the machine, may say what is ignored in it. Somebody
/// else's repository further up may not.
fn is_trusted(owner: Option<u32>, of_root: Option<u32>) -> bool {
    #[cfg(unix)]
    {
        let own = rustix::process::geteuid().as_raw();
        owner.is_some_and(|owner| owner == 0 || owner == own || Some(owner) == of_root)
    }
    #[cfg(not(unix))]
    {
        owner == of_root
    }
}

/// The git folder of a work tree, if `folder` is the top of one.
fn git_folder(folder: &Folder, top: &Path) -> Result<Option<(Folder, PathBuf)>, Error> {
    match folder.kind(b".git") {
        Err(_) => Ok(None),
        Ok(Kind::Folder) => {
            let own = folder.folder(b".git").map_err(|_| refused("its .git cannot be opened"))?;
            Ok(looks_like_git(&own).then(|| (own, top.join(".git"))))
        }
        Ok(Kind::File) => elsewhere(folder, top).map(Some),
        Ok(Kind::Other) => Err(refused("its .git is a link or no folder; it is not followed")),
    }
}

fn looks_like_git(folder: &Folder) -> bool {
    let is = |name: &[u8], kind| folder.kind(name).is_ok_and(|found| found == kind);
    // A work tree's own folder has its objects elsewhere.
    let shared = is(b"objects", Kind::Folder) && is(b"refs", Kind::Folder);
    is(b"HEAD", Kind::File) && (shared || is(b"commondir", Kind::File))
}

/// A `.git` file names a repository elsewhere: that of a work tree or of a submodule. It counts if that repository names this
/// folder in turn. Else a tree that somebody sent could have any repository of this machine read.
fn elsewhere(folder: &Folder, top: &Path) -> Result<(Folder, PathBuf), Error> {
    let text = folder.read(b".git", SMALL).map_err(|_| refused("its .git cannot be read"))?;
    let named = text.strip_prefix(b"gitdir:").ok_or_else(|| refused("its .git is a file that names no folder"))?;
    let path = top.join(path_of(named)?);
    let path = path.canonicalize().map_err(|_| refused("the folder that its .git names is not there"))?;
    let own = Folder::open(&path).map_err(|_| refused("the folder that its .git names cannot be opened"))?;
    let real_top = top.canonicalize().unwrap_or_else(|_| top.to_owned());
    let back = match own.read(b"gitdir", SMALL) {
        Ok(back) => path.join(path_of(&back)?).canonicalize().ok().and_then(|back| back.parent().map(Path::to_owned)),
        Err(_) => {
            let config = own.read(b"config", CONFIG).unwrap_or_default();
            setting(&config, "core", "worktree").and_then(|tree| path.join(tree).canonicalize().ok())
        }
    };
    if !looks_like_git(&own) || !(path.starts_with(&real_top) || back.as_deref() == Some(&*real_top)) {
        return Err(refused("its .git names a repository elsewhere that does not name this folder in turn"));
    }
    Ok((own, path))
}

fn refused(why: &str) -> Error {
    Error::Repository { why: why.to_owned() }
}

fn path_of(text: &[u8]) -> Result<PathBuf, Error> {
    let text = text.trim_ascii();
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        Ok(PathBuf::from(std::ffi::OsStr::from_bytes(text)))
    }
    #[cfg(not(unix))]
    {
        std::str::from_utf8(text).map(PathBuf::from).map_err(|_| refused("a path in it is no text"))
    }
}

fn slashed(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in path {
        bytes.extend_from_slice(part.as_encoded_bytes());
        bytes.push(b'/');
    }
    bytes
}

/// A value of git's configuration. Other files that it includes are not read.
fn setting(config: &[u8], section: &str, key: &str) -> Option<String> {
    let text = String::from_utf8_lossy(config);
    let (mut inside, mut value) = (false, None);
    for line in text.lines().map(str::trim) {
        let line = match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((name, rest)) => {
                inside = name.trim().eq_ignore_ascii_case(section);
                rest.trim()
            }
            None => line,
        };
        if let (true, Some((name, given))) = (inside, line.split_once('='))
            && name.trim().eq_ignore_ascii_case(key)
        {
            value = Some(given.trim().trim_matches('"').replace("\\\\", "\\"));
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_from_their_section_and_the_last_one_counts() {
        let config = b"[core]\n\tworktree = ../a\n[extensions] objectFormat = sha256\n[Core]\n WorkTree=\"../b\"\n[x \"core\"]\nworktree=c";
        assert_eq!(setting(config, "core", "worktree").as_deref(), Some("../b"));
        assert_eq!(setting(config, "extensions", "objectformat").as_deref(), Some("sha256"));
        assert_eq!(setting(config, "extensions", "refstorage"), None);
        assert_eq!(setting(b"\xff[[=]\n=", "core", "x"), None);
    }
}
