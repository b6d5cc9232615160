//! Finds what is assigned to a name: `api_key = "…"`, `"apiKey": "…"`, `API_KEY=…`, `<apiKey>…</apiKey>`, `--api-key …`.
//!
//! A parser by hand and not an expression: names such as `key` are met in every second line of a large tree, and nearly all
//! of them are given up after a few bytes.

use std::ops::Range;

/// The longest value that is looked at.
pub(crate) const LONGEST_VALUE: usize = 512;
/// How far a name may reach after its keyword.
const LONGEST_NAME: usize = 48;
/// How far a value may lie after its name.
const LONGEST_GAP: usize = 64;

/// How far a value can end after the start of its keyword.
pub(crate) const REACH: usize = LONGEST_NAME + LONGEST_GAP + LONGEST_VALUE;

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// The whole name, from the first letter.
    pub(crate) name: Range<usize>,
    /// The value without quotes.
    pub(crate) value: Range<usize>,
    /// Whether the value stands in quotes, tags or otherwise by itself.
    pub(crate) quoted: bool,
    /// Whether it is compared and not assigned.
    pub(crate) compared: bool,
}

/// The assignment whose name holds the keyword at `keyword`.
pub(crate) fn around(text: &[u8], keyword: Range<usize>) -> Option<Assignment> {
    let flag = is_flag(text, keyword.start);
    let end = if flag { word_end(text, keyword.end) } else { name_end(text, keyword.end) };
    let (value, quoted, compared) = value_after(text, end, flag)?;
    Some(Assignment { name: name_start(text, keyword.start)..end, value, quoted, compared })
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Where the name that a keyword is in begins.
pub(crate) fn name_start(text: &[u8], from: usize) -> usize {
    let low = from.saturating_sub(LONGEST_NAME);
    (low..from).rev().find(|at| !is_name(text[*at])).map_or(low, |at| at + 1)
}

/// Where the name ends; words in plain text (`datadog api key: …`) belong to it.
pub(crate) fn name_end(text: &[u8], from: usize) -> usize {
    let high = text.len().min(from + LONGEST_NAME);
    let mut at = from;
    while at < high {
        if is_name(text[at]) || (text[at] == b' ' && text.get(at + 1).is_some_and(|next| next.is_ascii_alphabetic())) {
            at += 1;
        } else {
            break;
        }
    }
    at
}

fn word_end(text: &[u8], from: usize) -> usize {
    let high = text.len().min(from + LONGEST_NAME);
    (from..high).find(|at| !is_name(text[*at])).unwrap_or(high)
}

fn value_after(text: &[u8], name_end: usize, flag: bool) -> Option<(Range<usize>, bool, bool)> {
    let high = text.len().min(name_end + LONGEST_GAP);
    let mut at = closers(text, name_end, high);
    let closed = at > name_end;
    at = blanks(text, at, high);
    if let Some(value) = separate_value(text, at, high) {
        return Some(value);
    }
    let (after, compared) = match operator(text, at) {
        Some((length, compared)) => (at + length, compared),
        None if !closed && at > name_end && flag => (at, false),
        None => return None,
    };
    let mut at = blanks_and_lines(text, after, high);
    if text[after - 1] == b':' {
        at = after_type(text, at, high).unwrap_or(at);
    }
    let (range, quoted) = read_value(text, at, text.get(after - 1) == Some(&b'>'))?;
    // What is handed to a function without quotes is an expression.
    let handed = matches!(text[after - 1], b',' | b'(') && !flag;
    (quoted || !handed).then_some((range, quoted, compared))
}

/// Quotes and brackets between the name and the operator.
fn closers(text: &[u8], mut at: usize, high: usize) -> usize {
    while at < high && matches!(text[at], b'"' | b'\'' | b'`' | b']' | b')' | b'\\') {
        at += 1;
    }
    at
}

fn blanks(text: &[u8], mut at: usize, high: usize) -> usize {
    while at < high && matches!(text[at], b' ' | b'\t') {
        at += 1;
    }
    at
}

fn blanks_and_lines(text: &[u8], mut at: usize, high: usize) -> usize {
    while at < high && matches!(text[at], b' ' | b'\t' | b'\r' | b'\n' | b'=') {
        at += 1;
    }
    at
}

/// `=`, `:`, `=>`, `:=`, `->`, `,`, `(`, `>`, `||`, `??`, those of Make and PHP (`?=`, `::=`, `.=`), and the comparisons.
fn operator(text: &[u8], at: usize) -> Option<(usize, bool)> {
    let rest = &text[at.min(text.len())..];
    let two = rest.get(..2).unwrap_or_default();
    let colons = rest.iter().take(3).take_while(|byte| **byte == b':').count();
    if colons > 1 {
        return (rest.get(colons) == Some(&b'=')).then_some((colons + 1, false));
    }
    match two {
        b"==" | b"!=" => return Some((2 + usize::from(rest.get(2) == Some(&b'=')), true)),
        b"=>" | b":=" | b"->" | b"||" | b"??" | b"?:" | b"?=" | b".=" | b"+=" => return Some((2, false)),
        _ => {}
    }
    matches!(rest.first(), Some(b'=' | b':' | b',' | b'(' | b'>')).then_some((1, false))
}

/// `--token VALUE`, and `ENV TOKEN VALUE` of a container file.
fn is_flag(text: &[u8], keyword: usize) -> bool {
    let start = name_start(text, keyword);
    text[start..].starts_with(b"--")
        || [&b"ENV "[..], b"ARG ", b"setx ", b"-D"].iter().any(|word| text[..start].ends_with(word))
}

/// `key="NAME" value="…"`, `name: NAME` + `value: …` on the next line, `<key>NAME</key><string>…`.
fn separate_value(text: &[u8], at: usize, high: usize) -> Option<(Range<usize>, bool, bool)> {
    if text.get(at) == Some(&b'<') && text.get(at + 1) == Some(&b'/') {
        let close = at + memchr::memchr(b'>', &text[at..high])?;
        let open = blanks_and_lines(text, close + 1, high);
        if text.get(open) != Some(&b'<') || text.get(open + 1) == Some(&b'/') {
            return None;
        }
        let start = open + memchr::memchr(b'>', &text[open..high])? + 1;
        return read_value(text, start, true).map(|(range, _)| (range, true, false));
    }
    let word = blanks_and_lines(text, at, high);
    let skip = if text.get(word) == Some(&b',') { blanks_and_lines(text, word + 1, high) } else { word };
    let start = skip + usize::from(matches!(text.get(skip), Some(b'"' | b'\'')));
    let rest = text.get(start..high)?;
    if !rest.get(..5)?.eq_ignore_ascii_case(b"value") {
        return None;
    }
    let after = blanks(text, closers(text, start + 5, high), high);
    if !matches!(text.get(after), Some(b'=' | b':')) {
        return None;
    }
    let (range, quoted) = read_value(text, blanks(text, after + 1, high), false)?;
    Some((range, quoted, false))
}

/// `name: &str = "…"`: what follows the colon is a type.
fn after_type(text: &[u8], at: usize, high: usize) -> Option<usize> {
    if at >= high || matches!(text[at], b'"' | b'\'' | b'`') {
        return None;
    }
    let line = &text[at..high];
    let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
    let equals = memchr::memchr(b'=', line)?;
    let is_type = |byte: &u8| byte.is_ascii_alphanumeric() || b" &'<>[]|?_:;.".contains(byte);
    let follows = line.get(equals + 1).is_some_and(|next| matches!(next, b' ' | b'"' | b'\'' | b'`'));
    (follows && line[..equals].iter().all(is_type)).then(|| blanks(text, at + equals + 1, high))
}

fn read_value(text: &[u8], at: usize, tagged: bool) -> Option<(Range<usize>, bool)> {
    let mut at = at;
    // A string may be marked (b"", f"", @"") and its quote escaped.
    if matches!(text.get(at)?, b'b' | b'r' | b'f' | b'u' | b'@' | b'$')
        && matches!(text.get(at + 1), Some(b'"' | b'\'' | b'`'))
    {
        at += 1;
    }
    if text.get(at) == Some(&b'\\') && matches!(text.get(at + 1), Some(b'"' | b'\'')) {
        at += 1;
    }
    let first = *text.get(at)?;
    let high = text.len().min(at + LONGEST_VALUE);
    if matches!(first, b'"' | b'\'' | b'`') {
        let inside = &text[at + 1..high.max(at + 1)];
        let length = inside.iter().position(|byte| *byte == first || *byte == b'\n')?;
        let length = length - usize::from(length > 0 && inside[length - 1] == b'\\');
        let start = at + 1 + scheme(&inside[..length]);
        let end = at + 1 + length;
        return (inside[length] == first || inside[length] == b'\\').then_some((start..end, true));
    }
    let stop = |byte: &u8| {
        if tagged {
            *byte == b'<' || *byte == b'\n'
        } else {
            byte.is_ascii_whitespace() || b"\"'`,;(){}<>[]|&\\".contains(byte)
        }
    };
    let mut start = at;
    start += scheme(&text[start..high]);
    let rest = &text[start..high];
    let length = rest.iter().position(stop).unwrap_or(rest.len());
    // A value that reaches past the bound is no value of this kind; one that is called is code.
    if length == 0 || (length == rest.len() && high < text.len()) || (!tagged && rest.get(length) == Some(&b'(')) {
        return None;
    }
    Some((start..start + length, tagged))
}

/// `Bearer `, `Basic `, `token ` before a value.
fn scheme(value: &[u8]) -> usize {
    let words: [&[u8]; 5] = [b"bearer ", b"basic ", b"token ", b"apikey ", b"bot "];
    words
        .iter()
        .find(|word| value.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
        .map_or(0, |word| word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<String> {
        let at = text.to_ascii_lowercase().find("key")?;
        let found = around(text.as_bytes(), at..at + 3)?;
        Some(format!("{}={}", &text[found.name], &text[found.value]))
    }

    #[test]
    fn assignments_of_many_languages_are_read() {
        for (text, expected) in [
            (r#"api_key = "abc1""#, "api_key=abc1"),
            (r#"{"apiKey": "abc1"}"#, "apiKey=abc1"),
            ("API_KEY=abc1\n", "API_KEY=abc1"),
            ("key: abc1 # why", "key=abc1"),
            ("my.key := 'abc1'", "my.key=abc1"),
            ("KEY ::= abc1\n", "KEY=abc1"),
            ("KEY ?= abc1\n", "KEY=abc1"),
            ("$key .= 'abc1';", "key=abc1"),
            (r#"const KEY: &'static str = "abc1";"#, "KEY=abc1"),
            (r#"os.environ["KEY"] = "abc1""#, "KEY=abc1"),
            (r#"setenv("KEY", "abc1", 1)"#, "KEY=abc1"),
            ("<apiKey>abc1</apiKey>", "apiKey=abc1"),
            (r#"<add key="Api" value="abc1"/>"#, "key=Api"),
            (r#"<add name="ApiKey" value="abc1"/>"#, "ApiKey=abc1"),
            ("- name: KEY\n  value: abc1\n", "KEY=abc1"),
            ("<key>API_KEY2</key>\n<string>abc1</string>", "key=API_KEY2"),
            ("tool --api-key abc1 x", "--api-key=abc1"),
            ("ENV KEY abc1\n", "KEY=abc1"),
            (r#"process.env.KEY || "abc1""#, "process.env.KEY=abc1"),
            (r#"{\"key\": \"abc1\"}"#, "key=abc1"),
            (r#"-H "X-Key: Bearer abc1""#, "X-Key=abc1"),
            ("my api key: abc1", "key=abc1"),
        ] {
            assert_eq!(value(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn values_at_the_end_of_what_is_looked_at_are_given_up() {
        for gap in 55..75 {
            for end in ["", ":", ": ", ":=", "=", "</", "</k>", ", value", ": b\"", "=\\\""] {
                let _ = value(&format!("key{}{end}", " ".repeat(gap)));
                let _ = value(&format!("key{}{end}x: y", "\"".repeat(gap)));
            }
        }
    }

    #[test]
    fn code_without_a_value_is_given_up() {
        for text in [
            "the key of it",
            "keys, value",
            "key(value)",
            "key::new(x)",
            "key = load(\"x\")",
            "key",
            "key =",
            "key: \"open",
            "fn key() {}",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
