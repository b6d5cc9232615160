//! One file of a tree.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file, by its name beneath the root.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its name for people and findings: beneath the root, with `/` between the parts. Bytes that are no UTF-8 are shown as
    /// `\xff`.
    pub name: String,
    pub(crate) content: Content,
}

/// Where its bytes are.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// On the disk, at this path.
    Disk(PathBuf),
    /// Here.
    Memory(Arc<[u8]>),
}

impl SourceFile {
    /// A file that is not on the disk.
    #[must_use]
    pub fn in_memory(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { name: name.into(), content: Content::Memory(bytes.into()) }
    }

    /// The last part of its name.
    #[must_use]
    pub fn base_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }
}

/// A path as it is shown: with `/` between the parts, and what is no UTF-8 or would move a terminal's cursor escaped.
#[must_use]
pub fn shown_name(path: &Path) -> String {
    let mut shown = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '\\' if cfg!(windows) => shown.push('/'),
                letter if letter.is_control() => shown.extend(letter.escape_default()),
                letter => shown.push(letter),
            }
        }
        chunk.invalid().iter().for_each(|byte| shown.push_str(&format!("\\x{byte:02x}")));
    }
    shown
}
