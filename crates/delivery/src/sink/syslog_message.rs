//! An entry as a message of syslog ([RFC 5424](https://www.rfc-editor.org/rfc/rfc5424)) in a frame of
//! [RFC 5425](https://www.rfc-editor.org/rfc/rfc5425).

use std::fmt::Write as _;

use crate::batch::Entry;
use crate::error::Error;

/// Facility 13, "log audit"; severity 5, "notice".
const PRIORITY: u8 = 13 * 8 + 5;

/// The longest message. RFC 5425 lets a receiver stop at 8 KiB; entries stay below that but for ones full of letters
/// beyond ASCII.
const MESSAGE_BYTES: usize = 64 << 10;

/// The longest word for what happened.
const KIND_BYTES: usize = 32;

/// By RFC 5424, section 7.3.1, the number after this one is 1.
const SEQUENCE: u64 = 2_147_483_647;

/// Appends the frame of `entry`: its length in bytes, a space, the message.
pub(super) fn frame(entry: &Entry, host: &str, into: &mut Vec<u8>) -> Result<(), Error> {
    let message = message(entry, host)?;
    if message.len() > MESSAGE_BYTES {
        return Err(Error::TooLong(entry.number));
    }
    into.extend_from_slice(format!("{} {message}", message.len()).as_bytes());
    Ok(())
}

fn message(entry: &Entry, host: &str) -> Result<String, Error> {
    let at = jiff::Timestamp::from_millisecond(entry.at_ms).map_or_else(|_| "-".to_owned(), |at| at.to_string());
    let kind: String = printable(&entry.action).take(KIND_BYTES).collect();
    let kind = if kind.is_empty() { "-" } else { &kind };
    let sequence = entry.number % SEQUENCE + 1;
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!("<{PRIORITY}>1 {at} {host} smart-begin - {kind} ");
    write!(text, r#"[origin software="smart-begin" swVersion="{version}"][meta sequenceId="{sequence}"] "#)
        .map_err(|_| Error::Internal("a message cannot be written"))?;
    ascii(&entry.line, &mut text);
    Ok(text)
}

/// The same JSON in letters of ASCII: beyond them a message would have to begin with a byte order mark, which parsers of
/// JSON choke on. All that is beyond ASCII stands in strings.
fn ascii(json: &str, into: &mut String) {
    for letter in json.chars() {
        if letter.is_ascii() {
            into.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(into, "\\u{unit:04x}");
            }
        }
    }
}

/// What a header may hold.
pub(super) fn printable(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(char::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(number: u64, line: &str) -> Entry {
        Entry { number, at_ms: 1_795_000_000_123, action: "create-token".to_owned(), line: line.to_owned() }
    }

    #[test]
    fn a_frame_is_of_the_form_of_the_rfcs() {
        let mut bytes = Vec::new();
        frame(&entry(6, r#"{"who":"Zoë 🦀"}"#), "host.example", &mut bytes).unwrap();
        let version = env!("CARGO_PKG_VERSION");
        let message = format!(
            "<109>1 2026-11-18T11:06:40.123Z host.example smart-begin - create-token \
             [origin software=\"smart-begin\" swVersion=\"{version}\"][meta sequenceId=\"7\"] \
             {{\"who\":\"Zo\\u00eb \\ud83e\\udd80\"}}"
        );
        assert_eq!(String::from_utf8(bytes).unwrap(), format!("{} {message}", message.len()));
    }

    #[test]
    fn the_sequence_begins_anew_where_the_rfc_says() {
        let sequence = |number| {
            let text = message(&entry(number, "{}"), "h").unwrap();
            text.split("sequenceId=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        assert_eq!(sequence(0), "1");
        assert_eq!(sequence(SEQUENCE - 1), "2147483647");
        assert_eq!(sequence(SEQUENCE), "1");
    }

    #[test]
    fn what_would_burst_the_receiver_is_refused() {
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MESSAGE_BYTES));
        assert!(matches!(frame(&entry(3, &long), "h", &mut Vec::new()), Err(Error::TooLong(3))));
    }

    proptest! {
        #[test]
        fn escaping_changes_no_value(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let mut escaped = String::new();
            ascii(&json, &mut escaped);
            prop_assert!(escaped.is_ascii());
            prop_assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        }
    }
}
