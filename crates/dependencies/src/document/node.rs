//! A document as a tree that knows its lines, whatever it was written in.

use std::borrow::Cow;
use std::collections::HashSet;

/// The deepest nesting that is read.
pub(crate) const DEEPEST: usize = 128;

/// A value and where it begins; in an object, where its key stands.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) line: u32,
    pub(crate) value: Value<'a>,
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    /// A string; in YAML any scalar.
    Text(Cow<'a, str>),
    /// A number, a truth value, a date, as it is written.
    Bare(Cow<'a, str>),
    /// Nothing.
    Null,
    /// A list.
    List(Vec<Node<'a>>),
    /// An object, in the order of the document.
    Map(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The string at a key.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// The string.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The string, number or truth value as it is written.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Bare(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the value of a key is true.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.get(key).and_then(Node::scalar) == Some("true")
    }

    /// Its keys and values, where it is an object.
    pub(crate) fn entries(&self) -> &[(Cow<'a, str>, Node<'a>)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The keys and values of the object at a key.
    pub(crate) fn entries_of(&self, key: &str) -> &[(Cow<'a, str>, Node<'a>)] {
        self.get(key).map_or(&[], Node::entries)
    }

    /// Its parts, where it is a list.
    pub(crate) fn items(&self) -> &[Node<'a>] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The parts of the list at a key.
    pub(crate) fn items_of(&self, key: &str) -> &[Node<'a>] {
        self.get(key).map_or(&[], Node::items)
    }

    pub(crate) fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }
}

/// The first key that stands twice: which of its values counts, tools do not agree on.
pub(crate) fn twice<'m>(entries: &'m [(Cow<'_, str>, Node<'_>)]) -> Option<&'m str> {
    let mut seen = HashSet::with_capacity(entries.len());
    entries.iter().map(|(key, _)| key.as_ref()).find(|key| !seen.insert(*key))
}
