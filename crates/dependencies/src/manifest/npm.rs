//! `package.json`.

use crate::document::json;
use crate::fault::Fault;
use crate::manifest::wants::Wants;

/// Reads a `package.json`. What comes from a folder, a workspace or a URL has no version to look up, and is left out.
pub(crate) fn read(text: &str) -> Result<Wants, Fault> {
    let document = json::read(text)?;
    let mut wants = Wants { name: document.text_of("name").map(str::to_owned), ..Wants::default() };
    for (key, dev) in [("dependencies", false), ("optionalDependencies", false), ("devDependencies", true)] {
        for (name, node) in document.entries_of(key) {
            let asked = node.text().unwrap_or_default();
            match aliased(asked) {
                Some((real, range)) => wants.want(real, range, node.line, dev),
                None if is_range(asked) => wants.want(name, asked, node.line, dev),
                None => {}
            }
        }
    }
    Ok(wants)
}

/// What a `package.json` asks for, as it is written.
pub(crate) struct Wish {
    pub(crate) key: String,
    pub(crate) range: String,
    pub(crate) dev: bool,
}

/// What a `package.json` asks for, as it is written; none where it is no JSON.
pub(crate) fn asked(text: &str) -> Option<Vec<Wish>> {
    let document = json::read(text).ok()?;
    let mut wishes = Vec::new();
    for (section, dev) in [("dependencies", false), ("optionalDependencies", false), ("devDependencies", true)] {
        for (key, node) in document.entries_of(section) {
            wishes.push(Wish { key: key.to_string(), range: node.text().unwrap_or_default().to_owned(), dev });
        }
    }
    Some(wishes)
}

/// The name and the rest of `npm:NAME@REST`.
pub(crate) fn aliased(asked: &str) -> Option<(&str, &str)> {
    let real = asked.strip_prefix("npm:")?;
    match real.get(1..)?.rfind('@') {
        Some(at) => Some((&real[..=at], &real[at + 2..])),
        None => Some((real, "")),
    }
}

fn is_range(asked: &str) -> bool {
    !asked.contains('/')
        && !asked.split_once(':').is_some_and(|(scheme, _)| scheme.bytes().all(|b| b.is_ascii_lowercase() || b == b'+'))
}

#[cfg(test)]
mod tests {
    use super::{aliased, read};

    #[test]
    fn ranges_are_read_and_places_are_not() {
        let text = "{\"name\":\"me\",\n\"dependencies\":{\"a\":\"^1\",\n\"b\":\"npm:@x/real@^2\",\"c\":\"file:../c\",\"d\":\"u/r\",\"e\":\"workspace:*\"},\n\"devDependencies\":{\"t\":\"1.x\"}}";
        let shown: Vec<_> =
            read(text).unwrap().wants.into_iter().map(|w| (w.name, w.requirement, w.line, w.dev)).collect();
        let expected = [("a", "^1", 2, false), ("@x/real", "^2", 3, false), ("t", "1.x", 4, true)];
        assert_eq!(shown, expected.map(|(name, asked, line, dev)| (name.to_owned(), asked.to_owned(), line, dev)));
        assert_eq!(aliased("npm:plain"), Some(("plain", "")));
        assert_eq!(aliased("npm:"), None);
    }
}
