//! The index of one ecosystem on disk, read: data blocks, then the directory, then a footer of fixed size.
//!
//! The directory (where each package's block is) is held in memory, some megabytes at most; a block is read where a package
//! is in it. Both carry a checksum, so that a damaged file is told and never answers wrongly.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use domain::Ecosystem;
use flate2::read::DeflateDecoder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::error::Error;

pub(super) const MAGIC: [u8; 8] = *b"SBADVIS1";
pub(super) const FOOTER: usize = 40;
/// Bytes of a block in the directory: offset, stored length, length, checksum.
pub(super) const BLOCK: usize = 20;
/// Bytes of a package in the directory: its place, its block.
pub(super) const KEY: usize = 12;
/// Largest block, unpacked; a single package can make it larger than most.
pub(super) const LARGEST: u32 = 256 << 20;
const ENDING: &str = ".advisories";
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// What an index says of itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) ecosystem: String,
    pub(super) advisories: u64,
    pub(super) imported: String,
    pub(super) newest: Option<String>,
    pub(super) blocks: u32,
    pub(super) keys: u32,
}

/// An open index. It stays what it is when the file is replaced.
pub(super) struct Index {
    pub(super) header: Header,
    path: PathBuf,
    file: File,
    blocks: Vec<u8>,
    keys: Vec<u8>,
}

/// Where the index of `ecosystem` is.
pub(super) fn path_of(folder: &Path, ecosystem: &Ecosystem) -> PathBuf {
    folder.join(format!("{}{ENDING}", utf8_percent_encode(ecosystem.label(), &PLAIN)))
}

/// Whether `folder` has an index at all.
#[must_use]
pub fn is_there(folder: &Path) -> bool {
    paths(folder).is_ok_and(|paths| !paths.is_empty())
}

/// All indexes in `folder`, by name.
pub(super) fn paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let listed = match folder.read_dir() {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed?,
    };
    let paths: io::Result<Vec<PathBuf>> = listed.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths?;
    paths.retain(|path| path.to_string_lossy().ends_with(ENDING));
    paths.sort();
    Ok(paths)
}

impl Index {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let damaged = |why| Error::Damaged { path: path.to_path_buf(), why };
        let read = |cause| Error::file(path, "read")(cause);
        let file = File::open(path).map_err(read)?;
        let length = file.metadata().map_err(read)?.len();
        let foot_at = length.checked_sub(FOOTER as u64).ok_or_else(|| damaged("it is cut off"))?;
        let mut foot = [0; FOOTER];
        read_at(&file, &mut foot, foot_at).map_err(read)?;
        if foot[32..] != MAGIC {
            return Err(damaged("it does not end as an index of this version does"));
        }
        let (at, size, head) = (u64_at(&foot, 0), u64_at(&foot, 8), u64_at(&foot, 16));
        if at.checked_add(size) != Some(foot_at) || head > size {
            return Err(damaged("its parts do not fit together"));
        }
        let mut directory = vec![0; usize::try_from(size).map_err(|_| damaged("it is too large"))?];
        read_at(&file, &mut directory, at).map_err(read)?;
        if crc32fast::hash(&directory) != u32_at(&foot, 24) {
            return Err(damaged("the checksum of its directory is wrong"));
        }
        let keys_and_blocks = directory.split_off(head as usize);
        let header: Header = serde_json::from_slice(&directory).map_err(|_| damaged("its header cannot be read"))?;
        let (blocks, keys) = (header.blocks as usize * BLOCK, header.keys as usize * KEY);
        if blocks.checked_add(keys) != Some(keys_and_blocks.len()) {
            return Err(damaged("its directory does not have the size it tells"));
        }
        let mut blocks_part = keys_and_blocks;
        let keys = blocks_part.split_off(blocks);
        Ok(Self { header, path: path.to_path_buf(), file, blocks: blocks_part, keys })
    }

    /// The block in which the package at `place` is; none where nothing is known of it.
    pub(super) fn block_of(&self, place: u64) -> Option<u32> {
        let (mut low, mut high) = (0, self.keys.len() / KEY);
        while low < high {
            let middle = low + (high - low) / 2;
            if u64_at(&self.keys, middle * KEY) < place { low = middle + 1 } else { high = middle }
        }
        let found = low * KEY < self.keys.len() && u64_at(&self.keys, low * KEY) == place;
        found.then(|| u32_at(&self.keys, low * KEY + 8))
    }

    /// Reads a block, unpacked and checked.
    pub(super) fn read(&self, block: u32) -> Result<Vec<u8>, Error> {
        let damaged = |why| Error::Damaged { path: self.path.clone(), why };
        let entry = self.blocks.get(block as usize * BLOCK..).and_then(|rest| rest.get(..BLOCK));
        let entry = entry.ok_or_else(|| damaged("it names a block that is not there"))?;
        let (stored, size) = (u32_at(entry, 8), u32_at(entry, 12));
        if stored > LARGEST || size > LARGEST {
            return Err(damaged("it names a block that is too large"));
        }
        let mut packed = vec![0; stored as usize];
        read_at(&self.file, &mut packed, u64_at(entry, 0)).map_err(|_| damaged("it is cut off"))?;
        if crc32fast::hash(&packed) != u32_at(entry, 16) {
            return Err(damaged("the checksum of a block is wrong"));
        }
        let mut block = Vec::with_capacity(size as usize);
        let unpacked = DeflateDecoder::new(&packed[..]).take(u64::from(size) + 1).read_to_end(&mut block);
        match unpacked {
            Ok(length) if length == size as usize => Ok(block),
            _ => Err(damaged("a block cannot be unpacked")),
        }
    }

    /// Whether all of it can be read.
    pub(super) fn is_whole(&self) -> bool {
        (0..self.header.blocks).all(|block| self.read(block).is_ok())
    }

    pub(super) fn broken(&self) -> Error {
        Error::Damaged { path: self.path.clone(), why: "an advisory in it cannot be read" }
    }
}

/// The entries at `place` in a block; an error where the block is not made of entries.
pub(super) fn entries(block: &[u8], place: u64) -> Result<Vec<&[u8]>, ()> {
    let (mut found, mut rest) = (Vec::new(), block);
    while !rest.is_empty() {
        let (head, behind) = rest.split_at_checked(12).ok_or(())?;
        let (entry, behind) = behind.split_at_checked(u32_at(head, 8) as usize).ok_or(())?;
        match u64_at(head, 0).cmp(&place) {
            std::cmp::Ordering::Less => {}
            std::cmp::Ordering::Equal => found.push(entry),
            std::cmp::Ordering::Greater => break,
        }
        rest = behind;
    }
    Ok(found)
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.iter().skip(at).take(8).rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.iter().skip(at).take(4).rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

#[cfg(unix)]
pub(super) fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

#[cfg(windows)]
pub(super) fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<()> {
    let mut done = 0;
    while done < into.len() {
        match std::os::windows::fs::FileExt::seek_read(file, &mut into[done..], at + done as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => done += read,
        }
    }
    Ok(())
}
