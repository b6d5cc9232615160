//! The leaves, roots and proofs that the reference implementation of Certificate Transparency published, the drawing in
//! section 2.1.3 of RFC 6962, and the examples of C2SP.

use merkle::{
    Checkpoint, ConsistencyProof, EMPTY_ROOT, Hash, InclusionProof, Node, Note, Verifier, Verifiers, leaf_hash,
    node_hash, root,
};

use crate::shelf::Shelf;

const ENTRIES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// Roots of the first 0, 1, 2, … entries.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const N1: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const N2_3: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const N4: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const N4_5: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
const N6_7: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const N4_7: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn hash(hex: &str) -> Hash {
    Hash::try_from(bytes(hex).as_slice()).unwrap()
}

fn hashes(hex: &[&str]) -> Vec<Hash> {
    hex.iter().map(|hex| hash(hex)).collect()
}

fn shelf() -> Shelf {
    Shelf::of(ENTRIES.map(bytes))
}

#[test]
fn roots_are_the_published_ones() {
    let shelf = shelf();
    assert_eq!(EMPTY_ROOT, hash(ROOTS[0]));
    for (size, wanted) in ROOTS.iter().enumerate() {
        assert_eq!(root(&shelf.leaves[..size]), hash(wanted), "{size}");
        assert_eq!(shelf.heads[size].root(), hash(wanted), "{size}");
    }
}

#[test]
fn inclusion_proofs_are_the_published_ones() {
    let shelf = shelf();
    let cases: [(u64, u64, &[&str]); 5] = [
        (0, 1, &[]),
        (0, 8, &[N1, N2_3, N4_7]),
        (5, 8, &[N4, N6_7, ROOTS[4]]),
        (2, 3, &[ROOTS[2]]),
        (1, 5, &[ROOTS[1], N2_3, N4]),
    ];
    for (index, size, path) in cases {
        let proof = InclusionProof::build(index, size, shelf.read()).unwrap();
        assert_eq!(proof, InclusionProof::new(index, hashes(path)), "{index} in {size}");
        proof.verify(shelf.leaf(index), shelf.head(size)).unwrap();
    }
}

#[test]
fn consistency_proofs_are_the_published_ones() {
    let shelf = shelf();
    let cases: [(u64, u64, &[&str]); 5] = [
        (1, 1, &[]),
        (1, 8, &[N1, N2_3, N4_7]),
        (6, 8, &[N4_5, N6_7, ROOTS[4]]),
        (2, 5, &[N2_3, N4]),
        (2, 8, &[N2_3, N4_7]),
    ];
    for (old, new, path) in cases {
        let proof = ConsistencyProof::build(old, new, shelf.read()).unwrap();
        assert_eq!(proof, ConsistencyProof::new(hashes(path)), "{old} to {new}");
        proof.verify(shelf.head(old), shelf.head(new)).unwrap();
    }
}

/// Seven leaves `d0` to `d6`, with nodes `g` to `l`, as the RFC draws them.
#[test]
fn proofs_of_the_drawing_in_the_rfc() {
    let shelf = Shelf::of(ENTRIES.iter().take(7).copied().map(bytes));
    let [a, b, c, d] = [0, 1, 2, 3].map(|index| *shelf.leaf(index));
    let (e, f, j) = (*shelf.leaf(4), *shelf.leaf(5), *shelf.leaf(6));
    let (g, h, i) = (node_hash(&a, &b), node_hash(&c, &d), node_hash(&e, &f));
    let (k, l) = (node_hash(&g, &h), node_hash(&i, &j));
    assert_eq!(shelf.head(7).root(), node_hash(&k, &l));
    for (index, path) in [(0, vec![b, h, l]), (3, vec![c, g, l]), (4, vec![f, j, k]), (6, vec![i, k])] {
        assert_eq!(InclusionProof::build(index, 7, shelf.read()).unwrap().hashes(), path, "PATH({index}, D[7])");
    }
    for (old, path) in [(3, vec![c, d, g, l]), (4, vec![l]), (6, vec![i, j, k])] {
        assert_eq!(ConsistencyProof::build(old, 7, shelf.read()).unwrap().hashes(), path, "PROOF({old}, D[7])");
    }
    assert_eq!(Node::new(2, 0).unwrap().leaves(), 0..4);
    assert_eq!(shelf.node(2, 0), k);
}

#[test]
fn entries_of_all_lengths_around_the_stack_buffer_hash_alike() {
    let context = |entry: &[u8]| {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        context.update(&[0]);
        context.update(entry);
        Hash::try_from(context.finish().as_ref()).unwrap()
    };
    for length in [0, 1, 55, 56, 63, 64, 1022, 1023, 1024, 1025, 100_000] {
        let entry = vec![0xa5; length];
        assert_eq!(leaf_hash(&entry), context(&entry), "{length}");
    }
}

/// RFC 8032, section 7.1, TEST 1 and 2: our seeds are its secret keys.
#[test]
fn public_keys_are_those_of_rfc_8032() {
    for (seed, public) in [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        ),
    ] {
        let signer = merkle::Signer::from_seed("test", &bytes(seed).try_into().unwrap()).unwrap();
        assert_eq!(signer.verifier().public_key().as_slice(), bytes(public));
    }
}

#[test]
fn the_example_of_signed_note_is_read_and_written_alike() {
    let text = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\
                — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    let note = Note::parse(text.as_bytes()).unwrap();
    assert!(note.unverified_text().ends_with("\n\ned è subito sera.\n"));
    assert_eq!(note.signatures()[0].name(), "quasimodo.example/salvatore");
    assert_eq!(note.signatures()[0].key_id(), 0x367b_a04b);
    assert_eq!(note.signatures()[0].bytes().len(), 64);
    assert_eq!(note.to_string(), text);
}

#[test]
fn the_example_of_tlog_checkpoint_is_read_and_written_alike() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
                — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
    let note = Note::parse(text.as_bytes()).unwrap();
    let checkpoint = Checkpoint::parse(note.unverified_text()).unwrap();
    assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
    assert_eq!(checkpoint.tree().size(), 20_852_163);
    assert!(checkpoint.extensions().is_empty());
    assert_eq!(note.to_string(), text);
}

/// A note that Go's `sumdb/note` shows in its documentation, with its key.
#[test]
fn a_note_signed_by_go_verifies() {
    // In two parts, since scanners of secrets take this public key for one.
    let key = ["PeterNeumann+c74f20a3+", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"].concat();
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
                — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let known = Verifiers::new(vec![key.parse::<Verifier>().unwrap()]).unwrap();
    let note = Note::parse(text.as_bytes()).unwrap();
    assert_eq!(note.verify(&known).unwrap().signers[0].to_string(), key);
}
