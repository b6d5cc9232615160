//! The values of a Kubernetes `Secret`: they are only encoded, and most people who commit one think they are locked.

use std::ops::Range;

use base64::Engine as _;
use domain::Confidence;

use super::check::{STANDARD, is_placeholder};

/// How far a document reaches before and after its kind.
const FAR: usize = 12 << 10;
/// Values that a `Secret` carries beside those that are secret.
const BESIDE: [&str; 12] = [
    "username",
    "user",
    "host",
    "hostname",
    "port",
    "namespace",
    "email",
    "url",
    "database",
    "dbname",
    "region",
    "name",
];

/// One value.
pub(crate) struct Value {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
    pub(crate) confidence: Confidence,
}

/// A line of the document.
struct Line<'a> {
    at: usize,
    text: &'a [u8],
    indent: usize,
}

/// The values of the `Secret` whose kind is at `hit`.
pub(crate) fn values(text: &[u8], hit: Range<usize>) -> Vec<Value> {
    if text.get(hit.end).is_some_and(u8::is_ascii_alphanumeric) {
        return Vec::new();
    }
    let low = hit.start.saturating_sub(FAR);
    let start = memchr::memmem::rfind(&text[low..hit.start], b"\n---").map_or(low, |found| low + found + 4);
    let high = text.len().min(hit.end + FAR);
    let end = memchr::memmem::find(&text[hit.end..high], b"\n---").map_or(high, |found| hit.end + found);
    let lines = lines(text, start..end);
    let mut all = Vec::new();
    let mut section: Option<(usize, bool)> = None;
    for (number, line) in lines.iter().enumerate() {
        let encoded = match line.text {
            b"data:" => Some(true),
            b"stringData:" => Some(false),
            _ => None,
        };
        match (encoded, section) {
            (Some(encoded), _) => section = Some((line.indent, encoded)),
            (None, Some((indent, _))) if line.indent <= indent => section = None,
            (None, Some((_, encoded))) => all.extend(value(text, line, &lines[number + 1..], encoded)),
            (None, None) => {}
        }
    }
    all
}

fn lines(text: &[u8], range: Range<usize>) -> Vec<Line<'_>> {
    let mut at = range.start;
    let mut all = Vec::new();
    for raw in text[range].split(|byte| *byte == b'\n') {
        let trimmed = raw.trim_ascii();
        if !trimmed.is_empty() && trimmed[0] != b'#' {
            let indent = raw.len() - raw.trim_ascii_start().len();
            all.push(Line { at: at + indent, text: trimmed, indent });
        }
        at += raw.len() + 1;
    }
    all
}

fn value(text: &[u8], line: &Line<'_>, after: &[Line<'_>], encoded: bool) -> Option<Value> {
    let colon = memchr::memchr(b':', line.text)?;
    let name = &line.text[..colon];
    let rest = line.text[colon + 1..].trim_ascii();
    let value = if matches!(rest.first(), Some(b'|' | b'>')) {
        let block = after.iter().take_while(|next| next.indent > line.indent);
        let first = after.first().filter(|next| next.indent > line.indent)?;
        first.at..block.last().map(|last| last.at + last.text.len())?
    } else {
        let quotes = usize::from(rest.len() > 1 && matches!(rest[0], b'"' | b'\'') && rest.last() == rest.first());
        let end = line.at + line.text.len();
        end - rest.len() + quotes..end - quotes
    };
    let confidence = judge(name, &text[value.clone()], encoded)?;
    Some(Value { name: line.at..line.at + colon, value, confidence })
}

fn judge(name: &[u8], value: &[u8], encoded: bool) -> Option<Confidence> {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    if BESIDE.contains(&name.trim_matches(['"', '\'']).trim_start_matches('.')) {
        return None;
    }
    let plain = if encoded {
        let joined: Vec<u8> = value.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        STANDARD.decode(joined).ok()?
    } else {
        value.to_vec()
    };
    let holds = |part: &[u8]| memchr::memmem::find(&plain, part).is_some();
    let open = plain.len() < 6 || holds(b"${") || holds(b"{{") || holds(b"$(") || holds(b"<") && plain.ends_with(b">");
    if open || plain.starts_with(b"-----BEGIN CERT") || holds(b"PUBLIC KEY") {
        return None;
    }
    Some(if is_placeholder(&plain) { Confidence::Low } else { Confidence::Medium })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, Confidence)> {
        let at = text.find("kind: Secret").unwrap();
        let show = |found: Value| (format!("{}={}", &text[found.name], &text[found.value]), found.confidence);
        values(text.as_bytes(), at..at + 12).into_iter().map(show).collect()
    }

    #[test]
    fn every_value_of_a_secret_is_met_whatever_the_order_of_its_parts() {
        let text = "kind: ConfigMap\ndata:\n  a: QUJDREVGR0g=\n---\ndata:\n  one: \"dDdCcTJtWHc5THI0\"\n  # why\n  two: |\n    dDdCcTJt\n    WHc5THI1\n  username: c2hvcHNob3A=\nkind: Secret\nstringData:\n  three: t7Bq2mXw9Lr6\n  four: changeme\n  five: ${SIX}\nmetadata:\n  name: longer-than-that\n";
        let names: Vec<String> = found(text).iter().map(|(shown, _)| shown.clone()).collect();
        let expected = ["one=dDdCcTJtWHc5THI0", "two=dDdCcTJt\n    WHc5THI1", "three=t7Bq2mXw9Lr6", "four=changeme"];
        assert_eq!(names, expected);
        assert_eq!(found(text)[3].1, Confidence::Low);
    }

    #[test]
    fn certificates_and_other_kinds_are_left_alone() {
        let certificate = STANDARD.encode(concat!("-----BEGIN CERT", "IFICATE-----\nabc"));
        assert!(found(&format!("kind: Secret\ndata:\n  ca.crt: {certificate}\n")).is_empty());
        assert!(found("kind: SecretStore\ndata:\n  a: dDdCcTJtWHc5THI0\n").is_empty());
        assert!(found("kind: Secret\nmetadata:\n  a: dDdCcTJtWHc5THI0\n").is_empty());
    }
}
