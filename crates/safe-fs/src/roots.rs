//! The folders that the operator opened to clients. Nothing outside of them is read or written for a client.

use std::path::{Component, Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use crate::open_folder::{OpenFolder, cannot_open};
use crate::{Error, ErrorKind, Place};

/// Why a folder was refused as a root.
#[derive(Debug, thiserror::Error)]
pub enum RootRefusal {
    /// The folder cannot be opened.
    #[error("{path} cannot be opened as a folder")]
    Unusable {
        /// The folder as it was given.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
    /// The folder holds more than projects.
    #[error("{path} is {what}")]
    TooMuch {
        /// The folder as it was given.
        path: String,
        /// What it is.
        what: &'static str,
        /// A better choice.
        example: String,
    },
}

impl RootRefusal {
    /// What to do instead.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::Unusable { .. } => "Create it, or name another folder.".to_owned(),
            Self::TooMuch { example, .. } => format!("Name a folder for projects alone, for example {example}."),
        }
    }
}

struct Root {
    path: PathBuf,
    dir: Dir,
}

/// The opened roots, the first of which holds relative paths.
#[derive(Default)]
pub struct Roots(Vec<Root>);

impl Roots {
    /// No roots: every path is refused.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Opens `paths` as roots. `home` is the user's home folder, which is refused as a root itself.
    ///
    /// # Errors
    /// When a path is no folder, or one that holds more than projects: `/`, a home folder, a system folder.
    pub fn open(paths: &[PathBuf], home: Option<&Path>) -> Result<Self, RootRefusal> {
        let mut roots = Vec::new();
        for given in paths {
            let shown = given.display().to_string();
            let unusable = |source| RootRefusal::Unusable { path: shown.clone(), source };
            let path = given.canonicalize().map_err(unusable)?;
            if let Some(what) = why_too_much(&path, home) {
                let example = home.unwrap_or(Path::new("/srv")).join("projects").display().to_string();
                return Err(RootRefusal::TooMuch { path: shown, what, example });
            }
            let dir = Dir::open_ambient_dir(&path, ambient_authority()).map_err(unusable)?;
            roots.push(Root { path, dir });
        }
        Ok(Self(roots))
    }

    /// Whether there is no root.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The roots' paths, for messages and logs.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(|root| root.path.as_path())
    }

    /// The place a client's path names: absolute beneath one of the roots, or relative to the first.
    ///
    /// # Errors
    /// When there is no root, when the path leads out of them (also through a symbolic link), or when the folder that
    /// should hold it does not exist.
    pub fn place(&self, client_path: &str) -> Result<Place, Error> {
        let (root, names) = self.names_beneath(client_path)?;
        let Some((name, parents)) = names.split_last() else {
            return Err(Error::new(ErrorKind::Outside, client_path));
        };
        let parents: PathBuf = parents.iter().collect();
        let (dir, parent) = if parents.as_os_str().is_empty() {
            (root.dir.try_clone(), root.path.clone())
        } else {
            (root.dir.open_dir(&parents), root.path.join(&parents))
        };
        let dir = dir.map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
                Error::new(ErrorKind::NoParent, client_path)
            }
            std::io::ErrorKind::PermissionDenied => {
                Error { kind: ErrorKind::Outside, ..Error::io(client_path, source) }
            }
            _ => Error::io(client_path, source),
        })?;
        Ok(Place::new(dir, parent, name.clone()))
    }

    /// The folder that a client's path names: absolute beneath one of the roots or a root itself, or relative to the first.
    ///
    /// # Errors
    /// When there is no root, when the path leads out of them (also through a symbolic link), or when there is no such
    /// folder.
    pub fn folder(&self, client_path: &str) -> Result<OpenFolder, Error> {
        let (root, names) = self.names_beneath(client_path)?;
        let beneath: PathBuf = names.iter().collect();
        let dir = if names.is_empty() { root.dir.try_clone() } else { root.dir.open_dir(&beneath) };
        let dir = dir.map_err(|source| match source.kind() {
            std::io::ErrorKind::PermissionDenied => {
                Error { kind: ErrorKind::Outside, ..Error::io(client_path, source) }
            }
            _ => cannot_open(client_path, source),
        })?;
        // Joined with nothing, the root's path would end in a slash, and be another text than the store knows.
        let path = if names.is_empty() { root.path.clone() } else { root.path.join(&beneath) };
        Ok(OpenFolder::new(dir, path))
    }

    /// The root that a client's path lies beneath, and the names that lead on from there.
    fn names_beneath(&self, client_path: &str) -> Result<(&Root, Vec<String>), Error> {
        let first = self.0.first().ok_or_else(|| Error::new(ErrorKind::NoRoots, client_path))?;
        let path = Path::new(client_path);
        let (root, beneath) = if path.is_absolute() {
            let beneath = |root: &'_ Root| path.strip_prefix(&root.path).ok().map(Path::to_path_buf);
            let found = self.0.iter().find_map(|root| beneath(root).map(|rest| (root, rest)));
            found.ok_or_else(|| Error::new(ErrorKind::Outside, client_path))?
        } else {
            (first, path.to_path_buf())
        };
        let names = plain_names(&beneath).ok_or_else(|| Error::new(ErrorKind::Outside, client_path))?;
        Ok((root, names.into_iter().map(str::to_owned).collect()))
    }
}

/// The names of a relative path, when it has nothing but names: no `..`, no root, no drive, valid Unicode.
fn plain_names(path: &Path) -> Option<Vec<&str>> {
    path.components()
        .filter(|part| !matches!(part, Component::CurDir))
        .map(|part| match part {
            Component::Normal(name) => name.to_str().filter(|name| !name.contains('\0')),
            _ => None,
        })
        .collect()
}

/// Folders of the system that hold more than projects, with everything beneath them.
const SYSTEM: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/proc",
    "/sbin",
    "/sys",
    "/usr",
    "/run",
    "/System",
    "/Library",
    "/Applications",
    "/private/etc",
    "/private/var/db",
    "/var/lib",
    "/var/log",
    "/var/run",
    "/var/spool",
    "/nix",
];

/// Folders that hold everybody's folders: refused themselves, not beneath.
const SHARED: &[&str] = &[
    "/var",
    "/home",
    "/Users",
    "/root",
    "/opt",
    "/srv",
    "/mnt",
    "/media",
    "/tmp",
    "/private",
    "/private/var",
    "/private/tmp",
];

fn why_too_much(path: &Path, home: Option<&Path>) -> Option<&'static str> {
    if path.parent().is_none() {
        return Some("the whole disk");
    }
    let home = home.and_then(|home| home.canonicalize().ok());
    if let Some(home) = &home {
        if path == home {
            return Some("your home folder");
        }
        if home.starts_with(path) {
            return Some("a folder that holds home folders");
        }
        let hidden = |part: Component<'_>| part.as_os_str().to_string_lossy().starts_with('.');
        if path.strip_prefix(home).is_ok_and(|rest| rest.components().next().is_some_and(hidden)) {
            return Some("a folder for settings and keys");
        }
    }
    if path.parent().is_some_and(|parent| parent == Path::new("/home") || parent == Path::new("/Users")) {
        return Some("a home folder");
    }
    if SYSTEM.iter().any(|system| path.starts_with(system)) || is_windows_system(path) {
        return Some("a system folder");
    }
    SHARED.iter().any(|shared| path == Path::new(shared)).then_some("a folder that others share")
}

fn is_windows_system(path: &Path) -> bool {
    let mut parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
    let first = parts.next().map(|part| part.as_os_str().to_string_lossy().to_ascii_lowercase());
    cfg!(windows)
        && first.is_some_and(|name| {
            name == "windows" || name.starts_with("program") || name == "users" && parts.nth(1).is_none()
        })
}
