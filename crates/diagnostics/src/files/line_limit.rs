//! How long a line may be. A longer one becomes a short one that says so, and is still a line that can be searched.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Bytes of a line, with its end.
pub(crate) const LONGEST: usize = 256 << 10;

/// Characters that stay of each text in a line that was too long.
const STAYS: usize = 512;

/// Fields that stay of it.
const FIELDS: usize = 32;

/// The line that takes the place of one that is too long.
pub(super) fn shorten(line: &[u8]) -> Option<Vec<u8>> {
    if line.len() <= LONGEST {
        return None;
    }
    let mut short = Map::new();
    if let Ok(Value::Object(fields)) = serde_json::from_slice::<Value>(line) {
        for (name, value) in fields.into_iter().filter(|(name, _)| name.len() <= 64).take(FIELDS) {
            let value = match value {
                Value::String(text) => Value::String(text.chars().take(STAYS).collect()),
                Value::Array(_) | Value::Object(_) => continue,
                plain => plain,
            };
            short.insert(name, value);
        }
    }
    short.entry("timestamp").or_insert_with(|| json!(Timestamp::now().to_string()));
    short.entry("level").or_insert_with(|| json!("WARN"));
    short.entry("message").or_insert_with(|| json!("a line of the log was too long to be kept"));
    short.insert("cut_from_bytes".to_owned(), json!(line.len()));
    let mut bytes = Value::Object(short).to_string().into_bytes();
    bytes.push(b'\n');
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_keeps_what_says_whose_it_is() {
        let line = json!({"timestamp": "2026-01-01T00:00:00Z", "level": "INFO", "request_id": "r1", "message": "é".repeat(LONGEST)});
        let line = format!("{line}\n").into_bytes();
        let short = shorten(&line).unwrap();
        let value: Value = serde_json::from_slice(&short).unwrap();
        assert_eq!((&value["request_id"], &value["cut_from_bytes"]), (&json!("r1"), &json!(line.len())));
        assert_eq!(value["message"].as_str().unwrap().chars().count(), STAYS);
        assert!(shorten(&short).is_none());
    }

    #[test]
    fn what_is_no_line_of_ours_becomes_one() {
        let short = shorten(&vec![0xff; LONGEST + 1]).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&short).unwrap()["level"], "WARN");
    }
}
