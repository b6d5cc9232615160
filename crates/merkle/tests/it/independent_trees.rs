//! The crate `tlog_tiles`, written by others, takes our trees and proofs, and we take theirs.

use merkle::{ConsistencyProof, Hash, InclusionProof, node_hash};
use proptest::prelude::*;
use tlog_tiles::tlog as theirs;

use crate::shelf::Shelf;

fn to_theirs(hash: &Hash) -> theirs::Hash {
    theirs::Hash(*hash.as_bytes())
}

fn to_ours(hashes: &[theirs::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash::from(hash.0)).collect()
}

fn all_to_theirs(hashes: &[Hash]) -> Vec<theirs::Hash> {
    hashes.iter().map(to_theirs).collect()
}

/// Their store: hashes in the order in which they become complete.
#[derive(Default)]
struct Stored(Vec<theirs::Hash>);

impl theirs::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<theirs::Hash>, theirs::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

fn stored(entries: u64) -> Stored {
    let mut stored = Stored::default();
    for index in 0..entries {
        let hashes = theirs::stored_hashes(index, format!("entry {index}").as_bytes(), &stored).unwrap();
        stored.0.extend(hashes);
    }
    stored
}

#[test]
fn each_takes_the_others_trees_and_proofs() {
    const SIZE: u64 = 130;
    let (ours, theirs_all) = (Shelf::counting(SIZE), stored(SIZE));
    for size in 1..=SIZE {
        let root = theirs::tree_hash(size, &theirs_all).unwrap();
        assert_eq!(root, to_theirs(&ours.head(size).root()), "{size}");
        for index in 0..size {
            let leaf = to_theirs(ours.leaf(index));
            let our_proof = InclusionProof::build(index, size, ours.read()).unwrap();
            theirs::check_record(&all_to_theirs(our_proof.hashes()), size, root, index, leaf).unwrap();
            let their_proof = theirs::prove_record(size, index, &theirs_all).unwrap();
            InclusionProof::new(index, to_ours(&their_proof)).verify(ours.leaf(index), ours.head(size)).unwrap();
        }
        for old in 1..=size {
            let old_root = to_theirs(&ours.head(old).root());
            let our_proof = ConsistencyProof::build(old, size, ours.read()).unwrap();
            theirs::check_tree(&all_to_theirs(our_proof.hashes()), size, root, old, old_root).unwrap();
            let their_proof = theirs::prove_tree(size, old, &theirs_all).unwrap();
            ConsistencyProof::new(to_ours(&their_proof)).verify(ours.head(old), ours.head(size)).unwrap();
        }
    }
}

#[test]
fn leaf_and_node_hashes_are_the_same() {
    let (left, right) = (merkle::leaf_hash(b"left"), merkle::leaf_hash(b"right"));
    assert_eq!(to_theirs(&left), theirs::record_hash(b"left"));
    assert_eq!(to_theirs(&node_hash(&left, &right)), theirs::node_hash(to_theirs(&left), to_theirs(&right)));
    assert_eq!(left.to_string(), theirs::record_hash(b"left").to_string());
    assert_eq!(to_theirs(&merkle::EMPTY_ROOT), theirs::EMPTY_HASH);
}

proptest! {
    #![proptest_config(crate::cases(500))]

    /// Whatever is done to a proof, both say the same about it.
    #[test]
    fn verdicts_agree_on_mutated_proofs(
        size in 1_u64..40, index in 0_u64..45, old in 1_u64..45,
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..4), 0..3),
    ) {
        let shelf = Shelf::counting(45);
        let mutate = |mut hashes: Vec<Hash>| {
            for (place, kind) in &edits {
                let place = place.index(hashes.len() + 1);
                match kind {
                    0 => hashes.insert(place, *shelf.leaf(0)),
                    1 if place < hashes.len() => { hashes.remove(place); }
                    2 if place + 1 < hashes.len() => hashes.swap(place, place + 1),
                    3 if place < hashes.len() => hashes[place] = *shelf.leaf(1),
                    _ => (),
                }
            }
            hashes
        };
        let root = to_theirs(&shelf.head(size).root());
        let path = mutate(InclusionProof::build(index % size, size, shelf.read()).unwrap().hashes().to_vec());
        let theirs_say = theirs::check_record(&all_to_theirs(&path), size, root, index, to_theirs(shelf.leaf(index % 45)));
        let ours_say = InclusionProof::new(index, path).verify(shelf.leaf(index % 45), shelf.head(size));
        prop_assert_eq!(ours_say.is_ok(), theirs_say.is_ok());

        let path = mutate(ConsistencyProof::build((old - 1) % size + 1, size, shelf.read()).unwrap().hashes().to_vec());
        let old_root = to_theirs(&shelf.head(old).root());
        let theirs_say = theirs::check_tree(&all_to_theirs(&path), size, root, old, old_root);
        let ours_say = ConsistencyProof::new(path).verify(shelf.head(old), shelf.head(size));
        prop_assert_eq!(ours_say.is_ok(), theirs_say.is_ok());
    }
}
