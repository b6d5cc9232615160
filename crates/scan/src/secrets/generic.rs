//! Secrets without a form of their own: anything assigned to a name that promises one.
//!
//! Precision is the point. The name must promise a secret by its words, the value must be a literal, and it must not read
//! as words, a path, an address, a hash of something public or a stand-in.

use domain::Confidence;

use super::assignment::Assignment;
use super::check::is_placeholder;
use super::entropy::shannon;
use super::place::{Language, Place};
use super::rule::GenericKind;
use super::words::{reads_as_words, usual_pairs, words_of};

/// Words that by themselves promise a secret.
const SECRET: [&str; 15] = [
    "secret",
    "creds",
    "secrets",
    "apikey",
    "token",
    "credential",
    "credentials",
    "authtoken",
    "accesskey",
    "secretkey",
    "privatekey",
    "passphrase",
    "accesstoken",
    "clientsecret",
    "apitoken",
];
/// What `key` is when one of these stands before it.
const BEFORE_KEY: [&str; 27] = [
    "api",
    "access",
    "secret",
    "private",
    "auth",
    "encryption",
    "encrypt",
    "signing",
    "sign",
    "signature",
    "master",
    "session",
    "service",
    "app",
    "account",
    "client",
    "storage",
    "hmac",
    "cipher",
    "crypto",
    "jwt",
    "cookie",
    "webhook",
    "admin",
    "root",
    "deploy",
    "shared",
];
/// Words that say the value is not the secret itself.
const NOT_SECRET: [&str; 63] = [
    "authenticity",
    "public",
    "pub",
    "hash",
    "hashed",
    "checksum",
    "sha",
    "digest",
    "fingerprint",
    "thumbprint",
    "name",
    "names",
    "type",
    "path",
    "file",
    "filename",
    "dir",
    "folder",
    "url",
    "uri",
    "endpoint",
    "header",
    "headers",
    "label",
    "prefix",
    "suffix",
    "pattern",
    "regex",
    "length",
    "len",
    "size",
    "version",
    "cache",
    "sort",
    "index",
    "format",
    "count",
    "limit",
    "expires",
    "expiry",
    "ttl",
    "test",
    "example",
    "dummy",
    "mock",
    "fake",
    "issuer",
    "scope",
    "scopes",
    "field",
    "column",
    "title",
    "description",
    "message",
    "error",
    "placeholder",
    "algorithm",
    "alg",
    "kind",
    "arn",
    "ref",
    "csrf",
    "tokenizer",
];
const PASSWORD: [&str; 9] =
    ["password", "passwd", "pwd", "passphrase", "pass", "passcode", "dbpassword", "userpass", "pswd"];

/// How sure it is that this is a secret, if it is one at all.
pub(crate) fn judge(kind: GenericKind, text: &[u8], found: &Assignment, place: &Place<'_>) -> Option<Confidence> {
    let value = &text[found.value.clone()];
    let literal = found.quoted || place.language == Language::Settings || is_environment(text, found);
    if !literal || place.language == Language::Made || !(6..=200).contains(&value.len()) {
        return None;
    }
    if value.iter().any(|byte| !(0x21..0x7f).contains(byte)) {
        return None;
    }
    let sure = match kind {
        GenericKind::Key => judge_key(&text[found.name.clone()], value)?,
        GenericKind::Password => judge_password(&text[found.name.clone()], value, found, place)?,
        GenericKind::Kubernetes => return None,
    };
    let beside = !found.quoted && place.language != Language::Settings;
    let doubtful = place.for_tests || found.compared || place.language == Language::Prose || beside;
    Some(if doubtful { sure.lowered() } else { sure })
}

/// `API_TOKEN=…` on a line of its own is a literal in documents and strings of programs too.
fn is_environment(text: &[u8], found: &Assignment) -> bool {
    let name = &text[found.name.clone()];
    let line = memchr::memrchr(b'\n', &text[..found.name.start]).map_or(0, |newline| newline + 1);
    let before = text[line..found.name.start].trim_ascii();
    let rest = text.get(found.value.end).copied().unwrap_or(b'\n');
    name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
        && text.get(found.name.end) == Some(&b'=')
        && found.value.start == found.name.end + 1
        && matches!(before, b"" | b"export" | b"//" | b"///" | b"//!" | b"#" | b"*" | b"$" | b"-")
        && matches!(rest, b'\n' | b'\r' | b' ')
}

/// Names that leave no doubt: `api_token`, `client_secret`.
fn promises_without_doubt(words: &[String]) -> bool {
    let strong =
        |word: &String| matches!(word.as_str(), "apikey" | "apitoken" | "clientsecret" | "accesstoken" | "authtoken");
    let last = words.last().is_some_and(|word| word == "secret" || strong(word));
    let pair = words.windows(2).last().is_some_and(|pair| {
        matches!(pair[0].as_str(), "api" | "access" | "auth" | "secret") && matches!(pair[1].as_str(), "key" | "token")
    });
    last || pair
}

fn judge_key(name: &[u8], value: &[u8]) -> Option<Confidence> {
    if is_uuid(value) && shannon(value) > 3.0 {
        let words = words_of(name);
        return (promises_key(&words) && promises_without_doubt(&words)).then_some(Confidence::Low);
    }
    if value.len() < 16 || !is_key_alphabet(value) || is_public_thing(value) {
        return None;
    }
    let words = words_of(name);
    if !promises_key(&words) || is_placeholder(value) || reads_as_words(value) {
        return None;
    }
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if letters == 0 || (digits == 0 && (value.len() < 24 || usual_pairs(value, 8).unwrap_or(100) > 45)) {
        return None;
    }
    if has_long_run(value) || has_word_parts(value) {
        return None;
    }
    let bits = shannon(value);
    if is_hex(value) {
        return (bits >= 3.0 && value.len() >= 24 && digits >= 3).then_some(Confidence::Medium);
    }
    let least = match value.len() {
        ..20 => 3.5,
        20..32 => 3.7,
        _ => 4.0,
    };
    (bits >= least).then_some(Confidence::Medium)
}

fn judge_password(name: &[u8], value: &[u8], found: &Assignment, place: &Place<'_>) -> Option<Confidence> {
    if !(8..=64).contains(&value.len()) || is_placeholder(value) || is_public_thing(value) || found.compared {
        return None;
    }
    let words = words_of(name);
    let last = words.last()?;
    let about = |word: &String| NOT_SECRET.contains(&word.as_str());
    if !PASSWORD.contains(&last.as_str()) || words.iter().any(about) {
        return None;
    }
    let has = |test: fn(&u8) -> bool| usize::from(value.iter().any(test));
    let special = has(|byte| byte.is_ascii_punctuation() && !matches!(byte, b'_' | b'-' | b'.' | b'/' | b':'));
    let digit = has(u8::is_ascii_digit);
    let (lower, upper) = (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
    if digit + special == 0 || lower + upper == 0 || is_expression(value) {
        return None;
    }
    // Without quotes only a settings file is believed, and only when the value is no name of something else.
    if !found.quoted && (place.for_tests || digit == 0) {
        return None;
    }
    if has_long_run(value) || ((special == 0 || value.len() >= 16) && reads_as_words(value)) || shannon(value) < 2.75 {
        return None;
    }
    let classes = digit + special + lower + upper;
    Some(if classes >= 3 { Confidence::Medium } else { Confidence::Low })
}

fn promises_key(words: &[String]) -> bool {
    if words.iter().any(|word| NOT_SECRET.contains(&word.as_str())) || words.last().is_some_and(|word| word == "id") {
        return false;
    }
    let last = words.len().saturating_sub(4);
    let near = &words[last..];
    near.iter().any(|word| SECRET.contains(&word.as_str()) || PASSWORD.contains(&word.as_str()))
        || near.windows(2).any(|pair| pair[1] == "key" && BEFORE_KEY.contains(&pair[0].as_str()))
}

fn is_key_alphabet(value: &[u8]) -> bool {
    value.iter().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'+' | b'/'
                    | b'='
                    | b'_'
                    | b'-'
                    | b'.'
                    | b'~'
                    | b'!'
                    | b'$'
                    | b':'
                    | b'@'
                    | b'#'
                    | b'%'
                    | b'^'
                    | b'&'
                    | b'*'
            )
    })
}

fn is_hex(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_hexdigit)
}

/// Addresses, paths, versions, dates, UUIDs, and what hashes and certificates look like.
fn is_public_thing(value: &[u8]) -> bool {
    let holds = |part: &[u8]| memchr::memmem::find(value, part).is_some();
    holds(b"://")
        || value.starts_with(b"/")
        || value.starts_with(b"./")
        || value.starts_with(b"--")
        || value.starts_with(b"arn:")
        || value.starts_with(b"sha256")
        || value.starts_with(b"sha512")
        || value.starts_with(b"sha1-")
        || value.starts_with(b"ssh-")
        || value.starts_with(b"MII")
        || is_uuid(value)
        || value.iter().filter(|byte| matches!(byte, b'/' | b'.' | b':')).count() > 3
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value
            .iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// `abcdefgh`, `12345678`, `aaaa`: people's ideas of random.
fn has_long_run(value: &[u8]) -> bool {
    let mut run = 0_usize;
    let mut longest = 0;
    for pair in value.windows(2) {
        let step = i16::from(pair[1]) - i16::from(pair[0]);
        run = if step == 0 || step == 1 { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest >= 4 && longest * 4 >= value.len().min(32)
}

/// Parts between separators that are all words or numbers: `my-app-2-key`, `us-east-1.example`.
fn has_word_parts(value: &[u8]) -> bool {
    let parts: Vec<&[u8]> =
        value.split(|byte| matches!(byte, b'-' | b'_' | b'.' | b'/' | b':')).filter(|part| !part.is_empty()).collect();
    if parts.len() < 3 {
        return false;
    }
    let plain = |part: &&&[u8]| {
        part.len() <= 3
            || part.iter().all(u8::is_ascii_digit)
            || (part.iter().all(u8::is_ascii_alphabetic) && usual_pairs(part, 2).unwrap_or(100) >= 50)
    };
    parts.iter().filter(plain).map(|part| part.len()).sum::<usize>() * 10 >= value.len() * 6
}

fn is_expression(value: &[u8]) -> bool {
    value.iter().any(|byte| matches!(byte, b'(' | b')' | b'{' | b'}' | b'<' | b'>' | b'[' | b']' | b'\\' | b'`'))
        || value.starts_with(b"process.env")
        || value.starts_with(b"os.")
        || memchr::memmem::find(value, b"->").is_some()
        || memchr::memmem::find(value, b"::").is_some()
        || (value.contains(&b'/') && value.contains(&b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::assignment::around;

    fn sure(kind: GenericKind, path: &str, text: &str) -> Option<Confidence> {
        let equals = text.find(['=', ':']).unwrap();
        let found = around(text.as_bytes(), equals.saturating_sub(2)..equals.saturating_sub(1))?;
        judge(kind, text.as_bytes(), &found, &Place::of(path, None))
    }

    #[test]
    fn a_random_value_under_a_promising_name_is_a_key() {
        let line = format!("api_key = \"{}\"", ["q7GxN2vKp9Lm", "W4tZ8rYc3bHd"].concat());
        assert_eq!(sure(GenericKind::Key, "src/a.py", &line), Some(Confidence::Medium));
        assert_eq!(sure(GenericKind::Key, "tests/a.py", &line), Some(Confidence::Low));
        assert_eq!(sure(GenericKind::Key, "a.lock", &line), None);
        assert_eq!(sure(GenericKind::Key, "src/a.py", &line.replace("api", "cache")), None);
        assert_eq!(sure(GenericKind::Key, "src/a.py", &line.replace("api", "public")), None);
    }

    #[test]
    fn words_paths_and_stand_ins_are_no_keys() {
        for value in [
            "getSessionTokenFromHeader1",
            "application/json; v1",
            "/var/run/secrets/token1",
            "https://example.com/a1b2c3d4e5",
            "your-api-key-goes-here-1",
            "xxxxxxxxxxxxxxxxxxxxxxxx1",
            "us-east-1-prod-app-2",
            "0123456789abcdefghij",
        ] {
            assert_eq!(sure(GenericKind::Key, "a.py", &format!("api_token = \"{value}\"")), None, "{value}");
        }
    }

    #[test]
    fn a_password_of_a_person_is_found_where_it_is_a_literal() {
        let value = ["Tr0ub4", "dor&3x"].concat();
        assert_eq!(
            sure(GenericKind::Password, "a.py", &format!("db_password = \"{value}\"")),
            Some(Confidence::Medium)
        );
        assert_eq!(sure(GenericKind::Password, "a.py", &format!("password_hash = \"{value}\"")), None);
        assert_eq!(sure(GenericKind::Password, "a.rs", "password = getPassword1"), None);
        assert_eq!(sure(GenericKind::Password, "a.env", "PASSWORD = correcthorse"), None);
    }
}
