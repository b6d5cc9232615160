//! Who may call: subjects with the SHA-256 of their tokens. The tokens themselves are never known here.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

const MAX_SUBJECT: usize = 64;

/// The name of an authenticated caller. It owns what it makes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Caller(Arc<str>);

impl Caller {
    /// The name, as the configuration gives it.
    pub fn subject(&self) -> &str {
        &self.0
    }
}

/// All callers that are known.
#[derive(Debug, Default)]
pub struct Tokens {
    entries: Vec<(Caller, [u8; 32])>,
}

impl Tokens {
    /// Reads `subject:sha256-hex` lines. Empty lines and lines that begin with `#` are skipped.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let mut entries = Vec::new();
        let mut faults = Vec::new();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        for (index, line) in lines.enumerate() {
            match parse_entry(line) {
                Some((_, hash)) if entries.iter().any(|(_, known)| *known == hash) => {
                    faults.push(format!("entry {} has the token of an entry before it: remove one", index + 1));
                }
                Some(entry) => entries.push(entry),
                None => faults.push(format!(
                    "entry {} must be a subject (letters, digits and . _ @ -), a colon and the SHA-256 of a token as \
                     64 hexadecimal digits: `make token SUBJECT=alice` prints one",
                    index + 1
                )),
            }
        }
        if faults.is_empty() { Ok(Self { entries }) } else { Err(faults) }
    }

    /// Is nobody allowed to call?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whose token this is. Always looks at every entry, so that the time it takes tells nothing.
    pub fn identify(&self, token: &[u8]) -> Option<Caller> {
        let presented: [u8; 32] = Sha256::digest(token).into();
        let mut found = Choice::from(0);
        let mut position = 0_u64;
        for (index, (_, hash)) in (0_u64..).zip(&self.entries) {
            let same = hash.ct_eq(&presented);
            position.conditional_assign(&index, same);
            found |= same;
        }
        let entry = usize::try_from(position).ok().and_then(|index| self.entries.get(index));
        entry.filter(|_| bool::from(found)).map(|(caller, _)| caller.clone())
    }
}

fn parse_entry(line: &str) -> Option<(Caller, [u8; 32])> {
    let (subject, hex) = line.split_once(':')?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte);
    let valid = (1..=MAX_SUBJECT).contains(&subject.len()) && subject.bytes().all(allowed);
    valid.then_some((Caller(subject.into()), parse_sha256(hex)?))
}

fn parse_sha256(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = [0; 32];
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_token_is_known_by_its_hash() {
        let tokens = Tokens::parse(&format!("# callers\n\nalice:{HASH_OF_ABC}\nbob:{:064}", 0)).unwrap();
        assert_eq!(tokens.identify(b"abc").unwrap().subject(), "alice");
        assert_eq!(tokens.identify(b"abd"), None);
        assert_eq!(tokens.identify(b""), None);
    }

    #[test]
    fn without_entries_no_token_is_known() {
        assert!(Tokens::default().is_empty());
        assert_eq!(Tokens::default().identify(b"abc"), None);
    }

    #[test]
    fn every_wrong_entry_is_reported_and_none_is_repeated() {
        let faults = Tokens::parse(&format!("alice:secret\n:{HASH_OF_ABC}\nnobody\nbob:{HASH_OF_ABC}")).unwrap_err();
        assert_eq!(faults.len(), 3);
        assert!(faults[0].starts_with("entry 1 "));
        assert!(faults.iter().all(|fault| !fault.contains("secret")));
    }

    #[test]
    fn one_token_cannot_belong_to_two_subjects() {
        let faults = Tokens::parse(&format!("alice:{HASH_OF_ABC}\nbob:{HASH_OF_ABC}")).unwrap_err();
        assert_eq!(faults, ["entry 2 has the token of an entry before it: remove one"]);
    }
}
