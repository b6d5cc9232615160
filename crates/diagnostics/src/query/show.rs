//! Lines for people and for programs. What a client made the program log must not command the terminal of whoever reads it.

use std::fmt::Write as _;

use serde_json::Value;

use super::record::Record;

/// The text with everything that moves a cursor, hides or turns letters around made visible, as `\u{1b}`.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(hidden));
            }
            plain => shown.push(plain),
        }
    }
    shown
}

/// A line as JSON that is safe on a terminal too: what JSON leaves as it is and a terminal obeys is escaped.
#[must_use]
pub fn json_line(record: &Record) -> String {
    let line = record.to_json();
    let mut shown = String::with_capacity(line.len());
    for letter in line.chars() {
        if is_hidden(letter) {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// A line for people: time, level, module, what was said, and the fields.
#[must_use]
pub fn text_line(record: &Record) -> String {
    let mut line =
        format!("{:.3} {:5} {}: {}", record.time, record.level, visible(&record.target), visible(&record.message));
    for (name, value) in &record.fields {
        let value = match value {
            Value::String(text) if is_word(text) => text.clone(),
            Value::String(text) => format!("\"{}\"", visible(text)),
            other => visible(&other.to_string()),
        };
        let _ = write!(line, " {}={value}", visible(name));
    }
    line
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'=')
}

/// Control characters, marks of direction, letters without width, tags, and what is for private use.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_a_terminal_or_turns_letters_around() {
        let line = br#"{"timestamp":"2026-11-23T21:43:21.123456Z","level":"INFO","message":"a\u001b[2J\nb\u202e","caller":"e\u009bv","n":3,"target":"t"}"#;
        let record = Record::parse(line).unwrap();
        assert_eq!(
            text_line(&record),
            r#"2026-11-23T21:43:21.123Z INFO  t: a\u{1b}[2J\nb\u{202e} caller="e\u{9b}v" n=3"#
        );
        let json = json_line(&record);
        assert!(!json.chars().any(is_hidden), "{json}");
        assert_eq!(Record::parse(json.as_bytes()), Some(record));
    }
}
