//! Alpine and its kin: the order of `apk`, which took it from Gentoo.

use std::cmp::Ordering;

use super::number::{Number, split_digits};

/// What precedes a release, in order.
const BEFORE: [&str; 4] = ["alpha", "beta", "pre", "rc"];
/// What follows a release, in order.
const AFTER: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];

/// A version, token by token.
#[derive(Clone, Debug)]
pub(super) struct Apk(Vec<Token>);

/// In the order of what may follow; where two versions differ in kind, the earlier kind is the newer version.
#[derive(Clone, Debug)]
enum Token {
    First(Number),
    Digits(String),
    Letter(u8),
    /// Below zero what precedes a release.
    Suffix(i8),
    SuffixNumber(Number),
    Commit(String),
    Revision(Number),
}

impl Apk {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (first, mut rest) = number(text)?;
        let mut tokens = vec![Token::First(Number::of(first))];
        while let Some(behind) = rest.strip_prefix('.') {
            let (digits, behind) = number(behind)?;
            tokens.push(Token::Digits(digits.to_owned()));
            rest = behind;
        }
        if let Some(letter) = rest.bytes().next().filter(u8::is_ascii_lowercase) {
            tokens.push(Token::Letter(letter));
            rest = &rest[1..];
        }
        while let Some(behind) = rest.strip_prefix('_') {
            let (word, behind) = behind.split_at(behind.bytes().take_while(u8::is_ascii_lowercase).count());
            tokens.push(Token::Suffix(suffix(word)?));
            let (digits, behind) = split_digits(behind);
            if !digits.is_empty() {
                tokens.push(Token::SuffixNumber(Number::of(digits)));
            }
            rest = behind;
        }
        if let Some(behind) = rest.strip_prefix('~') {
            let (hash, behind) = behind.split_at(behind.bytes().take_while(u8::is_ascii_hexdigit).count());
            tokens.push(Token::Commit(hash.to_owned()));
            rest = behind;
        }
        if let Some(behind) = rest.strip_prefix("-r") {
            let (digits, behind) = number(behind)?;
            tokens.push(Token::Revision(Number::of(digits)));
            rest = behind;
        }
        rest.is_empty().then_some(Self(tokens))
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        for (one, other) in self.0.iter().zip(&other.0) {
            let found = tokens(one, other);
            if found.is_ne() {
                return found;
            }
        }
        let at = self.0.len().min(other.0.len());
        kinds(self.0.get(at), other.0.get(at))
    }

    pub(super) fn is_prerelease(&self) -> bool {
        self.0.iter().any(|token| matches!(token, Token::Suffix(place) if *place < 0))
    }
}

fn number(text: &str) -> Option<(&str, &str)> {
    Some(split_digits(text)).filter(|(digits, _)| !digits.is_empty())
}

fn suffix(word: &str) -> Option<i8> {
    let before = BEFORE.iter().position(|known| *known == word).map(|at| at as i8 - BEFORE.len() as i8);
    before.or_else(|| AFTER.iter().position(|known| *known == word).map(|at| at as i8 + 1))
}

fn tokens(one: &Token, other: &Token) -> Ordering {
    match (one, other) {
        (Token::First(one), Token::First(other))
        | (Token::SuffixNumber(one), Token::SuffixNumber(other))
        | (Token::Revision(one), Token::Revision(other)) => one.cmp(other),
        // With a zero before it, it is a fraction and compared as text.
        (Token::Digits(one), Token::Digits(other)) if one.starts_with('0') || other.starts_with('0') => one.cmp(other),
        (Token::Digits(one), Token::Digits(other)) => Number::of(one).cmp(&Number::of(other)),
        (Token::Letter(one), Token::Letter(other)) => one.cmp(other),
        (Token::Suffix(one), Token::Suffix(other)) => one.cmp(other),
        (Token::Commit(one), Token::Commit(other)) => one.cmp(other),
        _ => kinds(Some(one), Some(other)),
    }
}

fn kinds(one: Option<&Token>, other: Option<&Token>) -> Ordering {
    match (one, other) {
        (Some(Token::Suffix(place)), _) if *place < 0 => Ordering::Less,
        (_, Some(Token::Suffix(place))) if *place < 0 => Ordering::Greater,
        _ => kind(other).cmp(&kind(one)),
    }
}

fn kind(token: Option<&Token>) -> u8 {
    match token {
        Some(Token::First(_)) => 0,
        Some(Token::Digits(_)) => 1,
        Some(Token::Letter(_)) => 2,
        Some(Token::Suffix(_)) => 3,
        Some(Token::SuffixNumber(_)) => 4,
        Some(Token::Commit(_)) => 5,
        Some(Token::Revision(_)) => 6,
        None => 7,
    }
}
