//! What is asked for and cannot be, and what stores and people get wrong: a sentence that helps, never a panic.

use merkle::{
    AddCheckpoint, Checkpoint, ConsistencyProof, EMPTY_ROOT, Error, Frontier, Hash, InclusionProof, MAX_TREE_SIZE,
    Node, Note, Signer, TreeHead, Verifier, leaf_hash, node_hash, read_stored,
};

use crate::shelf::{ORIGIN, Shelf};

fn signer() -> Signer {
    Signer::from_seed(ORIGIN, &[1; 32]).unwrap()
}

#[test]
fn proofs_of_what_is_not_there() {
    let shelf = Shelf::counting(5);
    let inclusion = |index, size| InclusionProof::build(index, size, shelf.read()).unwrap_err();
    assert_eq!(inclusion(5, 5), Error::NoSuchLeaf { index: 5, size: 5 });
    assert_eq!(inclusion(0, 0), Error::NoSuchLeaf { index: 0, size: 0 });
    assert_eq!(inclusion(u64::MAX, 5), Error::NoSuchLeaf { index: u64::MAX, size: 5 });
    assert_eq!(inclusion(0, u64::MAX), Error::TreeTooLarge { size: u64::MAX, max: MAX_TREE_SIZE });
    let consistency = |old, new| ConsistencyProof::build(old, new, shelf.read()).unwrap_err();
    assert_eq!(consistency(5, 4), Error::Shrunk { old: 5, new: 4 });
    assert_eq!(consistency(1, u64::MAX), Error::TreeTooLarge { size: u64::MAX, max: MAX_TREE_SIZE });
    let none = ConsistencyProof::new(Vec::new());
    assert_eq!(none.verify(shelf.head(5), shelf.head(4)), Err(Error::Shrunk { old: 5, new: 4 }));
    assert_eq!(
        InclusionProof::new(0, Vec::new()).verify(&EMPTY_ROOT, &TreeHead::EMPTY),
        Err(Error::NoSuchLeaf { index: 0, size: 0 })
    );
}

#[test]
fn the_empty_tree_and_the_same_tree_need_no_hashes() {
    let shelf = Shelf::counting(5);
    for (old, new) in [(0, 0), (0, 5), (5, 5)] {
        let unread = |_: &[Node]| -> Result<Vec<Hash>, Error> { panic!("nothing is to be read") };
        let proof = ConsistencyProof::build(old, new, unread).unwrap();
        assert_eq!(proof.verify(shelf.head(old), shelf.head(new)), Ok(()));
        let padded = ConsistencyProof::new(vec![EMPTY_ROOT]);
        assert_eq!(padded.verify(shelf.head(old), shelf.head(new)), Err(Error::NotConsistent));
    }
    let other = TreeHead::new(5, leaf_hash(b"other")).unwrap();
    assert_eq!(ConsistencyProof::new(Vec::new()).verify(&other, shelf.head(5)), Err(Error::NotConsistent));
    assert!(TreeHead::new(0, leaf_hash(b"other")).is_err());
}

#[test]
fn proofs_with_hashes_missing_or_to_spare() {
    let shelf = Shelf::counting(100);
    for index in 0..100 {
        let proof = InclusionProof::build(index, 100, shelf.read()).unwrap();
        let path = proof.hashes();
        for hashes in
            [&path[1..], &path[..path.len() - 1], &[path, &[EMPTY_ROOT]].concat(), &[&[EMPTY_ROOT], path].concat()]
        {
            let verdict = InclusionProof::new(index, hashes.to_vec()).verify(shelf.leaf(index), shelf.head(100));
            assert_eq!(verdict, Err(Error::NotIncluded), "{index}");
        }
        if index == 0 {
            continue;
        }
        let proof = ConsistencyProof::build(index, 100, shelf.read()).unwrap();
        let path = proof.hashes();
        for hashes in
            [&path[1..], &path[..path.len() - 1], &[path, &[EMPTY_ROOT]].concat(), &[&[EMPTY_ROOT], path].concat(), &[]]
        {
            let verdict = ConsistencyProof::new(hashes.to_vec()).verify(shelf.head(index), shelf.head(100));
            assert_eq!(verdict, Err(Error::NotConsistent), "{index}");
        }
    }
}

/// A path that stops below the root of a tree of the given size, or climbs above it, to a root that somebody made up for it.
#[test]
fn paths_that_are_not_as_long_as_the_tree_is_high() {
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|text| leaf_hash(text.as_bytes()));
    let head = |size, root| TreeHead::new(size, root).unwrap();
    let proof = InclusionProof::new(0, vec![b]);
    assert_eq!(proof.verify(&a, &head(1, node_hash(&b, &a))), Err(Error::NotIncluded));
    assert_eq!(proof.verify(&a, &head(2, node_hash(&a, &b))), Ok(()));
    assert_eq!(proof.verify(&a, &head(3, node_hash(&a, &b))), Err(Error::NotIncluded));
    let short = ConsistencyProof::new(vec![a, b]);
    assert_eq!(short.verify(&head(3, a), &head(4, node_hash(&a, &b))), Err(Error::NotConsistent));
    let (old, new) = (node_hash(&c, &a), node_hash(&c, &node_hash(&a, &b)));
    assert_eq!(ConsistencyProof::new(vec![a, b, c]).verify(&head(3, old), &head(4, new)), Ok(()));
    let (old, new) = (head(3, node_hash(&d, &old)), head(4, node_hash(&d, &new)));
    assert_eq!(ConsistencyProof::new(vec![a, b, c, d]).verify(&old, &new), Err(Error::NotConsistent));
}

#[test]
fn a_store_that_returns_too_little_too_much_or_its_own_error() {
    #[derive(Debug, PartialEq)]
    enum StoreError {
        Merkle(Error),
        Unplugged,
    }
    impl From<Error> for StoreError {
        fn from(error: Error) -> Self {
            Self::Merkle(error)
        }
    }
    let missing = |wanted, got| StoreError::Merkle(Error::MissingNodes { wanted, got });
    let returns = |count| move |_: &[Node]| Ok::<_, StoreError>(vec![EMPTY_ROOT; count]);
    assert_eq!(InclusionProof::build(0, 8, returns(2)), Err(missing(3, 2)));
    assert_eq!(InclusionProof::build(0, 8, returns(4)), Err(missing(3, 4)));
    assert_eq!(ConsistencyProof::build(1, 8, returns(0)), Err(missing(3, 0)));
    assert_eq!(Frontier::resume(7, returns(2)), Err(missing(3, 2)));
    assert_eq!(InclusionProof::build(0, 8, |_: &[Node]| Err(StoreError::Unplugged)), Err(StoreError::Unplugged));
    let spans = |lists: Vec<Vec<Hash>>| read_stored(move |_| Ok::<_, StoreError>(lists.clone()));
    let of = |count: usize| vec![EMPTY_ROOT; count];
    assert_eq!(InclusionProof::build(0, 8, spans(vec![of(1), of(2)])), Err(missing(3, 2)));
    assert_eq!(InclusionProof::build(0, 8, spans(vec![of(1), of(2), of(3)])), Err(missing(4, 3)));
    assert_eq!(InclusionProof::build(0, 8, spans(vec![of(1), of(2), vec![]])), Err(missing(4, 0)));
    assert_eq!(InclusionProof::build(0, 8, spans(vec![of(1), of(2), of(4), of(8)])), Err(missing(3, 4)));
    assert!(InclusionProof::build(0, 8, spans(vec![of(1), of(2), of(4)])).is_ok());
}

#[test]
fn nodes_that_no_tree_has() {
    for (level, index) in [(63, 0), (64, 0), (255, 0), (0, u64::MAX), (0, MAX_TREE_SIZE), (62, 1), (62, 2)] {
        assert_eq!(Node::new(level, index), None, "{level} {index}");
    }
    assert_eq!(Node::new(62, 0).unwrap().leaves(), 0..1 << 62);
    assert_eq!(Node::new(0, MAX_TREE_SIZE - 1).unwrap().leaves().end, MAX_TREE_SIZE);
}

#[test]
fn a_proof_from_another_size_than_the_one_trusted_is_refused() {
    let shelf = Shelf::counting(9);
    let signer = signer();
    let known = merkle::Verifiers::new(vec![signer.verifier().clone()]).unwrap();
    let note = Checkpoint::new(ORIGIN, *shelf.head(9)).unwrap().sign(&[&signer]).unwrap();
    let file = AddCheckpoint::new(4, ConsistencyProof::build(4, 9, shelf.read()).unwrap(), note);
    assert_eq!(file.verify(shelf.head(4), ORIGIN, &known).unwrap().tree(), shelf.head(9));
    assert_eq!(file.verify(shelf.head(5), ORIGIN, &known), Err(Error::NotConsistent));
    let fork = Shelf::of(["another", "history", "of", "four"]);
    assert_eq!(file.verify(fork.head(4), ORIGIN, &known), Err(Error::NotConsistent));
}

#[test]
fn no_refusal_repeats_what_a_stranger_wrote() {
    let deceiving = "\u{202e}evil";
    let note = Checkpoint::new(deceiving, TreeHead::EMPTY).unwrap();
    let note = note.sign(&[&Signer::from_seed(deceiving, &[1; 32]).unwrap()]).unwrap();
    let known =
        merkle::Verifiers::new(vec![Signer::from_seed(deceiving, &[1; 32]).unwrap().verifier().clone()]).unwrap();
    for refusal in [
        Checkpoint::open(&note, ORIGIN, &known).unwrap_err(),
        Checkpoint::open(&note, ORIGIN, &merkle::Verifiers::default()).unwrap_err(),
        format!("{deceiving}+x+y").parse::<Verifier>().unwrap_err(),
        Note::parse(format!("{deceiving}\n\n{deceiving}\n").as_bytes()).unwrap_err(),
    ] {
        assert!(!refusal.to_string().contains(deceiving), "{refusal}");
    }
}
