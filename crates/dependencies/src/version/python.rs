//! Python: PEP 440, and for what it does not know the order of the tools before it, below all that it knows.

use pep440_rs::Version;

/// A version. Legacy ones come before all others, as `packaging` had it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Python {
    Legacy(Vec<String>),
    Known(Version),
}

impl Python {
    pub(super) fn parse(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Legacy(legacy_key(&text.to_lowercase())), Self::Known)
    }

    pub(super) fn is_prerelease(&self) -> bool {
        match self {
            Self::Legacy(_) => false,
            Self::Known(version) => version.any_prerelease(),
        }
    }
}

/// The key that setuptools made before PEP 440: words marked with `*`, numbers filled to eight digits, `final` at the end.
fn legacy_key(text: &str) -> Vec<String> {
    let mut key: Vec<String> = Vec::new();
    for part in pieces(text).filter_map(legacy_part).chain(["*final".to_owned()]) {
        if part.starts_with('*') {
            if part.as_str() < "*final" {
                while key.last().is_some_and(|last| last == "*final-") {
                    key.pop();
                }
            }
            while key.last().is_some_and(|last| last == "00000000") {
                key.pop();
            }
        }
        key.push(part);
    }
    key
}

fn legacy_part(piece: &str) -> Option<String> {
    let word = match piece {
        "." => return None,
        "pre" | "preview" | "rc" => "c",
        "-" => "final-",
        "dev" => "@",
        other => other,
    };
    Some(if word.starts_with(|first: char| first.is_ascii_digit()) {
        format!("{word:0>8}")
    } else {
        format!("*{word}")
    })
}

/// Runs of digits, runs of letters, single dots and hyphens, and runs of all else.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let kind = |letter: char| match letter {
        '0'..='9' => 0,
        'a'..='z' => 1,
        '.' => 2,
        '-' => 3,
        _ => 4,
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = kind(rest.chars().next()?);
        let end = match first {
            2 | 3 => 1,
            _ => rest.find(|letter| kind(letter) != first).unwrap_or(rest.len()),
        };
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        Some(piece)
    })
}
