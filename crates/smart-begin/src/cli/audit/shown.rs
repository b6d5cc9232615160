//! How entries look to people. What stands in them came from outside: nothing of it reaches the terminal as it is.

use app::{AccessLineShown, AuditEntryShown};

use crate::cli::output::{QUIET, STRONG};

/// An entry, on one line.
pub(super) fn entry(entry: &AuditEntryShown) -> String {
    let number = entry.number;
    let Some(time) = &entry.time else { return format!("{number:>8}  {QUIET}dropped by retention{QUIET:#}\n") };
    let event = entry.event.as_ref();
    let text = |path: &str| event.and_then(|event| event.pointer(path)?.as_str()).map(plain);
    let outcome = text("/unmapped/outcome").unwrap_or_default();
    let resource = match (text("/resources/0/type"), text("/resources/0/uid")) {
        (Some(kind), Some(id)) => format!("  {kind} {id}"),
        _ => String::new(),
    };
    let from = text("/src_endpoint/ip").map_or_else(String::new, |address| format!(" from {address}"));
    let count = event.and_then(|event| event.get("count")?.as_u64()).filter(|count| *count > 1);
    let count = count.map_or_else(String::new, |count| format!("  {count} times"));
    let detail = text("/status_detail").map_or_else(String::new, |detail| format!("  {detail}"));
    format!(
        "{number:>8}  {}  {STRONG}{}{STRONG:#} {outcome}  {}{from}{resource}{count}{QUIET}{detail}  {}{QUIET:#}\n",
        to_milliseconds(time),
        entry.action.as_deref().map(plain).unwrap_or_default(),
        entry.caller.as_deref().map(plain).unwrap_or_default(),
        entry.request.as_deref().map(plain).unwrap_or_default(),
    )
}

/// A line of the access log.
pub(super) fn access_line(line: &AccessLineShown) -> String {
    let project = line.project.as_deref().map_or_else(String::new, |project| format!("  {}", plain(project)));
    let from = line.address.as_deref().map_or_else(String::new, |address| format!(" from {}", plain(address)));
    format!(
        "{}  {STRONG}{}{STRONG:#} {}  {}{from}{project}  {QUIET}{}{QUIET:#}\n",
        to_milliseconds(&line.time),
        plain(&line.action),
        plain(&line.outcome),
        plain(&line.caller),
        plain(&line.request)
    )
}

/// A time of RFC 3339 with three digits after the second, so that columns stay columns.
fn to_milliseconds(time: &str) -> String {
    let (whole, parts) = time.trim_end_matches('Z').split_once('.').unwrap_or((time.trim_end_matches('Z'), ""));
    format!("{whole}.{parts:0<3}Z")
}

/// Text in which every character is seen.
pub(super) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || domain::find_invisible(character.encode_utf8(&mut [0; 4])).is_some() {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_same_length() {
        for (time, shown) in
            [("T14:18:43Z", "T14:18:43.000Z"), ("T14:18:43.5Z", "T14:18:43.500Z"), ("T1.123Z", "T1.123Z")]
        {
            assert_eq!(to_milliseconds(time), shown);
        }
    }

    #[test]
    fn nothing_reaches_the_terminal_that_is_not_seen() {
        assert_eq!(plain("a\u{1b}[31m\n\u{202e}é"), "a\\u{1b}[31m\\u{a}\\u{202e}é");
    }
}
