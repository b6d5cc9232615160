//! Finds text that is wrapped in base64, hexadecimal digits or percent signs, and unwraps it.

use std::ops::Range;

use base64::Engine as _;
use memchr::memchr;

use super::check::{STANDARD, URL_SAFE};
use super::finding::Encoding;

/// Runs shorter than this hold no credential.
const SHORTEST: usize = 20;
/// Longer runs are unwrapped up to here.
const LONGEST: usize = 64 << 10;
/// How much of the line before a run goes with it: `password: ` in front of base64 is what makes it a password.
const CONTEXT: usize = 80;

/// A run that holds text.
pub(crate) struct Wrapped {
    /// Where the run stands.
    pub(crate) at: Range<usize>,
    pub(crate) encoding: Encoding,
    /// What precedes it on its line, what it holds, and the character after it.
    pub(crate) text: Vec<u8>,
    /// Which part of `text` was wrapped.
    pub(crate) inside: Range<usize>,
}

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        if c.is_ascii_alphanumeric() || c == b'+' || c == b'/' || c == b'-' || c == b'_' {
            table[byte] = 1;
        }
        byte += 1;
    }
    table
}

/// What base64 is made of, in either alphabet.
static RUN: [u8; 256] = classes();

/// Calls `take` with every wrapped text in `text`.
pub(crate) fn each(text: &[u8], take: &mut dyn FnMut(Wrapped)) {
    runs(text, &mut |at| {
        if let Some((encoding, decoded)) = unwrap_run(&text[at.clone()]) {
            take(with_context(text, at, encoding, &decoded));
        }
    });
    percent(text, take);
}

/// Every run of `SHORTEST` and more. A byte that ends a run is looked for from the far end, so most are never looked at.
fn runs(text: &[u8], take: &mut dyn FnMut(Range<usize>)) {
    let in_run = |at: usize| RUN[usize::from(text[at])] != 0;
    let mut at = 0;
    while at + SHORTEST <= text.len() {
        if let Some(break_at) = (at..at + SHORTEST).rev().find(|place| !in_run(*place)) {
            at = break_at + 1;
            continue;
        }
        let mut end = at + SHORTEST;
        while end < text.len() && in_run(end) {
            end += 1;
        }
        let padded = end + text[end..].iter().take(2).take_while(|byte| **byte == b'=').count();
        take(at..padded.min(at + LONGEST));
        at = padded;
    }
}

fn unwrap_run(run: &[u8]) -> Option<(Encoding, Vec<u8>)> {
    if run.len() >= 32 && run.len().is_multiple_of(2) && run.iter().all(u8::is_ascii_hexdigit) {
        let nibble = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
        let decoded: Vec<u8> = run.chunks_exact(2).map(|pair| nibble(pair[0]) << 4 | nibble(pair[1])).collect();
        return is_text(&decoded).then_some((Encoding::Hex, decoded));
    }
    let engine = if run.iter().any(|byte| matches!(byte, b'-' | b'_')) { &URL_SAFE } else { &STANDARD };
    // Twelve characters tell text from chance in all but one case in thousands.
    if !is_text(&engine.decode(run.get(..12)?).ok()?) {
        return None;
    }
    let body = &run[..run.len() - run.iter().rev().take_while(|byte| **byte == b'=').count()];
    let whole = if body.len() % 4 == 1 { &body[..body.len() - 1] } else { body };
    let decoded = engine.decode(whole).ok()?;
    is_text(&decoded).then_some((Encoding::Base64, decoded))
}

fn is_text(decoded: &[u8]) -> bool {
    let odd =
        decoded.iter().filter(|byte| !((0x20..0x7f).contains(*byte) || matches!(byte, b'\n' | b'\r' | b'\t'))).count();
    odd * 20 <= decoded.len() && !decoded.is_empty()
}

/// Address-like runs with `%41` in them.
fn percent(text: &[u8], take: &mut dyn FnMut(Wrapped)) {
    let mut at = 0;
    while let Some(found) = memchr(b'%', &text[at..]).map(|found| at + found) {
        at = found + 1;
        if escaped(text, found).is_none() {
            continue;
        }
        let start = (found.saturating_sub(256)..found)
            .rev()
            .find(|place| !is_address(text[*place]))
            .map_or(found.saturating_sub(256), |place| place + 1);
        let mut end = found;
        let mut decoded = text[start..found].to_vec();
        while end < text.len() && end - start < 4096 && is_address(text[end]) {
            match escaped(text, end) {
                Some(byte) => {
                    decoded.push(byte);
                    end += 3;
                }
                None => {
                    decoded.push(text[end]);
                    end += 1;
                }
            }
        }
        at = end.max(at);
        if is_text(&decoded) {
            take(with_context(text, start..end, Encoding::Url, &decoded));
        }
    }
}

fn is_address(byte: u8) -> bool {
    byte > b' ' && byte < 0x7f && !b"\"'`<>\\".contains(&byte)
}

fn escaped(text: &[u8], at: usize) -> Option<u8> {
    if text.get(at) != Some(&b'%') {
        return None;
    }
    let digit = |place: usize| text.get(place).and_then(|byte| char::from(*byte).to_digit(16));
    Some((digit(at + 1)? * 16 + digit(at + 2)?) as u8)
}

fn with_context(text: &[u8], at: Range<usize>, encoding: Encoding, decoded: &[u8]) -> Wrapped {
    let low = at.start.saturating_sub(CONTEXT);
    let line = memchr::memrchr(b'\n', &text[low..at.start]).map_or(low, |newline| low + newline + 1);
    let mut all = text[line..at.start].to_vec();
    let inside = all.len()..all.len() + decoded.len();
    all.extend_from_slice(decoded);
    all.push(text.get(at.end).copied().unwrap_or(b'\n'));
    Wrapped { at, encoding, text: all, inside }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unwrapped(text: &str) -> Vec<(Encoding, String)> {
        let mut all = Vec::new();
        each(text.as_bytes(), &mut |wrapped| {
            all.push((wrapped.encoding, String::from_utf8_lossy(&wrapped.text[wrapped.inside]).into_owned()));
        });
        all
    }

    #[test]
    fn each_wrapping_is_taken_off() {
        let inside = "the quick brown fox, 1234";
        let base64 = STANDARD.encode(inside);
        assert_eq!(unwrapped(&format!("x: {base64}\n")), [(Encoding::Base64, inside.to_owned())]);
        let hex: String = inside.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(unwrapped(&format!("({hex})")), [(Encoding::Hex, inside.to_owned())]);
        assert_eq!(unwrapped("a=b%20c%2Fd e"), [(Encoding::Url, "a=b c/d".to_owned())]);
    }

    #[test]
    fn identifiers_and_hashes_hold_no_text() {
        for text in [
            "getSessionTokenFromHeaderOrCookie",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "100%",
            "%zz",
        ] {
            assert!(unwrapped(text).is_empty(), "{text}");
        }
    }
}
