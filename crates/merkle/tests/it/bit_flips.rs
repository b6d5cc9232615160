//! Every single bit of what proves something, turned over: all of them are noticed.

use merkle::{
    AddCheckpoint, Checkpoint, ConsistencyProof, Frontier, Hash, InclusionProof, Note, Signer, TlogProof, TreeHead,
    Verifier, Verifiers, leaf_hash,
};

use crate::shelf::{ORIGIN, Shelf};

const SIZE: u64 = 1000;

/// All copies of these bytes with one bit turned over.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

fn flipped_hashes(hashes: &[Hash]) -> Vec<Vec<Hash>> {
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| *hash.as_bytes()).collect();
    flips(&bytes).map(|bytes| bytes.chunks(32).map(|hash| Hash::try_from(hash).unwrap()).collect()).collect()
}

fn flipped_hash(hash: Hash) -> impl Iterator<Item = Hash> {
    flipped_hashes(&[hash]).into_iter().map(|hashes| hashes[0])
}

/// How many were tried, where none was taken.
fn none_taken(verdicts: impl Iterator<Item = bool>) -> usize {
    let verdicts: Vec<bool> = verdicts.collect();
    assert_eq!(verdicts.iter().filter(|taken| **taken).count(), 0, "of {}", verdicts.len());
    verdicts.len()
}

fn signer(seed: u8) -> Signer {
    Signer::from_seed(ORIGIN, &[seed; 32]).unwrap()
}

fn known(signers: &[&Signer]) -> Verifiers {
    Verifiers::new(signers.iter().map(|signer| signer.verifier().clone()).collect()).unwrap()
}

fn checkpoint(shelf: &Shelf, size: u64, signers: &[&Signer]) -> Note {
    Checkpoint::new(ORIGIN, *shelf.head(size)).unwrap().sign(signers).unwrap()
}

#[test]
fn in_inclusion_proofs() {
    let shelf = Shelf::counting(SIZE);
    let mut tried = 0;
    for (index, size) in [(0, 1), (0, 2), (6, 7), (41, 64), (512, 999), (999, 1000)] {
        let proof = InclusionProof::build(index, size, shelf.read()).unwrap();
        let (leaf, tree) = (shelf.leaf(index), shelf.head(size));
        tried += none_taken(
            flipped_hashes(proof.hashes())
                .into_iter()
                .map(|hashes| InclusionProof::new(index, hashes).verify(leaf, tree).is_ok()),
        );
        tried +=
            none_taken((0..64).map(|bit| {
                InclusionProof::new(index ^ (1 << bit), proof.hashes().to_vec()).verify(leaf, tree).is_ok()
            }));
        tried += none_taken(flipped_hash(*leaf).map(|leaf| proof.verify(&leaf, tree).is_ok()));
        tried += none_taken(
            flipped_hash(tree.root()).map(|root| proof.verify(leaf, &TreeHead::new(size, root).unwrap()).is_ok()),
        );
    }
    assert_eq!(tried, 6 * (64 + 512) + (1 + 2 + 6 + 10 + 8) * 256);
}

#[test]
fn in_consistency_proofs() {
    let shelf = Shelf::counting(SIZE);
    for (old, new) in [(1, 2), (3, 7), (64, 65), (64, 1000), (511, 512), (777, 1000), (1000, 1000)] {
        let proof = ConsistencyProof::build(old, new, shelf.read()).unwrap();
        let (from, to) = (shelf.head(old), shelf.head(new));
        none_taken(
            flipped_hashes(proof.hashes())
                .into_iter()
                .map(|hashes| ConsistencyProof::new(hashes).verify(from, to).is_ok()),
        );
        none_taken(flipped_hash(from.root()).map(|root| proof.verify(&TreeHead::new(old, root).unwrap(), to).is_ok()));
        none_taken(flipped_hash(to.root()).map(|root| proof.verify(from, &TreeHead::new(new, root).unwrap()).is_ok()));
    }
}

#[test]
fn in_signed_checkpoints() {
    let signer = signer(1);
    let known = known(&[&signer]);
    let tree = *Shelf::counting(SIZE).head(SIZE);
    let body = Checkpoint::new(ORIGIN, tree).unwrap();
    for body in [body.clone(), body.with_extensions(vec!["an extension".into()]).unwrap()] {
        let note = body.sign(&[&signer]).unwrap().to_string();
        let open = |bytes: &[u8]| Checkpoint::open(&Note::parse(bytes)?, ORIGIN, &known);
        assert_eq!(open(note.as_bytes()).unwrap(), body);
        let tried = none_taken(flips(note.as_bytes()).map(|bytes| open(&bytes).is_ok()));
        assert_eq!(tried, note.len() * 8);
    }
}

#[test]
fn in_notes() {
    let signer = signer(2);
    let known = known(&[&signer]);
    let note = Note::sign("any text\n\n— even this one\n", &[&signer]).unwrap().to_string();
    none_taken(flips(note.as_bytes()).map(|bytes| Note::parse(&bytes).is_ok_and(|note| note.verify(&known).is_ok())));
}

/// The specification asks to ignore signatures of unknown keys, and a bit in a key's name makes it unknown. What is then
/// still taken says the same as before, and names fewer signers.
#[test]
fn in_notes_with_two_signatures_what_is_taken_is_unchanged() {
    let (old, new) = (signer(3), signer(4));
    let known = known(&[&old, &new]);
    let note = Note::sign("the text\n", &[&old, &new]).unwrap().to_string();
    let text_bits = "the text\n\n".len() * 8;
    let mut fewer = 0;
    for (bit, bytes) in flips(note.as_bytes()).enumerate() {
        let Ok(flipped) = Note::parse(&bytes) else { continue };
        if let Ok(verified) = flipped.verify(&known) {
            assert!(bit >= text_bits, "bit {bit}");
            assert_eq!((verified.text, verified.signers.len()), ("the text\n", 1), "bit {bit}");
            fewer += 1;
        }
    }
    assert!(fewer > 0);
}

#[test]
fn in_files_with_an_inclusion_proof() {
    let shelf = Shelf::counting(SIZE);
    let signer = signer(5);
    let known = known(&[&signer]);
    for (index, size) in [(0, 1), (41, 64), (512, 999)] {
        let entry = format!("entry {index}");
        let inclusion = InclusionProof::build(index, size, shelf.read()).unwrap();
        let proof = TlogProof::new(inclusion, checkpoint(&shelf, size, &[&signer]));
        let verify = |bytes: &[u8]| TlogProof::parse(bytes)?.verify(shelf.leaf(index), ORIGIN, &known);
        verify(proof.to_string().as_bytes()).unwrap();
        none_taken(flips(proof.to_string().as_bytes()).map(|bytes| verify(&bytes).is_ok()));

        // With the entry in it, the file stands for itself.
        let proof = proof.with_extra(entry.into_bytes()).unwrap();
        let verify = |bytes: &[u8]| {
            let proof = TlogProof::parse(bytes)?;
            proof.verify(&leaf_hash(proof.unverified_extra().unwrap_or_default()), ORIGIN, &known)
        };
        verify(proof.to_string().as_bytes()).unwrap();
        none_taken(flips(proof.to_string().as_bytes()).map(|bytes| verify(&bytes).is_ok()));
    }
}

#[test]
fn in_files_with_a_consistency_proof() {
    let shelf = Shelf::counting(SIZE);
    let signer = signer(6);
    let known = known(&[&signer]);
    for (old, new) in [(0, 7), (3, 7), (512, 999), (1000, 1000)] {
        let consistency = ConsistencyProof::build(old, new, shelf.read()).unwrap();
        let file = AddCheckpoint::new(old, consistency, checkpoint(&shelf, new, &[&signer])).to_string();
        let verify = |bytes: &[u8]| AddCheckpoint::parse(bytes)?.verify(shelf.head(old), ORIGIN, &known);
        verify(file.as_bytes()).unwrap();
        none_taken(flips(file.as_bytes()).map(|bytes| verify(&bytes).is_ok()));
    }
}

#[test]
fn in_verifier_keys() {
    let text = signer(7).verifier().to_string();
    let parses = |bytes: Vec<u8>| String::from_utf8(bytes).is_ok_and(|text| text.parse::<Verifier>().is_ok());
    assert!(parses(text.clone().into_bytes()));
    none_taken(flips(text.as_bytes()).map(parses));
}

#[test]
fn in_stored_frontiers() {
    let frontier = Shelf::counting(SIZE - 1).frontier;
    let same = |bytes: Vec<u8>| Frontier::from_bytes(&bytes).is_ok_and(|read| read.tree_head() == frontier.tree_head());
    assert!(same(frontier.to_bytes()));
    none_taken(flips(&frontier.to_bytes()).map(same));
}
