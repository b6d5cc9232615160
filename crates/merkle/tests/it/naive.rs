//! Against the definitions of RFC 6962, section 2.1, written down as they stand there: recursive, from all leaves.

use merkle::{ConsistencyProof, Hash, InclusionProof, TreeHead, leaf_hash, node_hash, root};
use proptest::prelude::*;

use crate::shelf::Shelf;

fn split(leaves: &[Hash]) -> (&[Hash], &[Hash]) {
    let mut k = 1;
    while 2 * k < leaves.len() {
        k *= 2;
    }
    leaves.split_at(k)
}

fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => merkle::EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let (left, right) = split(leaves);
            node_hash(&mth(left), &mth(right))
        }
    }
}

fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = split(leaves);
    let (mut path, beside) =
        if m < left.len() { (path(m, left), mth(right)) } else { (path(m - left.len(), right), mth(left)) };
    path.push(beside);
    path
}

fn subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if whole { Vec::new() } else { vec![mth(leaves)] };
    }
    let (left, right) = split(leaves);
    let (mut proof, beside) = if m <= left.len() {
        (subproof(m, left, whole), mth(right))
    } else {
        (subproof(m - left.len(), right, false), mth(left))
    };
    proof.push(beside);
    proof
}

/// Every tree up to this size, with every proof.
const ALL_UP_TO: usize = 70;

#[test]
fn all_small_trees_and_all_their_proofs() {
    let shelf = Shelf::counting(ALL_UP_TO as u64);
    let (mut inclusions, mut consistencies) = (0, 0);
    for size in 1..=ALL_UP_TO {
        let leaves = &shelf.leaves[..size];
        assert_eq!(shelf.heads[size].root(), mth(leaves), "{size}");
        for index in 0..size {
            let proof = InclusionProof::build(index as u64, size as u64, shelf.read()).unwrap();
            assert_eq!(proof.hashes(), path(index, leaves), "{index} in {size}");
            proof.verify(&leaves[index], &shelf.heads[size]).unwrap();
            inclusions += 1;
        }
        for old in 1..=size {
            let proof = ConsistencyProof::build(old as u64, size as u64, shelf.read()).unwrap();
            assert_eq!(proof.hashes(), subproof(old, leaves, true), "{old} to {size}");
            proof.verify(&shelf.heads[old], &shelf.heads[size]).unwrap();
            consistencies += 1;
        }
    }
    assert_eq!((inclusions, consistencies), (2485, 2485));
}

/// The strongest statement about a verifier: of all leaves, indexes and paths of a tree, it takes the one right answer.
#[test]
fn a_proof_fits_one_leaf_at_one_index_of_one_tree() {
    let shelf = Shelf::counting(20);
    for size in 1..=20 {
        for index in 0..size {
            let right = InclusionProof::build(index, size, shelf.read()).unwrap();
            for other in 0..size {
                let moved = InclusionProof::new(other, right.hashes().to_vec());
                assert_eq!(moved.verify(shelf.leaf(index), shelf.head(size)).is_ok(), other == index);
                assert_eq!(right.verify(shelf.leaf(other), shelf.head(size)).is_ok(), other == index);
            }
            for other in 0..=20 {
                assert_eq!(right.verify(shelf.leaf(index), shelf.head(other)).is_ok(), other == size);
            }
        }
        for old in 1..size {
            let right = ConsistencyProof::build(old, size, shelf.read()).unwrap();
            for from in 1..=20 {
                for to in 1..=20 {
                    let same = from == old && to == size;
                    // Two trees may happen to be connected by the same hashes, where all of them are old leaves.
                    let legitimate = from <= to
                        && ConsistencyProof::build(from, to, shelf.read())
                            .is_ok_and(|proof| proof.hashes() == right.hashes());
                    let taken = right.verify(shelf.head(from), shelf.head(to)).is_ok();
                    assert_eq!(taken, same || legitimate, "{old} to {size} taken for {from} to {to}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(crate::cases(64))]

    #[test]
    fn larger_trees_too(size in 1_usize..1500, pick in any::<prop::sample::Index>(), older in any::<prop::sample::Index>()) {
        let shelf = Shelf::counting(size as u64);
        let index = pick.index(size);
        let old = older.index(size) + 1;
        prop_assert_eq!(root(&shelf.leaves), mth(&shelf.leaves));
        let inclusion = InclusionProof::build(index as u64, size as u64, shelf.read()).unwrap();
        prop_assert_eq!(inclusion.hashes(), path(index, &shelf.leaves));
        prop_assert_eq!(inclusion.verify(&shelf.leaves[index], &shelf.heads[size]), Ok(()));
        let consistency = ConsistencyProof::build(old as u64, size as u64, shelf.read()).unwrap();
        prop_assert_eq!(consistency.hashes(), subproof(old, &shelf.leaves, true));
        prop_assert_eq!(consistency.verify(&shelf.heads[old], &shelf.heads[size]), Ok(()));
    }

    /// Another history of the same length is never taken for a continuation.
    #[test]
    fn a_rewritten_history_is_not_consistent(size in 2_usize..300, old in any::<prop::sample::Index>(), changed in any::<prop::sample::Index>()) {
        let honest = Shelf::counting(size as u64);
        let old = old.index(size - 1) + 1;
        let changed = changed.index(old);
        let mut leaves = honest.leaves.clone();
        leaves[changed] = leaf_hash(b"forged");
        let forged = TreeHead::new(size as u64, mth(&leaves)).unwrap();
        for hashes in [subproof(old, &honest.leaves, true), subproof(old, &leaves, true)] {
            prop_assert!(ConsistencyProof::new(hashes).verify(&honest.heads[old], &forged).is_err());
        }
    }
}
