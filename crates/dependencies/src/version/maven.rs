//! Maven: the order of its class `ComparableVersion` (Maven 3.9), with its nested lists, qualifiers and combinations.

use std::cmp::Ordering;

use super::number::{Number, is_number};

/// What has a place of its own in the order; all other words come behind, by the alphabet.
const QUALIFIERS: [&str; 7] = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
const RELEASE: usize = 5;

/// A version.
#[derive(Clone, Debug)]
pub(super) struct Maven(Vec<Item>);

#[derive(Clone, Debug)]
enum Item {
    Number(Number),
    Word(String),
    /// A word with a number glued to it: `rc1`, `rc-1`.
    Both(String, Number),
    List(Vec<Item>),
}

impl Maven {
    pub(super) fn parse(text: &str) -> Self {
        let mut reader = Reader::default();
        let text = text.to_lowercase();
        let letters: Vec<char> = text.chars().collect();
        for (at, letter) in letters.iter().enumerate() {
            match letter {
                '.' => reader.dot(&letters, at),
                '-' => reader.hyphen(&letters, at),
                '0'..='9' => reader.digit(at),
                _ => reader.letter(&letters, at),
            }
        }
        Self(reader.end(&letters))
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        lists(&self.0, &other.0)
    }

    pub(super) fn is_prerelease(&self) -> bool {
        fn before(items: &[Item]) -> bool {
            items.iter().any(|item| match item {
                Item::Number(_) => false,
                Item::Word(word) | Item::Both(word, _) => place(word).0 < RELEASE,
                Item::List(items) => before(items),
            })
        }
        before(&self.0)
    }
}

/// Reads from left to right. Each list is the last item of the one before it, so that they can be kept side by side.
struct Reader {
    lists: Vec<Vec<Item>>,
    start: usize,
    in_digits: bool,
    combined: bool,
}

impl Default for Reader {
    fn default() -> Self {
        Self { lists: vec![Vec::new()], start: 0, in_digits: false, combined: false }
    }
}

impl Reader {
    fn dot(&mut self, letters: &[char], at: usize) {
        self.push_up_to(letters, at);
        self.combined = false;
        self.start = at + 1;
    }

    fn hyphen(&mut self, letters: &[char], at: usize) {
        // `rc-1` is `rc1`.
        if at != self.start && !self.in_digits && letters.get(at + 1).is_some_and(char::is_ascii_digit) {
            self.combined = true;
            return;
        }
        self.push_up_to(letters, at);
        self.start = at + 1;
        self.nest();
        self.combined = false;
    }

    fn digit(&mut self, at: usize) {
        if !self.in_digits && at > self.start {
            self.combined = true;
            self.nest();
        }
        self.in_digits = true;
    }

    fn letter(&mut self, letters: &[char], at: usize) {
        if self.in_digits && at > self.start {
            self.push(item(&letters[self.start..at], self.combined, true));
            self.start = at;
            self.lists.push(Vec::new());
            self.combined = false;
        }
        self.in_digits = false;
    }

    fn end(mut self, letters: &[char]) -> Vec<Item> {
        if letters.len() > self.start {
            if !self.in_digits {
                self.nest();
            }
            self.push(item(&letters[self.start..], self.combined, self.in_digits));
        }
        let mut inner = None;
        while let Some(mut list) = self.lists.pop() {
            list.extend(inner.take().map(Item::List));
            normalize(&mut list);
            inner = Some(list);
        }
        inner.unwrap_or_default()
    }

    fn push_up_to(&mut self, letters: &[char], at: usize) {
        let found = if at == self.start {
            Item::Number(Number::ZERO)
        } else {
            item(&letters[self.start..at], self.combined, self.in_digits)
        };
        self.push(found);
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

fn item(letters: &[char], combined: bool, digits: bool) -> Item {
    let text: String = letters.iter().filter(|letter| !combined || **letter != '-').collect();
    if combined {
        let at = text.find(|letter: char| letter.is_ascii_digit()).unwrap_or(text.len());
        let (word, number) = text.split_at(at);
        let number = if is_number(number) { Number::of(number) } else { Number::ZERO };
        return Item::Both(word_of(word, true), number);
    }
    if digits && is_number(&text) { Item::Number(Number::of(&text)) } else { Item::Word(word_of(&text, false)) }
}

fn word_of(text: &str, before_digit: bool) -> String {
    let word = match text {
        "a" if before_digit => "alpha",
        "b" if before_digit => "beta",
        "m" if before_digit => "milestone",
        "cr" => "rc",
        other => other,
    };
    word.to_owned()
}

/// Drops what says nothing: zeros and empty items at the end, and before a word.
fn normalize(list: &mut Vec<Item>) {
    for at in (0..list.len()).rev() {
        let empty = match &list[at] {
            Item::Number(number) => number.is_zero(),
            Item::Word(word) => word.is_empty(),
            Item::List(items) => items.is_empty(),
            Item::Both(..) => false,
        };
        let before_word = || match list.get(at + 1) {
            None | Some(Item::Word(_)) => true,
            Some(Item::List(items)) => matches!(items.first(), Some(Item::Word(_) | Item::Both(..))),
            Some(_) => false,
        };
        if empty && before_word() {
            list.remove(at);
        }
    }
}

/// The place of a word among the qualifiers, and the word itself where it is none of them.
fn place(word: &str) -> (usize, &str) {
    match word {
        "ga" | "final" | "release" => (RELEASE, ""),
        _ => match QUALIFIERS.iter().position(|known| *known == word) {
            Some(at) => (at, ""),
            None => (QUALIFIERS.len(), word),
        },
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
        Item::Word(word) | Item::Both(word, _) => place(word).cmp(&(RELEASE, "")),
        Item::List(items) => items.iter().map(with_nothing).find(|found| found.is_ne()).unwrap_or(Ordering::Equal),
    }
}

fn items(one: &Item, other: &Item) -> Ordering {
    match (one, other) {
        (Item::Number(one), Item::Number(other)) => one.cmp(other),
        (Item::List(one), Item::List(other)) => lists(one, other),
        (Item::Word(one), Item::Word(other)) => place(one).cmp(&place(other)),
        (Item::Word(one), Item::Both(other, _)) => place(one).cmp(&place(other)).then(Ordering::Less),
        (Item::Both(one, _), Item::Word(other)) => place(one).cmp(&place(other)).then(Ordering::Greater),
        (Item::Both(one, first), Item::Both(other, second)) => place(one).cmp(&place(other)).then(first.cmp(second)),
        // A number is above a list, a list above a word.
        _ => rank(one).cmp(&rank(other)),
    }
}

fn rank(item: &Item) -> u8 {
    match item {
        Item::Number(_) => 2,
        Item::List(_) => 1,
        Item::Word(_) | Item::Both(..) => 0,
    }
}
