//! The value of an API token: `sb_`, 30 random base-62 digits, and 6 that check what is before them.
//!
//! The check is no secret: it tells a typo from a token without asking the store, and lets scanners of secrets find
//! tokens without mistakes. What proves a token is its SHA-256 in the store. An attacker cannot learn a value digit by
//! digit from how long the look-up takes: the hash of a guess tells nothing about the guess beside it, so that comparing
//! in constant time would add nothing.

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::error::Error;

const PREFIX: &str = "sb_";
const RANDOM: usize = 30;
const CHECK: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new random value.
pub(super) fn random() -> Result<SecretString, Error> {
    let mut text = PREFIX.to_owned();
    while text.len() < PREFIX.len() + RANDOM {
        let mut bytes = [0_u8; 2 * RANDOM];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::internal("the system gave no random bytes"))?;
        // 248 is the largest multiple of 62 in a byte: beyond it some digits would come more often than others.
        let digits = bytes.iter().filter(|byte| **byte < 248).map(|byte| char::from(DIGITS[usize::from(byte % 62)]));
        text.extend(digits.take(PREFIX.len() + RANDOM - text.len()));
    }
    let check = check(&text);
    text.push_str(&check);
    Ok(SecretString::from(text))
}

/// The CRC-32 of `text` in base 62.
fn check(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes()) as usize;
    let mut digits = [b'0'; CHECK];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[rest % 62];
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// Whether `text` has the form of a token, check digits included.
pub(super) fn is_well_formed(text: &str) -> bool {
    let Some(digits) = text.strip_prefix(PREFIX) else { return false };
    if digits.len() != RANDOM + CHECK || !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let (before, found) = text.split_at(PREFIX.len() + RANDOM);
    check(before) == found
}

/// What the store knows of a token.
pub(super) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// What people know it by in lists.
pub(super) fn last_four(value: &SecretString) -> String {
    let text = value.expose_secret();
    text[text.len() - 4..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_well_formed_and_no_other_like_it() {
        for _ in 0..500 {
            let value = random().unwrap();
            let text = value.expose_secret();
            assert!(text.len() == 39 && is_well_formed(text), "{text}");
            for place in 0..text.len() {
                let mut other: Vec<u8> = text.bytes().collect();
                other[place] = if other[place] == b'a' { b'b' } else { b'a' };
                assert!(!is_well_formed(std::str::from_utf8(&other).unwrap()), "{text} at {place}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_is_a_token_only_if_its_check_fits(text in ".{0,60}", digits in "[0-9A-Za-z]{30}") {
            let value = format!("sb_{digits}");
            let value = format!("{value}{}", check(&value));
            assert!(is_well_formed(&value) && !is_well_formed(&text));
            assert!(text.is_empty() || !is_well_formed(&[value.as_str(), &text].concat()));
            assert!((0..value.len()).all(|end| !is_well_formed(&value[..end])));
        }
    }

    #[test]
    fn the_check_is_the_crc_32_of_what_is_before() {
        // 123456789 is the test value of CRC-32: cbf43926, which is 3_421_780_262.
        assert_eq!(check("123456789"), "3jZRME");
    }

    #[test]
    fn every_digit_comes_as_often_as_the_others() {
        let mut count = [0_u32; 128];
        for _ in 0..2_000 {
            for byte in random().unwrap().expose_secret()[3..33].bytes() {
                count[usize::from(byte)] += 1;
            }
        }
        let (least, most) = DIGITS.iter().fold((u32::MAX, 0), |(least, most), digit| {
            let found = count[usize::from(*digit)];
            (least.min(found), most.max(found))
        });
        assert!(least > 800 && most < 1140, "60,000 digits: {least} to {most} of each, 968 expected");
    }
}
