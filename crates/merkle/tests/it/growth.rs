//! A tree that grows across restarts, and what a store must keep for it.

use merkle::{ConsistencyProof, Error, Frontier, Hash, InclusionProof, MAX_TREE_SIZE, Node, leaf_hash};
use proptest::prelude::*;

use crate::shelf::Shelf;

#[test]
fn a_stored_frontier_goes_on_as_if_nothing_had_been() {
    let shelf = Shelf::counting(600);
    let mut going = Frontier::new();
    for leaf in &shelf.leaves {
        going = Frontier::from_bytes(&going.to_bytes()).unwrap();
        going.append(*leaf).unwrap();
        assert_eq!(going.tree_head(), *shelf.head(going.size()));
        assert_eq!(Frontier::resume(going.size(), shelf.read()).unwrap(), going);
        assert_eq!(Frontier::resume(going.size(), shelf.read_sparingly()).unwrap(), going);
    }
    assert_eq!(Frontier::resume(0, shelf.read()).unwrap(), Frontier::new());
}

#[test]
fn every_node_is_handed_over_once_and_a_sparing_store_keeps_few() {
    let (mut all, mut kept) = (0, 0);
    let mut frontier = Frontier::new();
    for entry in 0..65_536_u64 {
        frontier
            .append_with(leaf_hash(&entry.to_be_bytes()), |node, _| {
                all += 1;
                kept += u64::from(node.is_stored());
                assert_eq!(node.leaves().end, entry + 1);
            })
            .unwrap();
    }
    assert_eq!(all, 2 * 65_536 - 1);
    assert_eq!(kept, 65_536 + 256 + 1);
    assert_eq!(frontier.to_bytes().len(), 8 + 32);
}

#[test]
fn proofs_from_the_levels_0_8_16_are_the_same() {
    let shelf = Shelf::counting(70_000);
    for (index, size) in
        [(0, 70_000), (69_999, 70_000), (65_535, 65_536), (65_536, 70_000), (12_345, 65_537), (255, 257)]
    {
        let proof = InclusionProof::build(index, size, shelf.read_sparingly()).unwrap();
        assert_eq!(proof, InclusionProof::build(index, size, shelf.read()).unwrap());
        proof.verify(shelf.leaf(index), shelf.head(size)).unwrap();
        let proof = ConsistencyProof::build(index + 1, size, shelf.read_sparingly()).unwrap();
        assert_eq!(proof, ConsistencyProof::build(index + 1, size, shelf.read()).unwrap());
        proof.verify(shelf.head(index + 1), shelf.head(size)).unwrap();
    }
}

#[test]
fn a_span_stays_in_one_tile() {
    for level in 0..20 {
        for index in [0, 1, 2, 3, 100, 255, 256, 1_000_003] {
            let span = Node::new(level, index).unwrap().span();
            assert!(span.level.is_multiple_of(8) && span.level <= level && level - span.level < 8);
            assert!(span.count.is_power_of_two() && span.count <= 128);
            assert_eq!(span.first / 256, (span.first + u64::from(span.count) - 1) / 256);
            assert_eq!(span.first << span.level, index << level);
        }
    }
}

/// Nobody has such a tree; the arithmetic must hold all the same. A reader that makes up hashes is enough.
#[test]
fn the_largest_tree_that_is_possible() {
    let made_up = |nodes: &[Node]| -> Result<Vec<Hash>, Error> {
        assert!(nodes.len() <= 64 + 62, "{}", nodes.len());
        Ok(nodes.iter().map(|node| leaf_hash(format!("{node:?}").as_bytes())).collect())
    };
    let mut frontier = Frontier::resume(MAX_TREE_SIZE, made_up).unwrap();
    assert_eq!(frontier.to_bytes().len(), 2024);
    assert_eq!(Frontier::from_bytes(&frontier.to_bytes()).unwrap(), frontier);
    let before = frontier.clone();
    let refusal = frontier.append(leaf_hash(b"one too many"));
    assert_eq!(refusal, Err(Error::TreeTooLarge { size: MAX_TREE_SIZE + 1, max: MAX_TREE_SIZE }));
    assert_eq!(frontier, before);
    let tree = frontier.tree_head();
    for index in [0, 1, MAX_TREE_SIZE / 2, MAX_TREE_SIZE - 2, MAX_TREE_SIZE - 1] {
        let leaf = leaf_hash(format!("{:?}", Node::new(0, index).unwrap()).as_bytes());
        let proof = InclusionProof::build(index, MAX_TREE_SIZE, made_up).unwrap();
        assert!(proof.hashes().len() <= 63);
        // Made-up nodes do not fit together, but at the last leaf: there all of the proof are nodes of the frontier.
        assert_eq!(proof.verify(&leaf, &tree).is_ok(), index == MAX_TREE_SIZE - 1);
    }
    for old in [1, 2, MAX_TREE_SIZE / 2, MAX_TREE_SIZE - 1, MAX_TREE_SIZE] {
        let proof = ConsistencyProof::build(old, MAX_TREE_SIZE, made_up).unwrap();
        assert!(proof.hashes().len() <= 64, "{old}: {}", proof.hashes().len());
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_frontier_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(frontier) = Frontier::from_bytes(&bytes) {
            prop_assert_eq!(frontier.to_bytes(), bytes);
            let _ = frontier.root();
        }
    }
}

#[test]
fn a_frontier_with_hashes_missing_or_to_spare_is_refused() {
    let bytes = Shelf::counting(11).frontier.to_bytes();
    for length in 0..bytes.len() {
        assert!(matches!(Frontier::from_bytes(&bytes[..length]), Err(Error::MalformedFrontier { .. })), "{length}");
    }
    let mut longer = bytes.clone();
    longer.extend([0; 32]);
    assert!(Frontier::from_bytes(&longer).is_err());
    assert!(Frontier::from_bytes(&longer[..longer.len() - 31]).is_err());
    assert!(Frontier::from_bytes(&u64::MAX.to_be_bytes()).is_err());
    let too_large = [(1_u64 << 63).to_be_bytes().as_slice(), &[0; 32]].concat();
    assert_eq!(Frontier::from_bytes(&too_large), Err(Error::MalformedFrontier { why: "its size is too large" }));
}
