//! NuGet: up to four numbers, then Semantic Versioning without regard to case.

use super::number::{Number, is_number};

/// A version. The derived order is the right one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nuget {
    numbers: [Number; 4],
    release: Release,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Release {
    Before(Vec<Identifier>),
    Itself,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(Number),
    Text(String),
}

impl Nuget {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['v', 'V']);
        let text = text.split_once('+').map_or(text, |(before, _)| before);
        let (numbers, before) = match text.split_once('-') {
            Some((numbers, before)) => (numbers, Some(before)),
            None => (text, None),
        };
        let mut read = [Number::ZERO, Number::ZERO, Number::ZERO, Number::ZERO];
        for (at, part) in numbers.split('.').enumerate() {
            let part = part.trim();
            *read.get_mut(at)? = is_number(part).then(|| Number::of(part))?;
        }
        let release = match before {
            None => Release::Itself,
            Some(before) => Release::Before(before.split('.').map(identifier).collect::<Option<_>>()?),
        };
        Some(Self { numbers: read, release })
    }

    pub(super) fn is_prerelease(&self) -> bool {
        self.release != Release::Itself
    }
}

fn identifier(text: &str) -> Option<Identifier> {
    match text {
        _ if is_number(text) => Some(Identifier::Number(Number::of(text))),
        "" => None,
        _ => Some(Identifier::Text(text.to_ascii_lowercase())),
    }
}
