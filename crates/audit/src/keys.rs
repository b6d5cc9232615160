//! Who signs the checkpoints of a log, and whom to believe: two small files.
//!
//! The private one has a line for each key, newest first, as Go's `sumdb/note` writes it; all of them sign, so that those who
//! know only the old key can still check while a new one takes its place. The public one keeps retired keys as well: what they
//! signed stays believed, what they sign afterwards does not.

use std::fmt;
use std::str::FromStr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use merkle::{Checkpoint, Note, Signer, Verifier, Verifiers};
use zeroize::{Zeroize as _, Zeroizing};

const PREFIX: &str = "PRIVATE+KEY+";

/// The type byte of Ed25519 in front of a key.
const ED25519: u8 = 1;

const SEED_BYTES: usize = 32;

/// Says in the public file that the key of the next line is retired, and at which size of the log.
const RETIRED: &str = "# retired at size ";

/// Why keys or a checkpoint cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// A line of private keys does not have its form. What stands in it is never told.
    #[error("line {line} is no private key of the form PRIVATE+KEY+name+id+key; restore the file, or rotate the key")]
    Malformed {
        /// The line, from 1.
        line: usize,
    },
    /// There is no key.
    #[error("there is no key; rotate the key to make one")]
    Empty,
    /// Not all keys are of one log.
    #[error("the keys have different names, and all keys of a log bear its name; keep those of one log")]
    TwoLogs,
    /// Only keys signed that were retired before.
    #[error("it is signed by none but keys that were retired at size {size} of the log, before it")]
    Retired {
        /// The size at which the last of them was retired.
        size: u64,
    },
    /// The mathematics refuse it.
    #[error(transparent)]
    Merkle(#[from] merkle::Error),
}

/// The keys that sign, newest first.
#[derive(Debug)]
pub struct SigningKeys {
    signers: Vec<Signer>,
}

impl SigningKeys {
    /// Reads lines of private keys; empty ones, and those that begin with `#`, say nothing.
    ///
    /// # Errors
    /// [`KeyFault`], which never repeats what stands in the text.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let lines = text.lines().zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        let signers: Vec<Signer> = lines
            .map(|(line, number)| signer(line).ok_or(KeyFault::Malformed { line: number }))
            .collect::<Result<_, _>>()?;
        let first = signers.first().ok_or(KeyFault::Empty)?;
        if signers.iter().any(|other| other.verifier().name() != first.verifier().name()) {
            return Err(KeyFault::TwoLogs);
        }
        Verifiers::new(signers.iter().map(|one| one.verifier().clone()).collect())?;
        Ok(Self { signers })
    }

    /// The name of the log: that of its keys.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.signers.first().map_or("", |signer| signer.verifier().name())
    }

    /// What others need to check signatures, newest first.
    pub fn verifiers(&self) -> impl Iterator<Item = &Verifier> {
        self.signers.iter().map(Signer::verifier)
    }

    /// Signs what the log is now, with every key.
    ///
    /// # Errors
    /// What [`Checkpoint::sign`] says.
    pub fn sign(&self, tree: merkle::TreeHead) -> Result<Note, merkle::Error> {
        Checkpoint::new(self.origin(), tree)?.sign(&self.signers.iter().collect::<Vec<_>>())
    }
}

/// The line of the private key that is made of these 32 secret bytes, for the log `origin`.
///
/// # Errors
/// When `origin` can be no key's name.
pub fn private_key_line(origin: &str, seed: &[u8; SEED_BYTES]) -> Result<Zeroizing<String>, merkle::Error> {
    let signer = Signer::from_seed(origin, seed)?;
    let mut typed = Zeroizing::new([ED25519; 1 + SEED_BYTES]);
    if let Some(place) = typed.get_mut(1..) {
        place.copy_from_slice(seed);
    }
    let key = Zeroizing::new(STANDARD.encode(typed.as_slice()));
    Ok(Zeroizing::new(format!("{PREFIX}{origin}+{:08x}+{}", signer.verifier().key_id(), key.as_str())))
}

fn signer(line: &str) -> Option<Signer> {
    let (name, rest) = line.strip_prefix(PREFIX)?.split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let typed = Zeroizing::new(STANDARD.decode(key).ok()?);
    let (&ED25519, seed) = typed.split_first()? else { return None };
    let mut seed: [u8; SEED_BYTES] = seed.try_into().ok()?;
    let signer = Signer::from_seed(name, &seed).ok();
    seed.zeroize();
    signer.filter(|signer| format!("{:08x}", signer.verifier().key_id()) == id)
}

/// A key to believe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// The key.
    pub verifier: Verifier,
    /// The size of the log at which it was retired; it vouches for no later checkpoint.
    pub retired_at: Option<u64>,
}

/// The keys to believe, newest first, and the log that they are of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownKeys {
    keys: Vec<KnownKey>,
    verifiers: Verifiers,
}

impl KnownKeys {
    /// A list of keys.
    ///
    /// # Errors
    /// When they are not all of one log, or two cannot be told apart.
    pub fn new(keys: Vec<KnownKey>) -> Result<Self, KeyFault> {
        let verifiers = Verifiers::new(keys.iter().map(|key| key.verifier.clone()).collect())?;
        let mut names = keys.iter().map(|key| key.verifier.name());
        let first = names.next();
        if names.any(|name| Some(name) != first) {
            return Err(KeyFault::TwoLogs);
        }
        Ok(Self { keys, verifiers })
    }

    /// The keys, as given.
    #[must_use]
    pub fn keys(&self) -> &[KnownKey] {
        &self.keys
    }

    /// The log that they are of; empty where there is no key.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.keys.first().map_or("", |key| key.verifier.name())
    }

    /// The checkpoint in a note, if a key of this log signed it that was not retired before.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub fn open(&self, note: &Note) -> Result<Checkpoint, KeyFault> {
        let checkpoint = Checkpoint::open(note, self.origin(), &self.verifiers)?;
        if self.keys.iter().all(|key| key.retired_at.is_none()) {
            return Ok(checkpoint);
        }
        let signers = note.verify(&self.verifiers)?.signers;
        let retired = |verifier: &Verifier| {
            let known = self.keys.iter().find(|key| key.verifier == *verifier);
            known.and_then(|key| key.retired_at).filter(|at| checkpoint.tree().size() > *at)
        };
        // None is least: a key that is not retired decides.
        match signers.into_iter().map(retired).min() {
            Some(Some(size)) => Err(KeyFault::Retired { size }),
            _ => Ok(checkpoint),
        }
    }
}

impl FromStr for KnownKeys {
    type Err = KeyFault;

    fn from_str(text: &str) -> Result<Self, KeyFault> {
        let (mut keys, mut retired_at) = (Vec::new(), None);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(size) = line.strip_prefix(RETIRED) {
                let size =
                    size.parse().map_err(|_| merkle::Error::MalformedKey { why: "its retirement names no size" })?;
                retired_at = Some(size);
            } else if !line.starts_with('#') {
                keys.push(KnownKey { verifier: line.parse()?, retired_at: retired_at.take() });
            }
        }
        Self::new(keys)
    }
}

impl fmt::Display for KnownKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for key in &self.keys {
            if let Some(size) = key.retired_at {
                writeln!(out, "{RETIRED}{size}")?;
            }
            writeln!(out, "{}", key.verifier)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use merkle::{TreeHead, leaf_hash};

    use super::*;

    fn line(seed: u8) -> String {
        private_key_line("example.com/audit", &[seed; 32]).unwrap().to_string()
    }

    fn known(lines: &[(&str, Option<u64>)]) -> KnownKeys {
        let key = |(line, retired_at): &(&str, Option<u64>)| KnownKey {
            verifier: SigningKeys::parse(line).unwrap().verifiers().next().unwrap().clone(),
            retired_at: *retired_at,
        };
        KnownKeys::new(lines.iter().map(key).collect()).unwrap()
    }

    #[test]
    fn all_keys_sign_and_each_is_enough_to_believe() {
        let (old, new) = (line(1), line(2));
        let keys = SigningKeys::parse(&format!("# ours\n{new}\n\n{old}\n")).unwrap();
        assert_eq!(keys.origin(), "example.com/audit");
        let note = keys.sign(TreeHead::new(7, leaf_hash(b"x")).unwrap()).unwrap();
        assert_eq!(note.signatures().len(), 2);
        for one in [&old, &new] {
            assert_eq!(known(&[(one, None)]).open(&note).unwrap().tree().size(), 7);
        }
        let stranger = known(&[(&line(3), None)]).open(&note).unwrap_err();
        assert_eq!(stranger, KeyFault::Merkle(merkle::Error::NoKnownSignature));
    }

    #[test]
    fn a_retired_key_vouches_for_what_was_before_and_for_nothing_after() {
        let (old, new) = (line(1), line(2));
        let keys = known(&[(&new, None), (&old, Some(10))]);
        assert_eq!(keys.to_string().parse::<KnownKeys>().unwrap(), keys);
        let sign = |line: &str, size| {
            SigningKeys::parse(line).unwrap().sign(TreeHead::new(size, leaf_hash(b"x")).unwrap()).unwrap()
        };
        assert!(keys.open(&sign(&old, 10)).is_ok());
        assert_eq!(keys.open(&sign(&old, 11)).unwrap_err(), KeyFault::Retired { size: 10 });
        assert!(keys.open(&sign(&format!("{new}\n{old}"), 11)).is_ok());
    }

    #[test]
    fn what_is_no_key_is_refused_without_repeating_it() {
        let good = line(1);
        for at in 0..good.len() {
            let mut bytes = good.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(wrong) = String::from_utf8(bytes) else { continue };
            let Err(fault) = SigningKeys::parse(&wrong) else { panic!("{at} was changed") };
            assert!(!fault.to_string().contains(&good[40..]), "{fault}");
        }
        assert_eq!(SigningKeys::parse("# nothing\n").unwrap_err(), KeyFault::Empty);
        let other = private_key_line("example.com/other", &[2; 32]).unwrap();
        assert_eq!(SigningKeys::parse(&format!("{good}\n{}", other.as_str())).unwrap_err(), KeyFault::TwoLogs);
        assert!("x+00000000+AAAA".parse::<KnownKeys>().is_err());
        assert!(format!("# retired at size many\n{}", known(&[(&good, None)])).parse::<KnownKeys>().is_err());
    }
}
