//! What can be said of an expression without compiling it: how far it reaches, and which texts every match of it has.
//! Compiling takes a hundred times as long as this, and most texts that hold a keyword lack the rest.

use memchr::memmem;
use regex_syntax::hir::{Hir, HirKind};

use super::go_syntax;

/// An expression seen from outside.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// The longest match in bytes; none where there is no bound.
    pub(crate) longest: Option<usize>,
    /// Every match has each of these.
    parts: Vec<Vec<u8>>,
}

impl Outline {
    /// Of an expression in Go's syntax; one that cannot be read demands nothing.
    pub(crate) fn of(pattern: &str) -> Self {
        let read = |unicode: bool| {
            let mut parser = regex_syntax::ParserBuilder::new().utf8(false).unicode(unicode).build();
            parser.parse(&go_syntax::translate(pattern)).ok()
        };
        // As the expression itself is compiled.
        let Some(hir) = read(false).or_else(|| read(true)) else { return Self::default() };
        let mut parts = Vec::new();
        collect(&hir, &mut parts);
        Self { longest: hir.properties().maximum_len(), parts }
    }

    /// Whether a match is possible at all.
    pub(crate) fn fits(&self, text: &[u8]) -> bool {
        self.parts.iter().all(|part| match part.as_slice() {
            [one] => memchr::memchr(*one, text).is_some(),
            more => memmem::find(text, more).is_some(),
        })
    }
}

/// Takes the plain texts that no match can do without. Letters whose case does not matter are classes here, not texts.
fn collect(hir: &Hir, parts: &mut Vec<Vec<u8>>) {
    match hir.kind() {
        HirKind::Literal(literal) => parts.push(literal.0.to_vec()),
        HirKind::Capture(capture) => collect(&capture.sub, parts),
        HirKind::Concat(all) => all.iter().for_each(|one| collect(one, parts)),
        HirKind::Repetition(repeated) if repeated.min > 0 => collect(&repeated.sub, parts),
        HirKind::Repetition(_) | HirKind::Alternation(_) | HirKind::Class(_) | HirKind::Look(_) | HirKind::Empty => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_fits_when_it_has_what_every_match_has() {
        for (pattern, fits, does_not) in [
            ("://[a-z]+:([a-z]+)@", "x://a:b@c", "x://a:b c"),
            ("(?i)curl.*(?:-H|--header)=", "CURL -h=", "CURL -h "),
            ("(?:a@){2,}b", "a@a@b", "a@a@"),
            (r"machine\s+login", "machine login", "machine"),
        ] {
            let outline = Outline::of(pattern);
            assert!(outline.fits(fits.as_bytes()), "{pattern}");
            assert!(!outline.fits(does_not.as_bytes()), "{pattern}");
        }
    }

    #[test]
    fn what_a_match_may_lack_is_not_asked_for() {
        for pattern in ["a?", "(?:a|b)", "a*", "(?i)a", "a{0,3}", "(", ""] {
            assert!(Outline::of(pattern).fits(b""), "{pattern}");
        }
    }

    #[test]
    fn the_longest_match() {
        assert_eq!(Outline::of("a{2,5}b").longest, Some(6));
        assert_eq!(Outline::of("a+b").longest, None);
    }
}
