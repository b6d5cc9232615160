//! The index of one ecosystem on disk, made: entries go to a file without a name as they come, only their places are held in
//! memory; at the end they are put in order, packed, and the whole takes the place of the old index in one step.

use std::fs::File;
use std::io::{BufWriter, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use domain::Ecosystem;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use tempfile::NamedTempFile;

use super::error::Error;
use super::index::{self, BLOCK, FOOTER, Header, KEY, LARGEST, MAGIC};
use super::package_key;

/// From this size on a block is closed.
const FULL: usize = 16 << 10;

/// An index in the making.
pub(super) struct Builder {
    folder: PathBuf,
    ecosystem: Ecosystem,
    spool: BufWriter<File>,
    written: u64,
    places: Vec<Place>,
    pub(super) advisories: u64,
    pub(super) withdrawn: u64,
    newest: Option<String>,
}

struct Place {
    package: u64,
    at: u64,
    length: u32,
}

/// An index that is ready to take its place.
pub(super) struct Built {
    file: NamedTempFile,
    path: PathBuf,
    pub(super) header: Header,
    pub(super) packages: u64,
    pub(super) withdrawn: u64,
}

impl Builder {
    pub(super) fn new(folder: &Path, ecosystem: Ecosystem) -> Result<Self, Error> {
        let spool = tempfile::tempfile_in(folder).map_err(Error::file(folder, "written"))?;
        Ok(Self {
            folder: folder.to_path_buf(),
            ecosystem,
            spool: BufWriter::with_capacity(1 << 16, spool),
            written: 0,
            places: Vec::new(),
            advisories: 0,
            withdrawn: 0,
            newest: None,
        })
    }

    /// Takes an entry of the package `key`.
    pub(super) fn add(&mut self, key: &str, entry: &[u8]) -> Result<(), Error> {
        self.spool.write_all(entry).map_err(Error::file(&self.folder, "written"))?;
        self.places.push(Place { package: package_key::place(key), at: self.written, length: entry.len() as u32 });
        self.written += entry.len() as u64;
        Ok(())
    }

    /// One more advisory, last changed at `modified`.
    pub(super) fn count(&mut self, modified: &str) {
        self.advisories += 1;
        // Go's records say the year 1 for what they do not know.
        if modified > "1971" && self.newest.as_deref().is_none_or(|newest| newest < modified) {
            self.newest = Some(modified.to_owned());
        }
    }

    pub(super) fn finish(mut self, imported: &str) -> Result<Built, Error> {
        self.spool.flush().map_err(Error::file(&self.folder, "written"))?;
        self.places.sort_by_key(|place| (place.package, place.at));
        let path = index::path_of(&self.folder, &self.ecosystem);
        let failed = |cause| Error::file(&path, "written")(cause);
        let file = NamedTempFile::new_in(&self.folder).map_err(failed)?;
        let mut packer = Packer { out: BufWriter::with_capacity(1 << 16, file), at: 0, blocks: Vec::new() };
        let keys = self.pack(&mut packer, &path)?;
        let header = Header {
            ecosystem: self.ecosystem.as_str().to_owned(),
            advisories: self.advisories,
            imported: imported.to_owned(),
            newest: self.newest.take(),
            blocks: (packer.blocks.len() / BLOCK) as u32,
            keys: (keys.len() / KEY) as u32,
        };
        let file = packer.end(&header, &keys).map_err(failed)?;
        let packages = u64::from(header.keys);
        Ok(Built { file, path, header, packages, withdrawn: self.withdrawn })
    }

    /// Writes the blocks, and answers with which package is in which.
    fn pack(&self, packer: &mut Packer, path: &Path) -> Result<Vec<u8>, Error> {
        let failed = |cause| Error::file(path, "written")(cause);
        let (mut keys, mut block) = (Vec::new(), Vec::new());
        for package in self.places.chunk_by(|one, other| one.package == other.package) {
            let size: u64 = package.iter().map(|place| u64::from(place.length) + 12).sum();
            if size > u64::from(LARGEST) {
                let what = format!("one package has {size} bytes of advisories");
                return Err(Error::TooMuch { path: path.to_path_buf(), what });
            }
            if !block.is_empty() && block.len() + size as usize > FULL {
                packer.block(&block).map_err(failed)?;
                block.clear();
            }
            keys.extend(package[0].package.to_le_bytes());
            keys.extend(((packer.blocks.len() / BLOCK) as u32).to_le_bytes());
            for place in package {
                block.extend(place.package.to_le_bytes());
                block.extend(place.length.to_le_bytes());
                let from = block.len();
                block.resize(from + place.length as usize, 0);
                index::read_at(self.spool.get_ref(), &mut block[from..], place.at).map_err(failed)?;
            }
        }
        if !block.is_empty() {
            packer.block(&block).map_err(failed)?;
        }
        Ok(keys)
    }
}

struct Packer {
    out: BufWriter<NamedTempFile>,
    at: u64,
    blocks: Vec<u8>,
}

impl Packer {
    fn block(&mut self, block: &[u8]) -> std::io::Result<()> {
        let mut packer = DeflateEncoder::new(Vec::with_capacity(block.len() / 3), Compression::new(6));
        packer.write_all(block)?;
        let packed = packer.finish()?;
        self.out.write_all(&packed)?;
        self.blocks.extend(self.at.to_le_bytes());
        self.blocks.extend((packed.len() as u32).to_le_bytes());
        self.blocks.extend((block.len() as u32).to_le_bytes());
        self.blocks.extend(crc32fast::hash(&packed).to_le_bytes());
        self.at += packed.len() as u64;
        Ok(())
    }

    fn end(mut self, header: &Header, keys: &[u8]) -> std::io::Result<NamedTempFile> {
        let head = serde_json::to_vec(header)?;
        let directory = [&head, &self.blocks[..], keys].concat();
        let mut foot = Vec::with_capacity(FOOTER);
        foot.extend(self.at.to_le_bytes());
        foot.extend((directory.len() as u64).to_le_bytes());
        foot.extend((head.len() as u64).to_le_bytes());
        foot.extend(u64::from(crc32fast::hash(&directory)).to_le_bytes());
        foot.extend(MAGIC);
        self.out.write_all(&directory)?;
        self.out.write_all(&foot)?;
        let mut file = self.out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.rewind()?;
        file.as_file().sync_all()?;
        Ok(file)
    }
}

impl Built {
    /// Takes the place of the old index. Whoever has that one open goes on reading it.
    pub(super) fn put(self) -> Result<(), Error> {
        self.file.persist(&self.path).map_err(|error| Error::file(&self.path, "written")(error.error))?;
        Ok(())
    }
}
