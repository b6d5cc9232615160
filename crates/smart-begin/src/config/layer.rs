//! One source of values: a file, the environment variables, or the flags. All of it is read, so that all faults are told
//! at once.

use std::collections::BTreeSet;
use std::path::Path;

use super::fault::{Fault, meant};
use super::key::{Key, Kind};
use super::keys::{Found, find, following};
use super::origin::Origin;
use super::value::Value;

/// A value for a key. None takes away what a lower layer said.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The path, with the names that the operator chose.
    pub(crate) path: String,
    /// Its key.
    pub(crate) key: &'static Key,
    /// The value.
    pub(crate) value: Option<Value>,
    /// Where it stands.
    pub(crate) origin: Origin,
}

/// All that one source says.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    /// What it says.
    pub(crate) entries: Vec<Entry>,
    /// Tables that it names, as `sign_in.providers.company`, even with nothing in them.
    pub(crate) tables: Vec<(String, Origin)>,
    /// What is wrong with it.
    pub(crate) faults: Vec<Fault>,
    /// Keys that it says something wrong about; other faults of theirs would only follow.
    pub(crate) spoilt: BTreeSet<String>,
}

impl Layer {
    /// Notes that what stands at `origin` for `path` is wrong.
    pub(crate) fn wrong(&mut self, path: &str, origin: Origin, message: impl Into<String>, hint: impl Into<String>) {
        let mut message = message.into();
        if let Some(first) = message.get(..1).map(str::to_uppercase) {
            message.replace_range(..1, &first);
        }
        if !message.ends_with('.') {
            message.push('.');
        }
        self.spoilt.insert(path.to_owned());
        self.faults.push(Fault::new(path, origin, message, hint));
    }

    /// Notes what was said for `key`.
    pub(crate) fn say(&mut self, path: String, key: &'static Key, value: Option<Value>, origin: Origin) {
        self.entries.push(Entry { path, key, value, origin });
    }

    /// Reads a text for `key`; an empty one takes away what a lower layer said, where the key can be without a value.
    pub(crate) fn text(&mut self, path: &str, key: &'static Key, text: &str, base: &Path, origin: Origin) {
        if text.is_empty() && key.default.is_empty() && !matches!(key.kind, Kind::List(_)) {
            return self.say(path.to_owned(), key, None, origin);
        }
        match Value::read(&key.kind, text, base) {
            Ok(value) => self.say(path.to_owned(), key, Some(value), origin),
            Err((message, hint)) => self.wrong(path, origin, message, hint),
        }
    }

    /// Reads the texts of a list, each with where it stands.
    pub(crate) fn texts<'a>(
        &mut self,
        path: &str,
        key: &'static Key,
        each: &'static Kind,
        texts: impl IntoIterator<Item = (&'a str, Origin)>,
        base: &Path,
        origin: Origin,
    ) {
        let mut values = Vec::new();
        for (text, place) in texts {
            match Value::read(each, text, base) {
                Ok(value) if values.contains(&value) => {
                    self.wrong(path, place, format!("{text:?} stands there twice"), "Leave one out.");
                }
                Ok(value) => values.push(value),
                Err((message, hint)) => self.wrong(path, place, message, hint),
            }
        }
        if !self.spoilt.contains(path) {
            self.say(path.to_owned(), key, Some(Value::List(values)), origin);
        }
    }

    /// A number for `key`.
    pub(crate) fn whole(&mut self, path: &str, key: &'static Key, number: Option<u64>, origin: Origin) {
        let fits = |number: &u64| matches!(key.kind, Kind::Whole { least, most } if (least..=most).contains(number));
        match number.filter(fits) {
            Some(number) => self.say(path.to_owned(), key, Some(Value::Whole(number)), origin),
            None => self.wrong(
                path,
                origin,
                "this is out of bounds or no whole number",
                format!("Give {}.", key.kind.describe()),
            ),
        }
    }

    /// Notes that there is no key at the end of `parts`.
    pub(crate) fn unknown(&mut self, parts: &[&str], origin: Origin) {
        let Some((last, above)) = parts.split_last() else { return };
        let known = following(above);
        let hint = if let Some(word) = meant(last, known.iter().copied()) {
            format!("Did you mean {word}?")
        } else if let Some(elsewhere) = lives_elsewhere(last) {
            format!("There is {elsewhere}; did you mean that?")
        } else if known.is_empty() || known.len() > 12 {
            "docs/configuration.md and smart-begin config reference name all keys.".to_owned()
        } else {
            format!("Here can be: {}.", known.join(", "))
        };
        let what = if matches!(find(above), Found::Table) || above.is_empty() {
            "There is no such key."
        } else {
            "Nothing can follow here."
        };
        let path = shown(&parts.join("."));
        self.faults.push(Fault::new(path, origin, what, hint));
    }

    /// Whether the operator may choose `name`; a fault otherwise.
    pub(crate) fn accepts_name(&mut self, parts: &[&str], name: &str, origin: &Origin) -> bool {
        let mut letters = name.chars();
        let starts = letters.next().is_some_and(|first| first.is_ascii_lowercase());
        let fits = starts
            && name.len() <= 32
            && letters.all(|other| other.is_ascii_lowercase() || other.is_ascii_digit() || other == '-');
        if !fits {
            let hint = "Use lower-case letters, digits and hyphens, beginning with a letter.";
            self.faults.push(Fault::new(shown(&parts.join(".")), origin.clone(), "This name cannot be used.", hint));
        }
        fits
    }
}

fn lives_elsewhere(word: &str) -> Option<&'static str> {
    super::keys::ALL.iter().find(|key| key.path.rsplit('.').next() == Some(word)).map(|key| key.path)
}

/// What somebody wrote as a key, fit to be shown.
fn shown(path: &str) -> String {
    let short: String = path.chars().take(80).flat_map(char::escape_debug).collect();
    if path.chars().count() > 80 { format!("{short}…") } else { short }
}
