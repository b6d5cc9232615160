//! The files of a tree as texts, each bounded.

use source_tree::{SourceFile, SourceTree};

use crate::fault::Fault;

/// A larger lockfile is not read.
pub(crate) const MOST_BYTES: u64 = 32 << 20;

/// A file that is being read, and the tree it stands in.
pub(crate) struct Input<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    pub(crate) sources: Sources<'a>,
}

impl Input<'_> {
    /// The folder it stands in; empty at the root.
    pub(crate) fn folder(&self) -> &str {
        folder(self.name)
    }

    /// The text of a file beside it.
    pub(crate) fn beside(&self, name: &str) -> Option<String> {
        self.sources.text(&join(self.folder(), name)?)
    }
}

/// A tree, read by name.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a>(pub(crate) &'a SourceTree);

impl Sources<'_> {
    /// The text of a file, where it is there and can be read.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        text(self.0.file(name)?).ok()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.file(name).is_some()
    }
}

/// The folder of a file's name.
pub(crate) fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The name of what `path` leads to from `folder`; none where that is outside the tree.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The text of a file: UTF-8, or UTF-16 with its mark, as some shells write what they redirect.
pub(crate) fn text(file: &SourceFile) -> Result<String, Fault> {
    let bytes = file.read(MOST_BYTES).map_err(|error| match error.kind() {
        std::io::ErrorKind::FileTooLarge => Fault::new(format!("it is larger than {} MiB", MOST_BYTES >> 20)),
        std::io::ErrorKind::PermissionDenied => Fault::new("it may not be read"),
        _ => Fault::new("it is gone or cannot be read"),
    })?;
    decode(bytes).ok_or_else(|| Fault::new("it is no text in UTF-8 or UTF-16"))
}

fn decode(bytes: Vec<u8>) -> Option<String> {
    let wide = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).ok()
    };
    match bytes.get(..2) {
        Some([0xff, 0xfe]) => wide(u16::from_le_bytes),
        Some([0xfe, 0xff]) => wide(u16::from_be_bytes),
        _ => {
            let mut text = String::from_utf8(bytes).ok()?;
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            Some(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_does_not_leave_the_tree() {
        assert_eq!(join("a/b", "../c.txt").as_deref(), Some("a/c.txt"));
        assert_eq!(join("", "./x/./y").as_deref(), Some("x/y"));
        assert_eq!(join("a", "../../etc/passwd"), None);
        assert_eq!(join("a", "/etc/passwd"), None);
    }

    #[test]
    fn texts_of_other_systems_are_read() {
        let utf16: Vec<u8> = "\u{feff}ä==1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(utf16).as_deref(), Some("ä==1"));
        assert_eq!(decode("\u{feff}x".into()).as_deref(), Some("x"));
        assert_eq!(decode(vec![0x80, 0x81]), None);
    }
}
