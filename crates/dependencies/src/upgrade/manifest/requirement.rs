//! Raises what a requirement asks for at the least.

use std::cmp::Ordering;

use super::raise::Raise;
use crate::upgrade::line::same_line;

/// A requirement of npm or Cargo, where it is one comparison: `^1.2.3`, `~1.2`, `=1.2.3`, `>=1.2`, `1.2.3`. Anything else
/// has more than one meaning, and is left to whoever wrote it.
pub(super) fn raised(requirement: &str, raise: Raise<'_>) -> Option<String> {
    let trimmed = requirement.trim();
    let operator = ["^", "~", ">=", "="].into_iter().find(|operator| trimmed.starts_with(operator)).unwrap_or("");
    let rest = &trimmed[operator.len()..];
    let version = rest.trim_start();
    let gap = &rest[..rest.len() - version.len()];
    fits(version, raise).then(|| format!("{operator}{gap}{}", raise.to))
}

/// A requirement of Python's: comparisons with commas between them, of which one says the least version.
pub(super) fn raised_python(requirement: &str, raise: Raise<'_>) -> Option<String> {
    let parts: Vec<&str> = requirement.split(',').collect();
    let least = |part: &&str| {
        let part = part.trim();
        ["===", "==", "~=", ">="].into_iter().any(|operator| part.starts_with(operator))
    };
    let at = parts.iter().position(least)?;
    if parts.iter().enumerate().any(|(other, part)| other != at && !admits(part.trim(), raise)) {
        return None;
    }
    let part = parts[at];
    let start = part.len() - part.trim_start().len();
    let operator = ["===", "==", "~=", ">="].into_iter().find(|operator| part[start..].starts_with(operator))?;
    let rest = &part[start + operator.len()..];
    let version = rest.trim();
    if !fits(version, raise) {
        return None;
    }
    let gap = &rest[..rest.len() - rest.trim_start().len()];
    let tail = &rest[rest.trim_end().len()..];
    let pieces = version.split('.').count();
    let new = match operator {
        // `~=1.2` lets every 1.x in: with a third number it would let in 1.2.x alone.
        "~=" if pieces != raise.to.split('.').count() => {
            let lead: Vec<&str> = raise.to.split('.').take(pieces).collect();
            format!("~={gap}{},>={gap}{}", lead.join("."), raise.to)
        }
        _ => format!("{operator}{gap}{}", raise.to),
    };
    let mut parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
    parts[at] = format!("{}{new}{tail}", &part[..start]);
    Some(parts.join(","))
}

/// Whether it is a version of the same line, and not above the one to come.
fn fits(version: &str, raise: Raise<'_>) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '!' | '_');
    if version.is_empty() || !version.chars().all(plain) || version.ends_with(".x") {
        return false;
    }
    let order = (raise.known.compare)(raise.ecosystem, version, raise.to);
    let line = same_line(raise.ecosystem, version, raise.from) || same_line(raise.ecosystem, version, raise.to);
    order == Some(Ordering::Less) && line
}

fn admits(part: &str, raise: Raise<'_>) -> bool {
    let order = |version: &str| (raise.known.compare)(raise.ecosystem, raise.to, version.trim());
    let rest = |operator: &str| part.strip_prefix(operator).filter(|rest| !rest.contains('*'));
    if let Some(version) = rest("<=") {
        return matches!(order(version), Some(Ordering::Less | Ordering::Equal));
    }
    if let Some(version) = rest("<") {
        return order(version) == Some(Ordering::Less);
    }
    if let Some(version) = rest("!=") {
        return matches!(order(version), Some(Ordering::Less | Ordering::Greater));
    }
    false
}
