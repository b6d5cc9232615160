//! What the formats of Python have in common: names, and requirements in the form of PEP 508.

/// A name as the index compares it: lower case, one `-` for each run of `-`, `_` and `.`.
pub(crate) fn normalised(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for letter in name.trim().chars() {
        match letter {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            letter => out.extend(letter.to_lowercase()),
        }
    }
    out
}

/// A requirement: a name, and what is said of its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Requirement {
    pub(crate) name: String,
    /// The versions that will do, as written; empty where any will.
    pub(crate) range: String,
    /// The one version that will do.
    pub(crate) pin: Option<String>,
    /// Whether it comes from an address and not from the index.
    pub(crate) address: bool,
}

impl Requirement {
    /// Reads `name[extra] >= 1, < 2 ; marker`, `name (>=1)` and `name @ address`; none where it is no requirement.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.split_once(';').map_or(text, |(before, _)| before).trim();
        let end =
            text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric())
            || !name.ends_with(|c: char| c.is_ascii_alphanumeric())
        {
            return None;
        }
        let mut rest = rest.trim_start();
        if let Some(extras) = rest.strip_prefix('[') {
            rest = extras.split_once(']')?.1.trim_start();
        }
        let name = normalised(name);
        if rest.starts_with('@') {
            return Some(Self { name, range: String::new(), pin: None, address: true });
        }
        let rest = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(rest).trim();
        if !rest.is_empty() && !rest.starts_with(['=', '<', '>', '!', '~']) {
            return None;
        }
        Some(Self { name, range: rest.to_owned(), pin: pin(rest), address: false })
    }
}

/// The version that `== version` or `=== version` names. `== 1.*` names many.
pub(crate) fn pin(range: &str) -> Option<String> {
    let mut pins = range.split(',').map(str::trim).filter_map(|part| {
        let version = part.strip_prefix("===").or_else(|| part.strip_prefix("=="))?.trim();
        let one = !version.is_empty() && !version.contains('*') && !version.contains(char::is_whitespace);
        one.then(|| version.to_owned())
    });
    pins.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: &str, range: &str, pin: Option<&str>) {
        let read = Requirement::parse(text).unwrap();
        assert_eq!((read.name.as_str(), read.range.as_str(), read.pin.as_deref()), (name, range, pin), "{text}");
    }

    #[test]
    fn names_are_compared_as_the_index_does() {
        assert_eq!(normalised("Foo__Bar.-baz"), "foo-bar-baz");
    }

    #[test]
    fn pins_and_ranges_are_told_apart() {
        check("Django==1.2", "django", "==1.2", Some("1.2"));
        check("a === 1.2+local ; python_version < '3'", "a", "=== 1.2+local", Some("1.2+local"));
        check("a[x,y]>=1,==1.5", "a", ">=1,==1.5", Some("1.5"));
        check("a==1.*", "a", "==1.*", None);
        check("a (>=1)", "a", ">=1", None);
        check("a~=1.4.2", "a", "~=1.4.2", None);
        check("a", "a", "", None);
        assert!(Requirement::parse("a @ https://example.org/a.whl").unwrap().address);
    }

    #[test]
    fn what_is_no_requirement_is_none() {
        for text in ["", "-e .", "./folder", "https://example.org/a.whl", "a b", "[x]", "a[x", "_a"] {
            assert_eq!(Requirement::parse(text), None, "{text}");
        }
    }
}
