//! One line of the log, read.

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::Level;

/// What a line holds under names that everybody asks for; all else is in its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// When it was said.
    pub time: Timestamp,
    /// How grave it is.
    pub level: Level,
    /// The module that said it.
    pub target: String,
    /// What it said.
    pub message: String,
    /// Everything else, the spans it was said in included, as it stands in the file.
    pub fields: Map<String, Value>,
}

/// How deep the names of spans are looked at.
const SPANS: usize = 32;

impl Record {
    /// Reads a line; none where it is damaged: no UTF-8, no JSON object, or without a time and a level.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields: Map<String, Value> = serde_json::from_slice(line).ok()?;
        let mut take = |name: &str| match fields.shift_remove(name) {
            Some(Value::String(text)) => Some(text),
            // A field of the same name that is no text stays out: whoever reads a line knows what its names mean.
            Some(other) => Some(other.to_string()),
            None => None,
        };
        let time = take("timestamp")?.parse().ok()?;
        let level = take("level")?.parse().ok()?;
        let (target, message) = (take("target").unwrap_or_default(), take("message").unwrap_or_default());
        Some(Self { time, level, target, message, fields })
    }

    /// The line as JSON, in one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut whole = Map::new();
        whole.insert("timestamp".to_owned(), Value::String(self.time.to_string()));
        whole.insert("level".to_owned(), Value::String(self.level.to_string()));
        whole.insert("message".to_owned(), Value::String(self.message.clone()));
        whole.extend(self.fields.iter().map(|(name, value)| (name.clone(), value.clone())));
        whole.insert("target".to_owned(), Value::String(self.target.clone()));
        Value::Object(whole).to_string()
    }

    /// Whether a field of the line, or of a span that it was said in, has this value.
    pub(crate) fn has(&self, name: &str, wanted: &str) -> bool {
        let is = |value: Option<&Value>| value.is_some_and(|value| value.as_str() == Some(wanted));
        let spans = self.fields.get("spans").and_then(Value::as_array).into_iter().flatten().take(SPANS);
        is(self.fields.get(name)) || spans.into_iter().any(|span| is(span.get(name)))
    }

    /// Whether its message or any value says something that `matches`.
    pub(crate) fn says(&self, matches: &mut dyn FnMut(&str) -> bool) -> bool {
        matches(&self.message) || matches(&self.target) || self.fields.values().any(|value| value_says(value, matches))
    }

    /// About how many bytes it takes in memory.
    pub(crate) fn weight(&self) -> usize {
        self.fields.iter().map(|(name, value)| name.len() + weight(value)).sum::<usize>()
            + self.message.len()
            + self.target.len()
            + 256
    }
}

fn value_says(value: &Value, matches: &mut dyn FnMut(&str) -> bool) -> bool {
    match value {
        Value::String(text) => matches(text),
        Value::Array(all) => all.iter().any(|each| value_says(each, matches)),
        Value::Object(all) => all.values().any(|each| value_says(each, matches)),
        Value::Null => false,
        plain => matches(&plain.to_string()),
    }
}

fn weight(value: &Value) -> usize {
    64 + match value {
        Value::String(text) => text.len(),
        Value::Array(all) => all.iter().map(weight).sum(),
        Value::Object(all) => all.iter().map(|(name, value)| name.len() + weight(value)).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_and_what_is_none_is_not() {
        let line = r#"{"timestamp":"2026-11-23T21:43:21.123456Z","level":"WARN","message":"m","caller":"eve","target":"a::b","spans":[{"request_id":"r","name":"call"}]}"#;
        let record = Record::parse(line.as_bytes()).unwrap();
        assert_eq!((record.level, record.target.as_str(), record.message.as_str()), (Level::WARN, "a::b", "m"));
        assert!(record.has("caller", "eve") && record.has("request_id", "r") && !record.has("caller", "adam"));
        assert_eq!(Record::parse(record.to_json().as_bytes()), Some(record));
        for damaged in [
            "",
            "{",
            "[]",
            "null",
            "{}",
            r#"{"timestamp":"now","level":"INFO"}"#,
            r#"{"timestamp":"2026-11-23T21:43:21Z","level":"LOUD"}"#,
        ] {
            assert_eq!(Record::parse(damaged.as_bytes()), None, "{damaged}");
        }
        assert_eq!(Record::parse(&[0xff, 0xfe]), None);
        // Deep enough to overflow the stack of whoever follows it by recursion.
        assert_eq!(Record::parse("[".repeat(200_000).as_bytes()), None);
        let deep = format!(r#"{{"timestamp":"2026-11-23T21:43:21Z","level":"INFO","x":{}}}"#, "[".repeat(100_000));
        assert_eq!(Record::parse(deep.as_bytes()), None);
    }
}
