//! `go.mod`.

use std::cmp::Ordering;

use super::raise::{Edited, Raise};

pub(super) fn edit(text: &str, raise: Raise<'_>) -> Option<Edited> {
    let (mut out, mut done, mut block) = (String::with_capacity(text.len() + 16), Vec::new(), "");
    for line in text.split_inclusive('\n') {
        let code = line.split("//").next().unwrap_or_default();
        let mut words = code.split_whitespace();
        let first = words.next().unwrap_or_default();
        let (module, version) = match (block, first) {
            ("require", module) => (module, words.next()),
            ("", "require") => (words.next().unwrap_or_default(), words.next()),
            _ => ("", None),
        };
        match version {
            Some(version) if module == raise.package && is_older(version, raise) => {
                out.push_str(&line.replacen(version, &with_v(raise.to), 1));
                done.push((version.to_owned(), with_v(raise.to)));
            }
            _ => out.push_str(line),
        }
        if code.trim_end().ends_with('(') {
            block = if first == "require" { "require" } else { "other" };
        } else if first == ")" {
            block = "";
        }
    }
    (!done.is_empty()).then_some(Edited { text: out, raised: done })
}

fn is_older(version: &str, raise: Raise<'_>) -> bool {
    (raise.known.compare)(raise.ecosystem, version, raise.to) == Some(Ordering::Less)
}

fn with_v(version: &str) -> String {
    if version.starts_with('v') { version.to_owned() } else { format!("v{version}") }
}
