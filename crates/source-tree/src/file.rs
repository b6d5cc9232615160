//! One file of a tree.

use std::io::{self, Read};
use std::sync::Arc;

use crate::name::shown;
use crate::objects::Blob;
use crate::open::Folder;

/// A file, by its name beneath the root.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its name for people and findings: beneath the root, with `/` between the parts. Bytes that are no UTF-8 are shown as
    /// `\xff`.
    pub name: String,
    content: Content,
}

/// Where its bytes are.
#[derive(Clone, Debug)]
enum Content {
    /// On the disk, beneath this folder; by another path than its name where that is escaped.
    Disk(Arc<Folder>, Option<Box<[u8]>>),
    /// In a repository's objects.
    Blob(Blob),
    /// Here.
    Memory(Arc<[u8]>),
}

impl SourceFile {
    /// A file that is not on the disk.
    #[must_use]
    pub fn in_memory(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { name: name.into(), content: Content::Memory(bytes.into()) }
    }

    /// A file at `path` beneath a folder.
    pub(crate) fn on_disk(root: &Arc<Folder>, path: &[u8]) -> Self {
        let name = shown(path);
        let other = (name.as_bytes() != path).then(|| path.into());
        Self { name, content: Content::Disk(Arc::clone(root), other) }
    }

    pub(crate) fn of_blob(path: &[u8], blob: Blob) -> Self {
        Self { name: shown(path), content: Content::Blob(blob) }
    }

    /// Its path as it is on the disk.
    pub(crate) fn path(&self) -> &[u8] {
        match &self.content {
            Content::Disk(_, Some(path)) => path,
            _ => self.name.as_bytes(),
        }
    }

    /// The last part of its name.
    #[must_use]
    pub fn base_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// Opens it for reading.
    ///
    /// # Errors
    /// It is gone, may not be read, or is no regular file any more.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(match &self.content {
            Content::Disk(root, path) => Box::new(root.file(path.as_deref().unwrap_or(self.name.as_bytes()))?),
            Content::Blob(blob) => Box::new(io::Cursor::new(blob.read(u64::MAX)?)),
            Content::Memory(bytes) => Box::new(&bytes[..]),
        })
    }

    /// Its bytes, where there are at most `most`.
    ///
    /// # Errors
    /// It cannot be read, or is larger (`FileTooLarge`).
    pub fn read(&self, most: u64) -> io::Result<Vec<u8>> {
        if let Content::Blob(blob) = &self.content {
            return blob.read(most);
        }
        let mut bytes = Vec::new();
        self.open()?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes")));
        }
        Ok(bytes)
    }
}

/// What could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The file or folder, where that is known.
    pub name: String,
    /// Why.
    pub why: String,
}

/// What was found to look at, and what could not be.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    pub(crate) files: Vec<SourceFile>,
    pub(crate) unreadable: Vec<Unreadable>,
}
