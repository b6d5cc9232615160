//! A repository's objects: read only, bounded, and only its own.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use gix_hash::{ObjectId, oid};
use gix_object::{Data, Find as _};
use gix_odb::{HandleArc, HeaderExt as _, Store};

use crate::error::Error;
use crate::open::{Folder, Kind};
use crate::repository::Repository;

/// No object larger than this is unpacked.
pub(crate) const MOST_BYTES: u64 = 512 << 20;
/// No commit, tag or list of a folder larger than this: a few bytes of a pack can claim any size, and it is made room for.
const MOST_LISTED: u64 = 32 << 20;
const CACHE_BYTES: usize = 48 << 20;
/// So many loose objects, packs and folders are looked at for links and pipes.
const MOST_NAMES: usize = 4_000_000;

/// The objects of a repository, for any number of threads.
pub(crate) struct Objects {
    store: Arc<Store>,
    idle: Mutex<Vec<HandleArc>>,
    // What the store's path leads through.
    _repository: Arc<Repository>,
}

impl fmt::Debug for Objects {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Objects")
    }
}

impl Objects {
    pub(crate) fn open(repository: &Arc<Repository>) -> Result<Arc<Self>, Error> {
        examine(&repository.common)?;
        let options = gix_odb::store::init::Options {
            alloc_limit_bytes: usize::try_from(MOST_BYTES).ok(),
            ..gix_odb::store::init::Options::default()
        };
        let none = &mut std::iter::empty();
        let store = Store::at_opts(repository.objects_path(), gix_hash::Kind::Sha1, none, options)
            .map_err(|source| Error::Repository { why: format!("its objects cannot be opened: {source}") })?;
        Ok(Arc::new(Self { store: Arc::new(store), idle: Mutex::default(), _repository: Arc::clone(repository) }))
    }

    /// Something to read with; it remembers what it unpacked last.
    pub(crate) fn reader(self: &Arc<Self>) -> Reader {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = idle.unwrap_or_else(|| {
            let mut handle = self.store.to_cache_arc();
            handle.refresh_never();
            handle.prevent_pack_unload();
            handle.set_pack_cache(|| Box::new(gix_odb::pack::cache::lru::MemoryCappedHashmap::new(CACHE_BYTES)));
            handle
        });
        Reader { handle: Some(handle), home: Arc::clone(self) }
    }
}

/// Reads objects; for one thread.
pub(crate) struct Reader {
    handle: Option<HandleArc>,
    home: Arc<Objects>,
}

impl Reader {
    /// The object of this hash.
    pub(crate) fn find<'a>(&self, id: &oid, buffer: &'a mut Vec<u8>) -> Result<Data<'a>, Error> {
        let Some(handle) = &self.handle else { return Err(missing(id)) };
        match handle.try_find(id, buffer) {
            Ok(Some(found)) => Ok(found),
            Ok(None) => Err(missing(id)),
            Err(error) => Err(Error::Object { id: id.to_string(), why: format!("it is damaged ({error})") }),
        }
    }

    /// A commit, a tag or the list of a folder.
    pub(crate) fn find_listed<'a>(&self, id: &oid, buffer: &'a mut Vec<u8>) -> Result<Data<'a>, Error> {
        if self.size(id).is_some_and(|size| size > MOST_LISTED) {
            let why = format!("it is no file and has more than {} MiB", MOST_LISTED >> 20);
            return Err(Error::Object { id: id.to_string(), why });
        }
        self.find(id, buffer)
    }

    /// How many bytes an object has.
    pub(crate) fn size(&self, id: &oid) -> Option<u64> {
        self.handle.as_ref()?.header(id).ok().map(|header| header.size())
    }

    /// The hashes that begin with these digits; at most two are told apart.
    pub(crate) fn begins_with(&self, digits: &str) -> Option<ObjectId> {
        let prefix = gix_hash::Prefix::from_hex(digits).ok()?;
        self.handle.as_ref()?.lookup_prefix(prefix, None).ok()??.ok()
    }

    /// Where an object lies: its pack and offset. Loose ones come last.
    pub(crate) fn place(&self, id: &oid, buffer: &mut Vec<u8>) -> (u32, u64) {
        use gix_odb::pack::Find as _;
        let found = self.handle.as_ref().and_then(|handle| handle.location_by_oid(id, buffer).ok().flatten());
        found.map_or((u32::MAX, 0), |location| (location.pack_id, location.pack_offset))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            self.home.idle.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        }
    }
}

fn missing(id: &oid) -> Error {
    Error::Object { id: id.to_string(), why: "it is not there".to_owned() }
}

/// A file of a commit or of the index.
#[derive(Clone, Debug)]
pub(crate) struct Blob {
    pub(crate) id: ObjectId,
    pub(crate) objects: Arc<Objects>,
}

impl Blob {
    pub(crate) fn read(&self, most: u64) -> io::Result<Vec<u8>> {
        let reader = self.objects.reader();
        if reader.size(&self.id).is_some_and(|size| size > most.min(MOST_BYTES)) {
            let most = most.min(MOST_BYTES);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes")));
        }
        let mut buffer = Vec::new();
        let found = reader.find(&self.id, &mut buffer).map_err(io::Error::other)?;
        if found.kind != gix_object::Kind::Blob {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its object is no file"));
        }
        Ok(buffer)
    }
}

/// Whether a repository's objects are its own: in folders and regular files. A link or a list of other folders could have any
/// repository of this machine read, and a pipe would be waited for.
fn examine(common: &Folder) -> Result<(), Error> {
    let refused = |why: String| Err(Error::Repository { why });
    for name in [&b"objects/info/alternates"[..], b"objects/info/http-alternates"] {
        if common.kind(name).is_ok() {
            return refused(format!(
                "it borrows objects from another repository ({}); to end that: git repack -a -d, then remove that file",
                String::from_utf8_lossy(name)
            ));
        }
    }
    let mut folders = vec![b"objects".to_vec()];
    let mut names = 0;
    while let Some(folder) = folders.pop() {
        let mut bad = None;
        let listed = common.entries(&folder, &mut |name, kind| {
            names += 1;
            let path = || [&folder[..], b"/", name].concat();
            match kind {
                Kind::File => {}
                Kind::Folder if folder.iter().filter(|byte| **byte == b'/').count() < 3 => folders.push(path()),
                Kind::Folder | Kind::Other => bad = Some(crate::name::shown(&path())),
            }
            bad.is_none() && names < MOST_NAMES
        });
        if let Some(bad) = bad {
            return refused(format!("{bad} is a link or no regular file"));
        }
        if let Err(error) = listed {
            return refused(format!("{} cannot be listed: {error}", crate::name::shown(&folder)));
        }
        if names >= MOST_NAMES {
            return refused(format!("it has more than {MOST_NAMES} loose objects; run git gc"));
        }
    }
    Ok(())
}
