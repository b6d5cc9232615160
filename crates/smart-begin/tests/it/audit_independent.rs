//! The files of our commands, checked by the crates `tlog_tiles` and `signed_note`, which others wrote; and theirs by ours.

use std::fs;

use serde_json::Value;
use signed_note::{StandardSigner, StandardVerifier, VerifierList};
use tlog_tiles::tlog;

use crate::audit_commands::{lived_in, ok, run};
use crate::program::{Home, text};

/// A log with two checkpoints, its public key, and the bytes of its entries.
struct World {
    home: Home,
    key: String,
    notes: Vec<String>,
    bodies: Vec<String>,
}

fn world() -> World {
    let home = lived_in();
    let first = text(&home.json(&["audit", "checkpoint"]), "note");
    home.begin("three", &["--no-git"]);
    let second = text(&home.json(&["audit", "checkpoint"]), "note");
    let key = text(&home.json(&["audit", "key", "list"])["keys"][0], "key");
    let export = ok(&home, &["audit", "export"]);
    let body = |line: &str| text(&serde_json::from_str::<Value>(line).unwrap(), "body");
    World { home, key, notes: vec![first, second], bodies: export.lines().skip(1).map(body).collect() }
}

/// Their reading of a signed checkpoint.
fn opened(note: &str, key: &str) -> tlog_tiles::Checkpoint {
    let note = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
    let known = VerifierList::new(vec![Box::new(StandardVerifier::new(key).unwrap())]);
    let (verified, _) = note.verify(&known).unwrap();
    assert_eq!(verified.len(), 1);
    tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap()
}

fn hashes<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<tlog::Hash> {
    lines.map(|line| tlog::Hash::parse_hash(line).unwrap()).collect()
}

#[derive(Default)]
struct Stored(Vec<tlog::Hash>);

impl tlog::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

/// Their tree over our entries.
fn their_tree(bodies: &[String]) -> Stored {
    let mut stored = Stored::default();
    for (body, index) in bodies.iter().zip(0..) {
        let new = tlog::stored_hashes(index, body.as_bytes(), &stored).unwrap();
        stored.0.extend(new);
    }
    stored
}

#[test]
fn they_check_our_proofs() {
    let World { home, key, notes, bodies } = world();
    let newest = opened(&notes[1], &key);
    let covered = usize::try_from(newest.size()).unwrap();
    for (body, number) in bodies[..covered].iter().zip(0_u64..) {
        let file = home.root().join("an.tlog-proof");
        ok(&home, &["audit", "prove", &number.to_string(), "--out", file.to_str().unwrap()]);
        let proof = fs::read_to_string(file).unwrap();
        let (head, note) = proof.split_once("\n\n").unwrap();
        let signed = opened(note, &key);
        let mut lines = head.lines().skip(2);
        assert_eq!(lines.next().unwrap(), format!("index {number}"));
        let path = hashes(lines);
        let leaf = tlog::record_hash(body.as_bytes());
        tlog::check_record(&path, signed.size(), *signed.hash(), number, leaf).unwrap();
        let other = tlog::record_hash(b"another");
        tlog::check_record(&path, signed.size(), *signed.hash(), number, other).unwrap_err();
    }
    let old = opened(&notes[0], &key);
    let proof = ok(&home, &["audit", "prove", "--consistency", &old.size().to_string()]);
    let (head, note) = proof.split_once("\n\n").unwrap();
    let new = opened(note, &key);
    let path = hashes(head.lines().skip(1));
    tlog::check_tree(&path, new.size(), *new.hash(), old.size(), *old.hash()).unwrap();
    assert_eq!(tlog::tree_hash(new.size(), &their_tree(&bodies)).unwrap(), *new.hash());
}

#[test]
fn we_check_theirs() {
    let World { home, key, notes, bodies } = world();
    let (old, new) = (opened(&notes[0], &key), opened(&notes[1], &key));
    let (stored, size) = (their_tree(&bodies), new.size());
    // Our private key is in their form as well.
    let line = fs::read_to_string(home.data().join("audit-signing-keys")).unwrap();
    let signer = StandardSigner::new(line.trim()).unwrap();
    let root = tlog::tree_hash(size, &stored).unwrap();
    let origin = notes[1].lines().next().unwrap();
    let mut note = signed_note::Note::new(format!("{origin}\n{size}\n{root}\n").as_bytes(), &[]).unwrap();
    note.add_sigs(&[&signer]).unwrap();
    let note = String::from_utf8(note.to_bytes()).unwrap();
    let (theirs, proof) = (home.root().join("theirs"), home.root().join("their.tlog-proof"));
    fs::write(&theirs, &note).unwrap();
    assert_eq!(run(&home, &["audit", "verify", "--checkpoint", theirs.to_str().unwrap()]).0, 0);
    let far = Home::new();
    let check = |proof_text: String, more: &[&str]| {
        fs::write(&proof, proof_text).unwrap();
        run(&far, &[&["audit", "verify", "--proof", proof.to_str().unwrap(), "--key", &key], more].concat())
    };
    let lines = |hashes: Vec<tlog::Hash>| hashes.iter().map(|hash| format!("{hash}\n")).collect::<String>();
    let ours = ok(&home, &["audit", "prove", "1"]);
    let extra = ours.lines().nth(1).unwrap();
    let path = lines(tlog::prove_record(size, 1, &stored).unwrap());
    let (code, told) = check(format!("c2sp.org/tlog-proof@v1\n{extra}\nindex 1\n{path}\n{note}"), &[]);
    assert!(code == 0 && told.contains("Entry 1 is in the log"), "{told}");
    let (code, told) = check(format!("c2sp.org/tlog-proof@v1\n{extra}\nindex 2\n{path}\n{note}"), &[]);
    assert!(code == 1 && told.contains("NOT proven"), "{told}");
    let path = lines(tlog::prove_tree(size, old.size(), &stored).unwrap());
    let older = home.root().join("older");
    fs::write(&older, &notes[0]).unwrap();
    let consistency = format!("old {}\n{path}\n{note}", old.size());
    let (code, told) = check(consistency.clone(), &["--checkpoint", older.to_str().unwrap()]);
    assert!(code == 0 && told.contains("continues"), "{told}");
    assert_eq!(check(consistency, &["--checkpoint", theirs.to_str().unwrap()]).0, 1, "the other end");
    assert!(!far.data().exists(), "nothing of this machine was needed");
}

#[test]
fn a_flipped_byte_in_a_proof_is_found() {
    let World { home, key, .. } = world();
    let sound = ok(&home, &["audit", "prove", "2"]).into_bytes();
    let file = home.root().join("flipped.tlog-proof");
    let step = if crate::program::long() { 1 } else { 41 };
    for at in (0..sound.len()).step_by(step) {
        let mut proof = sound.clone();
        proof[at] ^= 1;
        fs::write(&file, proof).unwrap();
        let (code, told) = run(&home, &["audit", "verify", "--proof", file.to_str().unwrap(), "--key", &key]);
        assert_eq!(code, 1, "byte {at}: {told}");
    }
}
