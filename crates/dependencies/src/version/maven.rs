//! Maven: the order of its class `ComparableVersion` (Maven 3), with its nested lists and its qualifiers.

use std::cmp::Ordering;

use super::number::{Number, is_number};

/// What has a place of its own in the order; all other words come behind, by the alphabet.
const QUALIFIERS: [&str; 7] = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
/// The place of the release itself.
const RELEASE: (usize, &str) = (5, "");

/// A version.
#[derive(Clone, Debug)]
pub(super) struct Maven(Vec<Item>);

#[derive(Clone, Debug)]
enum Item {
    Number(Number),
    Word(String),
    List(Vec<Item>),
}

impl Maven {
    pub(super) fn parse(text: &str) -> Self {
        let text = text.to_lowercase();
        let mut reader = Reader { text: &text, lists: vec![Vec::new()], start: 0, in_digits: false };
        for (at, letter) in text.char_indices() {
            match letter {
                '.' => reader.separator(at),
                '-' => {
                    reader.separator(at);
                    reader.lists.push(Vec::new());
                }
                '0'..='9' => reader.digit(at),
                _ => reader.letter(at),
            }
        }
        Self(reader.end())
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        lists(&self.0, &other.0)
    }

    pub(super) fn is_prerelease(&self) -> bool {
        fn before(items: &[Item]) -> bool {
            items.iter().any(|item| match item {
                Item::Number(_) => false,
                Item::Word(word) => place(word) < RELEASE,
                Item::List(items) => before(items),
            })
        }
        before(&self.0)
    }
}

/// Reads from left to right. Each list is the last item of the one before it, so that they can be kept side by side.
struct Reader<'a> {
    text: &'a str,
    lists: Vec<Vec<Item>>,
    start: usize,
    in_digits: bool,
}

impl Reader<'_> {
    fn separator(&mut self, at: usize) {
        let found = if at == self.start { Item::Number(Number::ZERO) } else { self.item(at) };
        self.push(found);
        self.start = at + 1;
    }

    fn digit(&mut self, at: usize) {
        if !self.in_digits && at > self.start {
            self.nest();
            let word = match &self.text[self.start..at] {
                "a" => "alpha",
                "b" => "beta",
                "m" => "milestone",
                other => other,
            };
            self.push(Item::Word(unaliased(word)));
            self.start = at;
            self.lists.push(Vec::new());
        }
        self.in_digits = true;
    }

    fn letter(&mut self, at: usize) {
        if self.in_digits && at > self.start {
            let found = self.item(at);
            self.push(found);
            self.start = at;
            self.lists.push(Vec::new());
        }
        self.in_digits = false;
    }

    fn end(mut self) -> Vec<Item> {
        if self.text.len() > self.start {
            if !self.in_digits {
                self.nest();
            }
            let found = self.item(self.text.len());
            self.push(found);
        }
        let mut inner = None;
        while let Some(mut list) = self.lists.pop() {
            list.extend(inner.take().map(Item::List));
            normalize(&mut list);
            inner = Some(list);
        }
        inner.unwrap_or_default()
    }

    fn item(&self, end: usize) -> Item {
        let text = &self.text[self.start..end];
        if is_number(text) { Item::Number(Number::of(text)) } else { Item::Word(unaliased(text)) }
    }

    fn push(&mut self, item: Item) {
        if let Some(list) = self.lists.last_mut() {
            list.push(item);
        }
    }

    fn nest(&mut self) {
        if self.lists.last().is_some_and(|list| !list.is_empty()) {
            self.lists.push(Vec::new());
        }
    }
}

fn unaliased(word: &str) -> String {
    match word {
        "ga" | "final" | "release" => String::new(),
        "cr" => "rc".to_owned(),
        other => other.to_owned(),
    }
}

/// Drops what says nothing at the end: zeros, words for the release, empty lists; also before a list.
fn normalize(list: &mut Vec<Item>) {
    for at in (0..list.len()).rev() {
        let empty = match &list[at] {
            Item::Number(number) => number.is_zero(),
            Item::Word(word) => place(word) == RELEASE,
            Item::List(items) => items.is_empty(),
        };
        if empty {
            list.remove(at);
        } else if !matches!(list[at], Item::List(_)) {
            return;
        }
    }
}

/// The place of a word among the qualifiers, and the word itself where it is none of them.
fn place(word: &str) -> (usize, &str) {
    match QUALIFIERS.iter().position(|known| *known == word) {
        Some(at) => (at, ""),
        None => (QUALIFIERS.len(), word),
    }
}

fn lists(one: &[Item], other: &[Item]) -> Ordering {
    for at in 0..one.len().max(other.len()) {
        let found = match (one.get(at), other.get(at)) {
            (Some(one), Some(other)) => items(one, other),
            (Some(one), None) => with_nothing(one),
            (None, Some(other)) => with_nothing(other).reverse(),
            (None, None) => Ordering::Equal,
        };
        if found.is_ne() {
            return found;
        }
    }
    Ordering::Equal
}

fn with_nothing(item: &Item) -> Ordering {
    match item {
        Item::Number(number) => number.cmp(&Number::ZERO),
        Item::Word(word) => place(word).cmp(&RELEASE),
        Item::List(items) => items.iter().map(with_nothing).find(|found| found.is_ne()).unwrap_or(Ordering::Equal),
    }
}

fn items(one: &Item, other: &Item) -> Ordering {
    match (one, other) {
        (Item::Number(one), Item::Number(other)) => one.cmp(other),
        (Item::List(one), Item::List(other)) => lists(one, other),
        (Item::Word(one), Item::Word(other)) => place(one).cmp(&place(other)),
        // A number is above a list, a list above a word.
        _ => rank(one).cmp(&rank(other)),
    }
}

fn rank(item: &Item) -> u8 {
    match item {
        Item::Number(_) => 2,
        Item::List(_) => 1,
        Item::Word(_) => 0,
    }
}
