//! Git objects put together in one pack and its index, as a clone has them: two files instead of one an object, each of
//! which would need a folder and a block of the disk of its own.

use std::collections::HashSet;
use std::error::Error;
use std::io::Cursor;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

use gix_hash::{Kind as HashKind, ObjectId};
use gix_object::{Data, Kind};
use gix_pack::data::input::{EntriesToBytesIter, Entry};
use gix_utils::progress::Discard;
use gix_zlib::Compression;

type Cause = Box<dyn Error + Send + Sync>;

/// The bytes of a pack before its first object: a signature, a version and a count.
const HEADER_BYTES: u64 = 12;

/// Objects on their way into a pack, each of them once.
pub(crate) struct Objects {
    known: HashSet<ObjectId>,
    entries: Vec<Entry>,
    end: u64,
}

/// A pack, its index, and the name that both have.
pub(crate) struct Pack {
    pub(crate) name: String,
    pub(crate) pack: Vec<u8>,
    pub(crate) index: Vec<u8>,
}

impl Objects {
    pub(crate) fn new() -> Self {
        Self { known: HashSet::new(), entries: Vec::new(), end: HEADER_BYTES }
    }

    /// Adds an object, if it is not there already: its id.
    pub(crate) fn add(&mut self, kind: Kind, data: &[u8]) -> Result<ObjectId, Cause> {
        let id = gix_object::compute_hash(HashKind::Sha1, kind, data).map_err(cause)?;
        if self.known.insert(id) {
            let object = Data { kind, object_hash: HashKind::Sha1, data };
            let entry = Entry::from_data_obj(&object, self.end, Compression::BEST_SPEED).map_err(cause)?;
            self.end += entry.bytes_in_pack();
            self.entries.push(entry);
        }
        Ok(id)
    }

    /// The pack of all objects. Making the index reads the pack back, so that one that is not sound is never handed out.
    pub(crate) fn pack(self) -> Result<Pack, Cause> {
        let version = gix_pack::data::Version::V2;
        let mut file = Cursor::new(Vec::new());
        let written = EntriesToBytesIter::new(self.entries.into_iter().map(Ok), &mut file, version, HashKind::Sha1);
        let entries = written.collect::<Result<Vec<_>, _>>().map_err(cause)?;
        let pack = file.into_inner();
        let mut index = Vec::new();
        let outcome = gix_pack::index::write_data_iter_to_stream(
            gix_pack::index::Version::V2,
            || Ok((bytes_of, pack.as_slice())),
            &mut entries.into_iter().map(Ok),
            Some(1),
            &mut Discard,
            &mut index,
            &AtomicBool::new(false),
            HashKind::Sha1,
            None,
            version,
        );
        let name = outcome.map_err(cause)?.data_hash.to_string();
        Ok(Pack { name, pack, index })
    }
}

fn bytes_of<'a>(range: Range<u64>, pack: &'a &[u8]) -> Option<&'a [u8]> {
    pack.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?)
}

/// The crate's own error does not pass through `?` into a boxed one.
fn cause(error: impl std::fmt::Display) -> Cause {
    Cause::from(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_packed_once_and_both_files_bear_the_same_name() {
        let packed = |contents: &[&str]| {
            let mut objects = Objects::new();
            let ids: Vec<_> = contents.iter().map(|text| objects.add(Kind::Blob, text.as_bytes()).unwrap()).collect();
            (ids, objects.pack().unwrap())
        };
        let (ids, twice) = packed(&["one", "two", "one"]);
        assert_eq!(ids[0], ids[2]);
        let (_, once) = packed(&["one", "two"]);
        assert_eq!((&twice.pack, &twice.index), (&once.pack, &once.index));
        let end_of_pack = &twice.pack[twice.pack.len() - 20..];
        assert_eq!(ObjectId::from_bytes_or_panic(end_of_pack).to_string(), twice.name);
    }
}
