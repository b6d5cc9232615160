//! What a format proves about itself: checksums, and structure that chance does not make.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;

use super::words::reads_as_words;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// How far the end of a key is looked for after its first line.
pub(crate) const LONGEST_KEY: usize = 24 << 10;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// Base64 as it is met in files: with or without padding.
pub(crate) const STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
/// The same in the alphabet for addresses.
pub(crate) const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, LENIENT);

/// A check that a rule may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// GitHub and npm: the last six characters are the CRC-32 of what lies between them and the prefix, in base 62.
    Crc32OfBody,
    /// Ours: the last six are the CRC-32 of all before them.
    Crc32OfAll,
    /// GitLab's routable tokens: the last seven are the CRC-32 of all before them, in base 36.
    Crc32Base36,
    /// Grafana: eight hexadecimal digits, the CRC-32 of all before them, least byte first.
    Crc32LittleEndian,
    /// PyPI: a macaroon that names its place.
    PypiMacaroon,
    /// A JSON web token: two parts are JSON, the first names an algorithm.
    Jwt,
    /// A private key: its lines follow.
    Pem,
    /// `user:password` in base64.
    BasicCredentials,
    /// A password between `:` and `@` of an address: no placeholder.
    PasswordInUrl,
    /// No placeholder and not a word.
    Random,
    /// A body of letters and digits that are no words: for tokens whose beginning says little.
    NoWords,
}

/// What a check says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Proven by itself.
    Sure,
    /// Nothing against it.
    Plausible,
    /// Its own checksum is against it: a made-up or misspelt one.
    Doubtful,
    /// It is something else.
    No,
    /// It is more than what matched.
    Whole(Range<usize>),
}

impl Check {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "crc32-of-body" => Self::Crc32OfBody,
            "crc32-of-all" => Self::Crc32OfAll,
            "crc32-base36" => Self::Crc32Base36,
            "crc32-little-endian" => Self::Crc32LittleEndian,
            "pypi-macaroon" => Self::PypiMacaroon,
            "jwt" => Self::Jwt,
            "pem" => Self::Pem,
            "basic-credentials" => Self::BasicCredentials,
            "password-in-url" => Self::PasswordInUrl,
            "random" => Self::Random,
            "no-words" => Self::NoWords,
            _ => return None,
        })
    }

    /// Looks at the secret at `at` in `text`.
    pub(crate) fn judge(self, text: &[u8], at: Range<usize>) -> Verdict {
        let secret = &text[at.clone()];
        match self {
            Self::Crc32OfBody => {
                let start = memchr::memrchr(b'_', secret).map_or(0, |last| last + 1);
                sure_if(ends_in_crc(&secret[start..], 6, BASE62))
            }
            Self::Crc32OfAll => sure_if(ends_in_crc(secret, 6, BASE62)),
            Self::Crc32Base36 => sure_if(ends_in_crc(secret, 7, BASE36)),
            Self::Crc32LittleEndian => sure_if(is_grafana(secret)),
            Self::PypiMacaroon => sure_if(is_pypi(secret)),
            Self::Jwt => judge_jwt(secret),
            Self::Pem => judge_pem(text, at),
            Self::BasicCredentials => judge_basic(secret),
            Self::NoWords => judge_words(secret),
            Self::PasswordInUrl | Self::Random => {
                if is_placeholder(secret) || is_phrase(secret) {
                    Verdict::No
                } else {
                    Verdict::Plausible
                }
            }
        }
    }
}

fn sure_if(right: bool) -> Verdict {
    if right { Verdict::Sure } else { Verdict::Doubtful }
}

/// A CRC-32 in a base, at a width.
pub(crate) fn crc_in_base(bytes: &[u8], width: usize, digits: &[u8]) -> Vec<u8> {
    let mut rest = crc32fast::hash(bytes) as usize;
    let mut out = vec![digits[0]; width];
    for place in out.iter_mut().rev() {
        *place = digits[rest % digits.len()];
        rest /= digits.len();
    }
    out
}

fn ends_in_crc(token: &[u8], width: usize, digits: &[u8]) -> bool {
    let Some(cut) = token.len().checked_sub(width).filter(|cut| *cut > 0) else { return false };
    crc_in_base(&token[..cut], width, digits) == token[cut..]
}

fn is_grafana(token: &[u8]) -> bool {
    let Some(cut) = token.len().checked_sub(9).filter(|cut| token[*cut] == b'_') else { return false };
    let hex: String = crc32fast::hash(&token[..cut]).to_le_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    hex.as_bytes() == &token[cut + 1..]
}

fn is_pypi(token: &[u8]) -> bool {
    let Some(body) = token.strip_prefix(b"pypi-") else { return false };
    let Ok(decoded) = URL_SAFE.decode(body) else { return false };
    // Version 2, then a location: the field type 1, its length, the name of the host.
    let live = concat!("\x02\x01\x08pypi", ".org");
    let test = concat!("\x02\x01\x0dtest.pypi", ".org");
    decoded.starts_with(live.as_bytes()) || decoded.starts_with(test.as_bytes())
}

fn judge_jwt(token: &[u8]) -> Verdict {
    let mut parts = token.split(|byte| *byte == b'.');
    let object = |part: Option<&[u8]>| {
        let decoded = URL_SAFE.decode(part?).ok()?;
        serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&decoded).ok()
    };
    let (Some(header), Some(_)) = (object(parts.next()), object(parts.next())) else { return Verdict::No };
    match header.get("alg").and_then(|alg| alg.as_str()) {
        Some("none") => Verdict::Doubtful,
        Some(_) => Verdict::Sure,
        // Against the standard, but met.
        None if !header.is_empty() => Verdict::Doubtful,
        None => Verdict::No,
    }
}

fn judge_words(token: &[u8]) -> Verdict {
    let has = |test: fn(&u8) -> bool| token.iter().any(test);
    if has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && !reads_as_words(token) {
        Verdict::Plausible
    } else {
        Verdict::No
    }
}

/// Whether a token, or what follows its beginning, says of itself that it is made up.
pub(crate) fn is_made_up(token: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] = [
        b"example",
        b"your_",
        b"your-",
        b"_here",
        b"redacted",
        b"placeholder",
        b"xxxxxx",
        b"abcdefghijkl",
        b"1234567890",
    ];
    let lower = token.to_ascii_lowercase();
    WORDS.iter().any(|word| memmem::find(&lower, word).is_some())
}

/// Only the first line matched: the body decides, and a text about keys has none.
fn judge_pem(text: &[u8], at: Range<usize>) -> Verdict {
    let limit = text.len().min(at.end + LONGEST_KEY);
    let after = &text[at.end..limit];
    // The next key is another's body: a text of nothing but first lines is passed through once.
    let after = &after[..memmem::find(after, b"-----BEGIN").unwrap_or(after.len())];
    let end = memmem::find(after, b"-----END");
    let body = &after[..end.unwrap_or(after.len())];
    let mut run = 0;
    let mut longest = 0;
    let mut stop = body.len();
    for (place, byte) in body.iter().enumerate() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=') {
            run += 1;
            longest = longest.max(run);
        } else {
            run = 0;
        }
        if *byte == 0 || (end.is_none() && matches!(byte, b'{' | b'<' | b'$')) {
            stop = place;
            break;
        }
    }
    if longest < 40 {
        return Verdict::No;
    }
    let last = match end {
        Some(end) => {
            let tail = &after[end + 8..];
            let line = memmem::find(&tail[..tail.len().min(64)], b"-----").map_or(0, |dashes| dashes + 5);
            end + 8 + line
        }
        // Cut off: what belongs to it is the block that follows.
        None => memmem::find(&body[..stop], b"\n\n").unwrap_or(stop).min(4096),
    };
    Verdict::Whole(at.start..at.end + last)
}

fn judge_basic(secret: &[u8]) -> Verdict {
    let Ok(decoded) = STANDARD.decode(secret) else { return Verdict::No };
    let Some(colon) = memchr::memchr(b':', &decoded) else { return Verdict::No };
    if decoded.starts_with(b"{") {
        return Verdict::No;
    }
    let printable = decoded.iter().all(|byte| (0x20..0x7f).contains(byte));
    let (user, password) = (&decoded[..colon], &decoded[colon + 1..]);
    if user == password || !printable || password.len() < 4 || is_placeholder(password) {
        return Verdict::No;
    }
    Verdict::Plausible
}

/// Words that stand where a secret will stand.
const STAND_INS: [&str; 41] = [
    "example",
    "changeme",
    "change-me",
    "change_me",
    "placeholder",
    "your",
    "xxxx",
    "****",
    "....",
    "dummy",
    "redacted",
    "insert",
    "replace",
    "todo",
    "sample",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "pass",
    "pwd",
    "token",
    "hunter2",
    "123456",
    "abcdef",
    "qwerty",
    "foobar",
    "deadbeef",
    "notasecret",
    "none",
    "null",
    "undefined",
    "test",
    "fake",
    "mock",
    "default",
    "string",
    "value",
    "user",
    "<",
    "fixme",
];

/// `only-for-tests`, `pa-ss`: words and parts of them with marks between.
fn is_phrase(value: &[u8]) -> bool {
    let is_mark = |byte: &u8| matches!(byte, b'-' | b'_' | b'.');
    if !value.iter().any(is_mark) || !value.iter().all(|byte| byte.is_ascii_alphabetic() || is_mark(byte)) {
        return false;
    }
    let joined: Vec<u8> = value.iter().copied().filter(|byte| !is_mark(byte)).collect();
    reads_as_words(value) || reads_as_words(&joined) || is_placeholder(&joined)
}

/// Whether a value is a stand-in, a variable or made of one letter.
pub(crate) fn is_placeholder(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let Some(&first) = lower.first() else { return true };
    if matches!(first, b'$' | b'{' | b'<' | b'%' | b'[' | b'(' | b'#' | b'*') && lower.len() < 64 {
        return true;
    }
    if memmem::find(&lower, b"${").is_some()
        || memmem::find(&lower, b"{{").is_some()
        || memmem::find(&lower, b"$(").is_some()
    {
        return true;
    }
    if lower.iter().all(|byte| *byte == first) {
        return true;
    }
    // A long random value may hold `test` or `none` by chance or as a mark; a short one with such a word is one.
    let most_of_it = |word: &str| word.len() * 3 >= lower.len() && memmem::find(&lower, word.as_bytes()).is_some();
    STAND_INS.iter().any(|word| most_of_it(word)) || (lower.len() < 40 && memmem::find(&lower, b"example").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(check: Check, token: &str) -> Verdict {
        check.judge(token.as_bytes(), 0..token.len())
    }

    #[test]
    fn a_github_token_of_the_public_record_has_a_right_checksum() {
        // Published by its owner after it was revoked; in two parts for the scan of this repository.
        let token = ["ghp_zQWBuTSOoRi4A9spHcV", "Y5ncnsDkxkJ0mLq17"].concat();
        assert_eq!(judge(Check::Crc32OfBody, &token), Verdict::Sure);
        assert_eq!(judge(Check::Crc32OfBody, &token.replace("zQW", "zQX")), Verdict::Doubtful);
    }

    #[test]
    fn short_and_empty_texts_are_no_tokens() {
        for check in
            ["crc32-of-body", "crc32-of-all", "crc32-base36", "crc32-little-endian", "pypi-macaroon", "jwt", "pem"]
        {
            for text in ["", "_", "a", "......", "pypi-", "eyJ."] {
                let verdict = judge(Check::named(check).unwrap(), text);
                assert!(matches!(verdict, Verdict::No | Verdict::Doubtful), "{check} of {text:?}: {verdict:?}");
            }
        }
    }

    #[test]
    fn stand_ins_are_told_from_values() {
        for stand_in in
            ["changeme", "your-password", "${DB_PASSWORD}", "{{ password }}", "xxxxxxxx", "<password>", "********"]
        {
            assert!(is_placeholder(stand_in.as_bytes()), "{stand_in}");
        }
        assert!(!is_placeholder(b"t7Bq2mXw9Lr4"));
        assert!(is_phrase(b"only-for-tests") && is_phrase(b"pa-ss"));
        assert!(!is_phrase(b"t7Bq-2mXw-9Lr4") && !is_phrase(b"xkqzj-vbw"));
    }

    #[test]
    fn a_user_who_is_the_password_is_no_secret() {
        let basic = |text: &str| judge(Check::BasicCredentials, &STANDARD.encode(text));
        assert_eq!(basic("admin:admin"), Verdict::No);
        assert_eq!(basic("{\"alg\": 1}"), Verdict::No);
        assert_eq!(basic("shop:t7Bq2mXw9Lr4"), Verdict::Plausible);
    }
}
