//! Proofs that an independent program checks: that an entry is in the log, and that the log was only added to.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use audit::KnownKeys;
use merkle::{AddCheckpoint, Note, TlogProof, Verifiers, leaf_hash};
use schemars::JsonSchema;
use serde::Serialize;
use store::AuditFilter;

use super::examine::{Trust, unreadable};
use super::export::damaged;
use super::log_keys::LogPlace;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// Longer than any proof.
const MAX_BYTES: u64 = 1 << 20;

/// Entries of one request that are told of, where there are several.
const SEVERAL: u32 = 20;

/// Which entry is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichEntry {
    /// That with this number.
    Number(u64),
    /// That of this request.
    Request(String),
}

/// A proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditProof {
    /// What it proves, in plain words.
    pub proves: String,
    /// The file: c2sp.org/tlog-proof, or the add-checkpoint request of c2sp.org/tlog-witness.
    pub proof: String,
}

/// Proves that an entry is in the log, under its newest checkpoint. The entry's text is in the file.
///
/// # Errors
/// When the caller may not, there is no such entry, no checkpoint covers it yet, or the log is damaged.
pub fn prove_entry(services: &Services, call: &Call<'_>, which: &WhichEntry) -> Result<AuditProof, Error> {
    super::read::open(services, call, "prove an entry")?;
    let number = match which {
        WhichEntry::Number(number) => *number,
        WhichEntry::Request(request) => number_of(services, request)?,
    };
    let found = services.store.audit_range(number..number.saturating_add(1), 1)?.pop();
    let entry = found.ok_or_else(|| {
        let hint = "smart-begin audit query shows entries with their numbers.";
        Error::new(ErrorKind::NotFound, "There is no such entry.", hint).on("number")
    })?;
    let newest = services.store.audit_checkpoint(None)?.filter(|(size, _)| *size > number);
    let (size, note) = newest.ok_or_else(not_covered)?;
    let note = Note::parse(note.as_bytes()).map_err(damaged)?;
    let inclusion = services.store.prove_inclusion(number, size)?;
    let tree = merkle::Checkpoint::parse(note.unverified_text()).map_err(damaged)?;
    inclusion.verify(&entry.leaf, tree.tree()).map_err(damaged)?;
    let proof = TlogProof::new(inclusion, note);
    let proof = match entry.text {
        Some(text) => proof.with_extra(text.body.into_bytes()).map_err(Error::internal)?,
        None => proof,
    };
    Ok(AuditProof { proves: format!("entry {number} is in the log of {size} entries"), proof: proof.to_string() })
}

fn number_of(services: &Services, request: &str) -> Result<u64, Error> {
    let filter = AuditFilter { request: Some(request.to_owned()), ..AuditFilter::default() };
    let found = services.store.audit_newest(&filter, None, SEVERAL)?;
    match found.as_slice() {
        [] => Err(Error::new(
            ErrorKind::NotFound,
            "No entry is of this request.",
            "smart-begin audit query shows requests.",
        )
        .on("request")),
        [one] => Ok(one.number),
        several => {
            let numbers: Vec<String> = several.iter().rev().map(|entry| entry.number.to_string()).collect();
            let message = format!("Several entries are of this request: {}.", numbers.join(", "));
            Err(Error::invalid("request", message, "Name the one that you mean by its number."))
        }
    }
}

fn not_covered() -> Error {
    let hint = "Sign one (smart-begin audit checkpoint), or wait until the server does.";
    Error::refused("No checkpoint covers this entry yet, so that nothing can be proven of it.", hint)
}

/// Proves that the log of `new` entries, which is one that was signed, continues that of `old`.
///
/// # Errors
/// When the caller may not, nothing was signed at that size, or the log is damaged.
pub fn prove_consistency(
    services: &Services,
    call: &Call<'_>,
    old: u64,
    new: Option<u64>,
) -> Result<AuditProof, Error> {
    super::read::open(services, call, "prove consistency")?;
    let signed = services.store.audit_checkpoint(new)?.filter(|(size, _)| *size >= old);
    let (size, note) = signed.ok_or_else(|| {
        let hint = "The newer size must be one that a checkpoint was signed at; leave it out for the newest. Sign one: smart-begin audit checkpoint.";
        Error::refused("There is no signed checkpoint of that many entries.", hint)
    })?;
    let proof = services.store.prove_consistency(old, size)?;
    let note = Note::parse(note.as_bytes()).map_err(damaged)?;
    Ok(AuditProof {
        proves: format!("the log of {size} entries continues the log of {old}"),
        proof: AddCheckpoint::new(old, proof, note).to_string(),
    })
}

/// What a proof was found to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofVerdict {
    /// Whether it proves what it says.
    pub sound: bool,
    /// What it proves, or why it does not.
    pub told: String,
    /// The text of the entry, where the proof is of one and holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
}

/// Checks a proof in a file, without a store.
///
/// # Errors
/// When a file cannot be read, or there is no key to believe.
pub fn verify_audit_proof(file: &Path, place: &LogPlace, trust: &Trust) -> Result<ProofVerdict, Error> {
    let known = match trust.keys()? {
        Some(keys) => keys,
        None => place.known()?,
    };
    if known.keys().is_empty() {
        let hint = "Give the public key of the log: --key name+id+key, as smart-begin audit key list shows it there.";
        return Err(Error::invalid("key", "A proof is worth nothing without a key to believe.", hint));
    }
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
    read.map_err(|cause| unreadable("proof", file, cause))?;
    let verdict = if bytes.starts_with(b"old ") { continues(&bytes, &known, trust)? } else { includes(&bytes, &known) };
    Ok(verdict.unwrap_or_else(|fault| ProofVerdict { sound: false, told: format!("{fault}."), entry: None }))
}

fn verifiers(known: &KnownKeys) -> Result<Verifiers, merkle::Error> {
    Verifiers::new(known.keys().iter().map(|key| key.verifier.clone()).collect())
}

fn includes(bytes: &[u8], known: &KnownKeys) -> Result<ProofVerdict, audit::KeyFault> {
    let proof = TlogProof::parse(bytes)?;
    known.open(proof.checkpoint())?;
    let Some(body) = proof.unverified_extra().map(<[u8]>::to_vec) else {
        let told = "The proof does not hold the text of its entry, which retention dropped: give it to a program that knows the hash".to_owned();
        return Ok(ProofVerdict { sound: false, told, entry: None });
    };
    let checkpoint = proof.verify(&leaf_hash(&body), known.origin(), &verifiers(known)?)?;
    let (index, size) = (proof.inclusion().index(), checkpoint.tree().size());
    let told = format!("Entry {index} is in the log {} of {size} entries.", known.origin());
    Ok(ProofVerdict { sound: true, told, entry: String::from_utf8(body).ok() })
}

/// The older tree comes from a checkpoint that is trusted.
fn continues(bytes: &[u8], known: &KnownKeys, trust: &Trust) -> Result<Result<ProofVerdict, audit::KeyFault>, Error> {
    let anchors = trust.anchors()?;
    let older = anchors.iter().filter_map(|anchor| known.open(&Note::parse(&anchor.note).ok()?).ok());
    let check = || {
        let proof = AddCheckpoint::parse(bytes)?;
        known.open(proof.checkpoint())?;
        let Some(older) = older.into_iter().find(|older| older.tree().size() == proof.old_size()) else {
            let told = format!("Give the signed checkpoint of {} entries with --checkpoint.", proof.old_size());
            return Ok(ProofVerdict { sound: false, told, entry: None });
        };
        let newer = proof.verify(older.tree(), known.origin(), &verifiers(known)?)?;
        let told = format!(
            "The log {} of {} entries continues that of {}: nothing before was altered, taken out or moved.",
            known.origin(),
            newer.tree().size(),
            proof.old_size()
        );
        Ok(ProofVerdict { sound: true, told, entry: None })
    };
    Ok(check())
}
