//! `requirements.txt` and its like, and single requirements as PEP 508 writes them.

use super::raise::{Edited, Raise};
use super::requirement::raised_python;

pub(super) fn edit(text: &str, raise: Raise<'_>) -> Option<Edited> {
    let (mut out, mut done) = (String::with_capacity(text.len() + 16), Vec::new());
    let mut continued = false;
    for line in text.split_inclusive('\n') {
        let end = line.find(" #").unwrap_or(line.len());
        let new = if continued { None } else { raised_line(&line[..end], raise) };
        match new {
            Some(new) => {
                done.push((
                    line[..end].trim().trim_end_matches('\\').trim_end().to_owned(),
                    new.trim().trim_end_matches('\\').trim_end().to_owned(),
                ));
                out.push_str(&new);
                out.push_str(&line[end..]);
            }
            None => out.push_str(line),
        }
        continued = line.trim_end().ends_with('\\');
    }
    (!done.is_empty()).then_some(Edited { text: out, raised: done })
}

/// A requirement with a raised version: `name[extra] >=1,<2 ; marker --hash=…`; all but the version stays.
pub(super) fn raised_line(line: &str, raise: Raise<'_>) -> Option<String> {
    let start = line.len() - line.trim_start().len();
    let name_end = start + line[start..].find(|c: char| !is_name(c)).unwrap_or(line.len() - start);
    if normalised(&line[start..name_end]) != raise.package {
        return None;
    }
    let mut from = name_end;
    let rest = &line[from..];
    let spaces = rest.len() - rest.trim_start().len();
    if rest.trim_start().starts_with('[') {
        from += spaces + rest.trim_start().find(']')? + 1;
    }
    let tail = line[from..].find([';', '\\', '\n', '\r', '#']).unwrap_or(line.len() - from);
    let tail = line[from..].find(" --").map_or(tail, |flag| flag.min(tail));
    let wanted = &line[from..from + tail];
    let kept = wanted.trim_end();
    let open = kept.trim_start().starts_with('(');
    let inner = if open { kept.trim().trim_start_matches('(').trim_end_matches(')') } else { kept };
    let new = raised_python(inner, raise)?;
    let new = if open { format!(" ({new})") } else { new };
    Some(format!("{}{new}{}{}", &line[..from], &wanted[kept.len()..], &line[from + tail..]))
}

/// The pin of a package, with all its hashes, replaced by `pin`: lines as the ecosystem's own tool wrote them.
#[must_use]
pub fn replace_hashed_pin(text: &str, package: &str, pin: &str) -> Option<String> {
    let (mut out, mut within, mut found) = (String::with_capacity(text.len()), false, false);
    let mut continued = false;
    for line in text.split_inclusive('\n') {
        if !continued {
            let name: String = line.trim_start().chars().take_while(|c| is_name(*c)).collect();
            within = !name.is_empty() && normalised(&name) == package;
            if within {
                found = true;
                out.push_str(pin.trim_end());
                out.push('\n');
            }
        }
        continued = line.trim_end().ends_with('\\');
        if !within {
            out.push_str(line);
        }
    }
    found.then_some(out)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// A name as PEP 503 compares them.
pub(super) fn normalised(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(c, '-' | '_' | '.') {
            if !out.ends_with('-') {
                out.push('-');
            }
        } else {
            out.push(c.to_ascii_lowercase());
        }
    }
    out
}
