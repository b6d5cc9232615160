//! New secrets: text of an alphabet, tokens, key-encryption keys.

use aws_lc_rs::rand;
use data_encoding::{BASE64, BASE64URL_NOPAD, Encoding};
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::aead::KEY_BYTES;
use crate::error::Error;

/// Longest text that is generated.
const MAX_LENGTH: usize = 4096;

/// A token of fewer bytes could be guessed.
const MIN_TOKEN_BYTES: usize = 16;

/// The characters that a text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alphabet<'a>(&'a [u8]);

impl Alphabet<'static> {
    /// Digits and both cases of letters: no programming language, shell or URL gives them another meaning.
    pub const ALPHANUMERIC: Self = Self(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    /// Digits.
    pub const DIGITS: Self = Self(b"0123456789");
    /// Hexadecimal digits in lower case.
    pub const HEXADECIMAL: Self = Self(b"0123456789abcdef");
}

impl<'a> Alphabet<'a> {
    /// These characters, each once: ASCII that can be seen.
    ///
    /// # Errors
    /// When there are fewer than two, one of them twice, or one that cannot be seen.
    pub fn new(characters: &'a str) -> Result<Self, Error> {
        let bytes = characters.as_bytes();
        let twice =
            bytes.iter().enumerate().any(|(index, byte)| bytes.iter().skip(index + 1).any(|other| other == byte));
        if bytes.len() < 2 || twice || !bytes.iter().all(u8::is_ascii_graphic) {
            return Err(Error::Generator("the characters must be at least two, each once, of ASCII that can be seen"));
        }
        Ok(Self(bytes))
    }
}

/// Text of `length` characters, each drawn evenly from the alphabet.
///
/// # Errors
/// When the length is 0 or beyond 4096, or there is no randomness.
pub fn random_text(length: usize, alphabet: Alphabet<'_>) -> Result<SecretString, Error> {
    if !(1..=MAX_LENGTH).contains(&length) {
        return Err(Error::Generator("the length must be between 1 and 4096"));
    }
    let size = alphabet.0.len();
    // Bytes from here on would favour the first characters, so they are thrown away.
    let even = 256 - 256 % size;
    let mut text = Zeroizing::new(String::with_capacity(length));
    let mut bytes = Zeroizing::new([0_u8; 64]);
    while text.len() < length {
        rand::fill(&mut *bytes).map_err(|_| Error::Randomness)?;
        let drawn = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < even);
        let characters = drawn.filter_map(|byte| alphabet.0.get(byte % size)).map(|byte| char::from(*byte));
        let missing = length - text.len();
        text.extend(characters.take(missing));
    }
    Ok(SecretString::from(text.as_str()))
}

/// A token of `bytes` random bytes, in the alphabet of base64url without padding.
///
/// # Errors
/// When that is fewer than 16 or more than 3072, or there is no randomness.
pub fn random_token(bytes: usize) -> Result<SecretString, Error> {
    if !(MIN_TOKEN_BYTES..=MAX_LENGTH / 4 * 3).contains(&bytes) {
        return Err(Error::Generator("a token must have between 16 and 3072 bytes"));
    }
    encoded(bytes, &BASE64URL_NOPAD)
}

/// A new key-encryption key as text for its file: 32 random bytes in base64.
///
/// # Errors
/// When there is no randomness.
pub fn new_kek() -> Result<SecretString, Error> {
    encoded(KEY_BYTES, &BASE64)
}

fn encoded(count: usize, encoding: &Encoding) -> Result<SecretString, Error> {
    let mut bytes = Zeroizing::new(vec![0_u8; count]);
    rand::fill(&mut bytes).map_err(|_| Error::Randomness)?;
    let mut text = Zeroizing::new(String::with_capacity(encoding.encode_len(count)));
    encoding.encode_append(&bytes, &mut text);
    Ok(SecretString::from(text.as_str()))
}
