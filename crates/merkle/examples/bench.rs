//! What a log of 1,000,000 entries costs in processor time: `cargo run --release -p merkle --example bench`.
//!
//! Everything is in memory, so the figures are those of the mathematics; a store adds its own.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench, run by hand")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use merkle::{
    Checkpoint, ConsistencyProof, Error, Frontier, Hash, InclusionProof, Node, Note, Signer, Span, TlogProof, TreeHead,
    Verifiers, leaf_hash, read_stored,
};

const LEAVES: u64 = 1_000_000;
const PROOFS: u64 = 1_000;
const ORIGIN: &str = "example.com/audit";

/// Bytes of an entry, about that of an event in JSON.
const ENTRY_BYTES: usize = 600;

/// Nodes by level and index.
#[derive(Default)]
struct Levels(Vec<Vec<Hash>>);

impl Levels {
    fn keep(&mut self, node: Node, hash: Hash) {
        let level = usize::from(node.level());
        if self.0.len() <= level {
            self.0.resize(level + 1, Vec::new());
        }
        self.0[level].push(hash);
    }

    fn get(&self, level: u8, index: u64) -> Hash {
        self.0[usize::from(level)][usize::try_from(index).unwrap()]
    }

    fn read(&self) -> impl FnMut(&[Node]) -> Result<Vec<Hash>, Error> {
        |nodes| Ok(nodes.iter().map(|node| self.get(node.level(), node.index())).collect())
    }

    fn read_sparingly(&self) -> impl FnMut(&[Node]) -> Result<Vec<Hash>, Error> {
        let stored = |span: &Span| {
            let first = usize::try_from(span.first).unwrap();
            self.0[usize::from(span.level)][first..first + usize::from(span.count)].to_vec()
        };
        read_stored(move |spans| Ok(spans.iter().map(stored).collect()))
    }
}

fn main() {
    let leaves = hash_entries();
    let (frontier, levels) = build(&leaves);
    let tree = frontier.tree_head();
    verify_from_the_leaves(&leaves, &tree);
    inclusion(&leaves, &tree, "all levels stored", || levels.read());
    inclusion(&leaves, &tree, "levels 0, 8, 16 stored", || levels.read_sparingly());
    consistency(&leaves, &tree, &levels);
    checkpoints(&leaves, tree, &levels);
    println!("frontier: {} bytes; root {}", frontier.to_bytes().len(), tree.root());
}

fn hash_entries() -> Vec<Hash> {
    let mut entry = [b'x'; ENTRY_BYTES];
    let start = Instant::now();
    let leaves = (0..LEAVES).map(|index| {
        entry[..8].copy_from_slice(&index.to_be_bytes());
        leaf_hash(&entry)
    });
    let leaves = leaves.collect();
    say("leaf hash of 600 bytes", start.elapsed(), LEAVES);
    leaves
}

fn build(leaves: &[Hash]) -> (Frontier, Levels) {
    let (mut frontier, mut levels) = (Frontier::new(), Levels::default());
    let start = Instant::now();
    for leaf in leaves {
        frontier.append_with(*leaf, |node, hash| levels.keep(node, hash)).unwrap();
    }
    say("append, all nodes kept in memory", start.elapsed(), LEAVES);
    let start = Instant::now();
    for _ in 0..PROOFS {
        black_box(black_box(&frontier).root());
    }
    say("root of the frontier", start.elapsed(), PROOFS);
    (frontier, levels)
}

fn verify_from_the_leaves(leaves: &[Hash], tree: &TreeHead) {
    let start = Instant::now();
    assert_eq!(merkle::root(leaves), tree.root());
    say("root from all leaf hashes", start.elapsed(), LEAVES);
}

fn picks() -> impl Iterator<Item = u64> {
    (0..PROOFS).map(|pick| pick * 7_919_993 % LEAVES)
}

fn inclusion<R: FnMut(&[Node]) -> Result<Vec<Hash>, Error>>(
    leaves: &[Hash],
    tree: &TreeHead,
    from: &str,
    read: impl Fn() -> R,
) {
    let start = Instant::now();
    let proofs: Vec<InclusionProof> =
        picks().map(|index| InclusionProof::build(index, LEAVES, read()).unwrap()).collect();
    say(&format!("inclusion proof, {from}"), start.elapsed(), PROOFS);
    let start = Instant::now();
    for proof in &proofs {
        proof.verify(&leaves[usize::try_from(proof.index()).unwrap()], tree).unwrap();
    }
    say("  its verification", start.elapsed(), PROOFS);
}

fn consistency(leaves: &[Hash], tree: &TreeHead, levels: &Levels) {
    let heads: Vec<TreeHead> = {
        let mut sizes: Vec<u64> = picks().map(|pick| pick + 1).collect();
        sizes.sort_unstable();
        let resume = |size| Frontier::resume(size, levels.read()).unwrap().tree_head();
        sizes.into_iter().map(resume).collect()
    };
    assert_eq!(heads[0].root(), leaves[0]);
    for sparingly in [false, true] {
        let start = Instant::now();
        let build = |old: &TreeHead| {
            let (from, to) = (old.size(), LEAVES);
            if sparingly {
                ConsistencyProof::build(from, to, levels.read_sparingly())
            } else {
                ConsistencyProof::build(from, to, levels.read())
            }
        };
        let proofs: Vec<ConsistencyProof> = heads.iter().map(|old| build(old).unwrap()).collect();
        let from = if sparingly { "levels 0, 8, 16 stored" } else { "all levels stored" };
        say(&format!("consistency proof, {from}"), start.elapsed(), PROOFS);
        let start = Instant::now();
        heads.iter().zip(&proofs).for_each(|(old, proof)| proof.verify(old, tree).unwrap());
        say("  its verification", start.elapsed(), PROOFS);
    }
}

fn checkpoints(leaves: &[Hash], tree: TreeHead, levels: &Levels) {
    let signer = Signer::from_seed(ORIGIN, &[1; 32]).unwrap();
    let known = Verifiers::new(vec![signer.verifier().clone()]).unwrap();
    let start = Instant::now();
    let sign = |_| Checkpoint::new(ORIGIN, tree).unwrap().sign(&[&signer]).unwrap().to_string();
    let notes: Vec<String> = (0..PROOFS).map(sign).collect();
    say("checkpoint, signed and written", start.elapsed(), PROOFS);
    let start = Instant::now();
    for note in &notes {
        black_box(Checkpoint::open(&Note::parse(note.as_bytes()).unwrap(), ORIGIN, &known).unwrap());
    }
    say("checkpoint, read and verified", start.elapsed(), PROOFS);
    let proof = InclusionProof::build(LEAVES / 3, LEAVES, levels.read()).unwrap();
    let file = TlogProof::new(proof, Note::parse(notes[0].as_bytes()).unwrap()).to_string();
    let leaf = leaves[usize::try_from(LEAVES / 3).unwrap()];
    let start = Instant::now();
    for _ in 0..PROOFS {
        black_box(TlogProof::parse(file.as_bytes()).unwrap().verify(&leaf, ORIGIN, &known).unwrap());
    }
    say(&format!("tlog-proof of {} bytes, read and verified", file.len()), start.elapsed(), PROOFS);
}

fn say(what: &str, took: Duration, times: u64) {
    let each = took.as_secs_f64() * 1e6 / times as f64;
    println!("{what:<52} {times:>9} x {each:>9.3} us = {:>8.3} ms", took.as_secs_f64() * 1e3);
}
