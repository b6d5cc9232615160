//! Text that people typed: brought to one form, and refused where it could deceive a reader.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// Nothing but white space.
    #[error("it is empty")]
    Empty,
    /// More characters than allowed.
    #[error("it is longer than {limit} characters")]
    TooLong {
        /// How many characters are allowed.
        limit: usize,
    },
    /// A character that no one sees, or that turns the direction of what follows.
    #[error("it holds a control or invisible character (U+{0:04X})")]
    Invisible(u32),
}

/// Characters that are not seen or that reorder what is: controls, zero-width and bidirectional marks, tags, private use.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200C}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}'..='\u{FFFF}'
        | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// The text with everything that no one sees, or that would move a terminal's cursor, escaped: `\u{202e}`. For what others wrote
/// and people read.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_invisible) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().fold(String::with_capacity(text.len()), |mut shown, character| {
        if is_invisible(character) {
            shown.extend(character.escape_unicode())
        } else {
            shown.push(character)
        }
        shown
    });
    Cow::Owned(shown)
}

/// The first character of `text` that deceives a reader, where there is one. Line breaks and tabs do not.
#[must_use]
pub fn find_invisible(text: &str) -> Option<char> {
    text.chars().find(|character| is_invisible(*character) && !matches!(character, '\n' | '\r' | '\t'))
}

/// One line of text in normal form C: line breaks, tabs and runs of spaces become one space, ends are trimmed.
///
/// # Errors
/// When nothing is left, when it is longer than `limit` characters, or when it holds a character that deceives a reader.
pub fn one_line(text: &str, limit: usize) -> Result<String, TextFault> {
    let normal: String = text.nfc().collect();
    let line = normal.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return Err(TextFault::Empty);
    }
    if let Some(character) = line.chars().find(|character| is_invisible(*character)) {
        return Err(TextFault::Invisible(u32::from(character)));
    }
    if line.chars().count() > limit {
        return Err(TextFault::TooLong { limit });
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_shown_with_nothing_hidden() {
        assert!(matches!(visible("src/Straße.rs"), Cow::Borrowed(_)));
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\n"), "a\\u{1b}[2Jb\\u{202e}c\\u{a}");
    }

    #[test]
    fn white_space_is_folded_and_text_composed() {
        assert_eq!(one_line("  a\n\tb  c ", 10).as_deref(), Ok("a b c"));
        assert_eq!(one_line("e\u{301}", 1).as_deref(), Ok("é"));
    }

    #[test]
    fn what_deceives_a_reader_is_refused() {
        assert_eq!(one_line("abc\u{202E}def", 10), Err(TextFault::Invisible(0x202E)));
        assert_eq!(one_line("a\u{200B}b", 10), Err(TextFault::Invisible(0x200B)));
        assert_eq!(one_line("a\u{1b}[31mb", 10), Err(TextFault::Invisible(0x1B)));
        assert_eq!(one_line(" \n ", 10), Err(TextFault::Empty));
        assert_eq!(one_line("abc", 2), Err(TextFault::TooLong { limit: 2 }));
    }
}
