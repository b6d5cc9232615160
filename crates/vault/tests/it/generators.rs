//! New secrets, judged by what other programs make of them.

use std::collections::HashSet;
use std::time::Duration;

use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use vault::{Alphabet, Error, KeyKind, generate_key_pair, random_text, random_token};

proptest! {
    #[test]
    fn a_text_has_its_length_and_its_alphabet(length in 1..500_usize, characters in "[!-~]{2,94}") {
        let mut seen = HashSet::new();
        let characters: String = characters.chars().filter(|character| seen.insert(*character)).collect();
        prop_assume!(characters.len() > 1);
        let text = random_text(length, Alphabet::new(&characters).unwrap()).unwrap();
        prop_assert_eq!(text.expose_secret().len(), length);
        prop_assert!(text.expose_secret().chars().all(|character| characters.contains(character)));
    }
}

#[test]
fn each_character_is_drawn_as_often_as_any_other() {
    // 62 and 94 do not divide 256: without throwing bytes away the first 8 (of 62) would come 5/4 as often.
    let printable: String = ('!'..='~').collect();
    let all = [Alphabet::ALPHANUMERIC, Alphabet::DIGITS, Alphabet::HEXADECIMAL, Alphabet::new(&printable).unwrap()];
    for (alphabet, size) in all.into_iter().zip([62_usize, 10, 16, 94]) {
        let mut counts = [0_u32; 128];
        let per = 4000.0;
        for _ in 0..size {
            let text = random_text(4000, alphabet).unwrap();
            text.expose_secret().bytes().for_each(|byte| counts[usize::from(byte)] += 1);
        }
        let seen: Vec<_> = counts.into_iter().filter(|count| *count > 0).collect();
        assert_eq!(seen.len(), size);
        let chi: f64 = seen.iter().map(|count| (f64::from(*count) - per).powi(2) / per).sum();
        // Mean size-1, deviation sqrt(2 (size-1)); seven of them are passed by chance once in about 10^9 runs.
        let free = (size - 1) as f64;
        assert!(chi < free + 7.0 * (2.0 * free).sqrt() + 12.0, "{size}: {chi}");
    }
}

#[test]
fn what_would_be_no_secret_is_not_generated() {
    for (length, characters) in [(0, "ab"), (4097, "ab")] {
        assert!(matches!(random_text(length, Alphabet::new(characters).unwrap()), Err(Error::Generator(_))));
    }
    for characters in ["", "a", "aa", "abca", "a b", "aé", "a\n"] {
        assert!(Alphabet::new(characters).is_err(), "{characters:?}");
    }
    for bytes in [0, 15, 3073, usize::MAX] {
        assert!(random_token(bytes).is_err(), "{bytes}");
    }
}

#[test]
fn tokens_are_base64url_and_never_the_same() {
    let mut seen = HashSet::new();
    for _ in 0..1000 {
        let token = random_token(32).unwrap().expose_secret().to_owned();
        assert!(token.len() == 43 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert!(seen.insert(token));
    }
}

#[test]
fn openssl_reads_the_key_pairs_and_agrees_on_the_public_half() {
    let Some(openssl) = testkit::tool("openssl") else { return };
    for (kind, is) in [(KeyKind::Ed25519, "ED25519 Private-Key"), (KeyKind::EcdsaP256, "NIST CURVE: P-256")] {
        let pair = generate_key_pair(kind).unwrap();
        let run = |arguments: &[&str]| {
            let run = testkit::Run::new(&openssl).arg("pkey").args(arguments).stdin(pair.private.expose_secret());
            run.within(Duration::from_secs(20)).run().expect_ok().stdout
        };
        assert_eq!(run(&["-pubout"]), pair.public);
        assert!(run(&["-noout", "-text"]).contains(is));
        assert!(pair.private.expose_secret().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert_eq!(run(&[]), pair.private.expose_secret());
        assert_ne!(generate_key_pair(kind).unwrap().public, pair.public);
    }
}
