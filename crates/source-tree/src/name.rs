//! How paths are shown.

use std::path::Path;

/// A path as it is shown: with `/` between the parts, and what is no UTF-8 or would move a terminal's cursor escaped.
#[must_use]
pub fn shown_name(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    if cfg!(windows) { shown(bytes).replace('\\', "/") } else { shown(bytes) }
}

pub(crate) fn shown(path: &[u8]) -> String {
    let mut shown = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        for letter in chunk.valid().chars() {
            if letter.is_control() || is_direction(letter) {
                shown.extend(letter.escape_default());
            } else {
                shown.push(letter);
            }
        }
        chunk.invalid().iter().for_each(|byte| shown.push_str(&format!("\\x{byte:02x}")));
    }
    shown
}

/// Marks that turn the direction of what follows: a name with one can look like another.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
