//! What git tracks: the entries of the index.

use gix_hash::{Kind, ObjectId};
use gix_index::entry::Mode;
use gix_index::{State, decode};

use crate::error::Error;
use crate::repository::Repository;

const MOST_BYTES: u64 = 1 << 30;

/// A tracked path.
pub(crate) struct Tracked<'a> {
    pub(crate) path: &'a [u8],
    pub(crate) id: ObjectId,
    pub(crate) mode: TrackedMode,
}

/// What a tracked path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrackedMode {
    File,
    Link,
    Submodule,
}

/// The index of a work tree; none where nothing was ever added.
#[derive(Default)]
pub(crate) struct Index(Option<State>);

impl Index {
    pub(crate) fn read(repository: &Repository) -> Result<Self, Error> {
        let refused = |why: String| Error::Repository { why };
        let bytes = match repository.own.read(b"index", MOST_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self(None)),
            Err(error) => return Err(refused(format!("its index cannot be read: {error}"))),
        };
        let options = decode::Options {
            thread_limit: Some(1),
            alloc_limit_bytes: usize::try_from(MOST_BYTES).ok(),
            ..decode::Options::default()
        };
        let when = filetime::FileTime::from_unix_time(0, 0);
        let (state, _) = State::from_bytes(&bytes, when, Kind::Sha1, options)
            .map_err(|error| refused(format!("its index is damaged ({error})")))?;
        if state.link().is_some() {
            return Err(refused("its index is split; to join it: git update-index --no-split-index".to_owned()));
        }
        Ok(Self(Some(state)))
    }

    /// The tracked paths, each once, in order.
    pub(crate) fn tracked(&self) -> impl Iterator<Item = Tracked<'_>> {
        let state = self.0.as_ref();
        let entries = state.map(State::entries).unwrap_or_default();
        let mut last: &[u8] = b"";
        entries.iter().filter_map(move |entry| {
            let path: &[u8] = entry.path(state?);
            let mode = match entry.mode {
                Mode::FILE | Mode::FILE_EXECUTABLE => TrackedMode::File,
                Mode::SYMLINK => TrackedMode::Link,
                Mode::COMMIT => TrackedMode::Submodule,
                _ => return None,
            };
            if path == last && !path.is_empty() {
                return None;
            }
            last = path;
            Some(Tracked { path, id: entry.id, mode })
        })
    }
}
