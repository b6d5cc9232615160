//! A text with signatures beneath it: the signed note of [c2sp.org/signed-note](https://c2sp.org/signed-note).

use std::fmt;

use crate::{
    error::Error,
    key::{Signer, Verifier, Verifiers, is_key_name},
    strict,
};

/// The longest note that is read. Sixteen signatures of post-quantum size fit, which the specification asks for.
pub const MAX_NOTE_BYTES: usize = 128 * 1024;

/// The most signatures of a note.
pub const MAX_SIGNATURES: usize = 100;

const KEY_ID_BYTES: usize = 4;

/// Begins a line with a signature: em dash, space.
const DASH: &str = "— ";

/// A note as it was read. Its text is worth nothing before [`verify`](Self::verify).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// One signature beneath a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    name: String,
    key_id: u32,
    bytes: Vec<u8>,
}

/// A note's text, and who vouches for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<'a> {
    /// The text, with its last newline.
    pub text: &'a str,
    /// The known keys that signed it, in the order of their signatures; at least one.
    pub signers: Vec<&'a Verifier>,
}

impl Note {
    /// Signs a text with each of the keys: during a rotation, the old and the new one.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedNote`] if there is no key, or the text has control characters, does not end in a newline or is too
    /// long; [`Error::AmbiguousKey`] if a key stands there twice.
    pub fn sign(text: &str, signers: &[&Signer]) -> Result<Self, Error> {
        if signers.is_empty() || signers.len() > MAX_SIGNATURES {
            return Err(malformed("it needs 1 to 100 signatures"));
        }
        if !text.ends_with('\n') {
            return Err(malformed("its text does not end in a newline"));
        }
        Verifiers::new(signers.iter().map(|signer| signer.verifier().clone()).collect())?;
        let signatures = signers.iter().map(|signer| Signature::make(text, signer)).collect::<Result<_, _>>()?;
        let note = Self { text: text.to_owned(), signatures };
        check_characters(note.to_string().as_bytes())?;
        Ok(note)
    }

    /// Reads a note.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedNote`] for everything that the specification does not allow, and for what is too long.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let note = check_characters(bytes)?;
        // The text may have empty lines; the last one in the note ends it.
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(malformed("no empty line ends its text"))?;
        let lines = strict::lines(signatures).ok_or(malformed("its last line does not end in a newline"))?;
        let signatures: Vec<Signature> =
            lines.take(MAX_SIGNATURES + 1).map(Signature::parse).collect::<Result<_, _>>()?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(malformed("it has more than 100 signatures"));
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// The text, with its last newline, whoever wrote it.
    #[must_use]
    pub fn unverified_text(&self) -> &str {
        &self.text
    }

    /// The signatures, of known and unknown keys.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Checks every signature of a known key, and ignores those of unknown ones, as the specification asks.
    ///
    /// # Errors
    ///
    /// [`Error::BadSignature`] if one of a known key does not match, also where another one does;
    /// [`Error::NoKnownSignature`] if there is none.
    pub fn verify<'a>(&'a self, known: &'a Verifiers) -> Result<Verified<'a>, Error> {
        let mut signers: Vec<&Verifier> = Vec::new();
        for signature in &self.signatures {
            let Some(key) = known.find(&signature.name, signature.key_id) else { continue };
            if !key.verifies(&self.text, &signature.bytes) {
                return Err(Error::BadSignature { name: key.name().to_owned(), key_id: key.key_id() });
            }
            if !signers.contains(&key) {
                signers.push(key);
            }
        }
        if signers.is_empty() { Err(Error::NoKnownSignature) } else { Ok(Verified { text: &self.text, signers }) }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(out, "{signature}"))
    }
}

impl Signature {
    fn make(text: &str, signer: &Signer) -> Result<Self, Error> {
        let key = signer.verifier();
        Ok(Self { name: key.name().to_owned(), key_id: key.key_id(), bytes: signer.sign(text)? })
    }

    fn parse(line: &str) -> Result<Self, Error> {
        let (name, signature) = line
            .strip_prefix(DASH)
            .and_then(|rest| rest.split_once(' '))
            .ok_or(malformed("a signature is not `— name signature`"))?;
        if !is_key_name(name) {
            return Err(malformed("the name of a key is empty, too long, or has spaces or a plus"));
        }
        let decoded = strict::base64(signature, MAX_NOTE_BYTES).ok_or(malformed("a signature is not base64"))?;
        match decoded.split_first_chunk::<KEY_ID_BYTES>() {
            Some((key_id, bytes)) if !bytes.is_empty() => {
                Ok(Self { name: name.to_owned(), key_id: u32::from_be_bytes(*key_id), bytes: bytes.to_vec() })
            }
            _ => Err(malformed("a signature is too short")),
        }
    }

    /// The name of the key that is said to have signed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of that key.
    #[must_use]
    pub const fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The signature itself.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Display for Signature {
    /// The line, without its newline.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signature = strict::to_base64(&[self.key_id.to_be_bytes().as_slice(), &self.bytes].concat());
        write!(out, "{DASH}{} {signature}", self.name)
    }
}

fn check_characters(bytes: &[u8]) -> Result<&str, Error> {
    if bytes.len() > MAX_NOTE_BYTES {
        return Err(malformed("it is longer than 128 KiB"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8"))?;
    if text.bytes().any(|byte| byte < b' ' && byte != b'\n') {
        return Err(malformed("it has control characters"));
    }
    Ok(text)
}

const fn malformed(why: &'static str) -> Error {
    Error::MalformedNote { why }
}
