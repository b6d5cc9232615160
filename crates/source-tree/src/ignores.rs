//! What git leaves out: the patterns of `.gitignore` files and of `info/exclude`, in git's order.

use std::sync::Arc;

use gix_glob::Pattern;
use gix_glob::pattern::Case;
use gix_glob::wildmatch::Mode;
use gix_object::bstr::ByteSlice as _;

/// A file of patterns longer than this is not read: it is written by whoever wrote the tree.
pub(crate) const MOST_BYTES: u64 = 1 << 20;
const MOST_PATTERNS: usize = 20_000;

/// The patterns of one file, on top of those that lie above it.
#[derive(Debug)]
pub(crate) struct Ignores {
    above: Option<Arc<Self>>,
    /// The length of the folder's path, with the slash at its end.
    base: usize,
    patterns: Vec<Pattern>,
}

impl Ignores {
    /// The patterns of `text`, which lies in the folder whose path (with a slash at its end) has `base` bytes.
    pub(crate) fn beneath(above: Option<Arc<Self>>, base: usize, text: &[u8]) -> Arc<Self> {
        let patterns = gix_ignore::parse(text, false).take(MOST_PATTERNS).map(|(pattern, ..)| pattern).collect();
        Arc::new(Self { above, base, patterns })
    }

    /// Whether `path`, from the top of the work tree, is left out. What lies above it must have been asked before.
    pub(crate) fn covers(&self, path: &[u8], is_folder: bool) -> bool {
        let mut level = Some(self);
        while let Some(Self { above, base, patterns }) = level {
            let below = path.get(*base..).unwrap_or_default().as_bstr();
            let name_at = below.rfind_byte(b'/').map(|slash| slash + 1);
            let matches = |pattern: &&Pattern| {
                let mode = Mode::NO_MATCH_SLASH_LITERAL;
                pattern.matches_repo_relative_path(below, name_at, Some(is_folder), Case::Sensitive, mode)
            };
            if let Some(last) = patterns.iter().rev().find(matches) {
                return !last.is_negative();
            }
            level = above.as_deref();
        }
        false
    }
}
