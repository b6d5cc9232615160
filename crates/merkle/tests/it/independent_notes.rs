//! The crates `signed_note` and `tlog_tiles`, written by others, take our notes, keys and checkpoints, and we take theirs.

use base64::{Engine, engine::general_purpose::STANDARD};
use merkle::{Checkpoint, Note, Signer, TreeHead, Verifier, Verifiers, leaf_hash};
use proptest::prelude::*;
use signed_note::{StandardSigner, StandardVerifier, VerifierList};

use crate::shelf::{ORIGIN, Shelf};

fn their_verifiers(keys: &[&Verifier]) -> VerifierList {
    let boxed = |key: &&Verifier| -> Box<dyn signed_note::Verifier> {
        Box::new(StandardVerifier::new(&key.to_string()).unwrap())
    };
    VerifierList::new(keys.iter().map(boxed).collect())
}

/// Their form of a private key.
fn their_signer(signer: &Signer, seed: [u8; 32]) -> StandardSigner {
    let key = STANDARD.encode([&[1], seed.as_slice()].concat());
    let verifier = signer.verifier();
    StandardSigner::new(&format!("PRIVATE+KEY+{}+{:08x}+{key}", verifier.name(), verifier.key_id())).unwrap()
}

fn known(signers: &[&Signer]) -> Verifiers {
    Verifiers::new(signers.iter().map(|signer| signer.verifier().clone()).collect()).unwrap()
}

#[test]
fn they_verify_our_notes() {
    let (one, two) = (Signer::from_seed(ORIGIN, &[1; 32]).unwrap(), Signer::from_seed("witness", &[2; 32]).unwrap());
    let note = Note::sign("a text\n\nwith an empty line\n", &[&one, &two]).unwrap();
    let theirs = signed_note::Note::from_bytes(note.to_string().as_bytes()).unwrap();
    assert_eq!(theirs.text(), b"a text\n\nwith an empty line\n");
    let (verified, unverified) = theirs.verify(&their_verifiers(&[one.verifier(), two.verifier()])).unwrap();
    assert_eq!((verified.len(), unverified.len()), (2, 0));
    let (verified, unverified) = theirs.verify(&their_verifiers(&[two.verifier()])).unwrap();
    assert_eq!((verified[0].name(), unverified[0].name()), ("witness", ORIGIN));
}

#[test]
fn we_verify_their_notes() {
    let signer = Signer::from_seed(ORIGIN, &[3; 32]).unwrap();
    let mut theirs = signed_note::Note::new("text of theirs\n".as_bytes(), &[]).unwrap();
    theirs.add_sigs(&[&their_signer(&signer, [3; 32])]).unwrap();
    let note = Note::parse(&theirs.to_bytes()).unwrap();
    let known = known(&[&signer]);
    let verified = note.verify(&known).unwrap();
    assert_eq!((verified.text, verified.signers.len()), ("text of theirs\n", 1));
    // Ed25519 signatures are deterministic: both write the same bytes.
    assert_eq!(Note::sign("text of theirs\n", &[&signer]).unwrap(), note);
}

#[test]
fn checkpoints_go_both_ways() {
    let shelf = Shelf::counting(1000);
    let signer = Signer::from_seed(ORIGIN, &[4; 32]).unwrap();
    for size in [0, 1, 999, 1000] {
        let ours = Checkpoint::new(ORIGIN, *shelf.head(size)).unwrap();
        let ours = ours.with_extensions(vec!["one".into(), "two lines".into()]).unwrap();
        let note = ours.sign(&[&signer]).unwrap();
        let text = signed_note::Note::from_bytes(note.to_string().as_bytes()).unwrap();
        text.verify(&their_verifiers(&[signer.verifier()])).unwrap();
        let theirs = tlog_tiles::Checkpoint::from_bytes(text.text()).unwrap();
        assert_eq!((theirs.origin(), theirs.size(), theirs.extension()), (ORIGIN, size, "one\ntwo lines\n"));
        assert_eq!(theirs.hash().0, *shelf.head(size).root().as_bytes());

        let mut theirs = signed_note::Note::new(&theirs.to_bytes(), &[]).unwrap();
        theirs.add_sigs(&[&their_signer(&signer, [4; 32])]).unwrap();
        let opened = Checkpoint::open(&Note::parse(&theirs.to_bytes()).unwrap(), ORIGIN, &known(&[&signer])).unwrap();
        assert_eq!(opened, ours);
    }
}

#[test]
fn verifier_keys_are_the_same_text() {
    for (name, seed) in [("a", [5; 32]), ("example.com/log", [6; 32]), ("Über.example", [7; 32])] {
        let signer = Signer::from_seed(name, &seed).unwrap();
        let text = signer.verifier().to_string();
        let theirs = StandardVerifier::new(&text).unwrap();
        assert_eq!(signed_note::Verifier::key_id(&theirs), signer.verifier().key_id());
        assert_eq!(text.parse::<Verifier>().unwrap(), *signer.verifier());
    }
}

/// Texts that are nearly notes: pieces that occur in notes, and others, in any order.
fn nearly_notes() -> impl Strategy<Value = String> {
    let signer = Signer::from_seed(ORIGIN, &[8; 32]).unwrap();
    let right = Note::sign("text\n", &[&signer]).unwrap().signatures()[0].to_string();
    let pieces = vec![
        right,
        "text".into(),
        "\n".into(),
        "\n\n".into(),
        "— ".into(),
        "—".into(),
        " ".into(),
        "+".into(),
        ORIGIN.into(),
        " AAAAAAAA".into(),
        "AAAAAAA=".into(),
        "AAAAAA==".into(),
        "\t".into(),
        "\u{a0}".into(),
        "é".into(),
        "\u{7f}".into(),
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(crate::cases(1000))]

    #[test]
    fn both_take_the_same_texts_for_notes(text in nearly_notes()) {
        let ours = Note::parse(text.as_bytes());
        let theirs = signed_note::Note::from_bytes(text.as_bytes());
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?}: {:?} {:?}", text, ours, theirs);
        if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
            prop_assert_eq!(ours.unverified_text().as_bytes(), theirs.text());
            prop_assert_eq!(ours.to_string(), text);
        }
    }

    #[test]
    fn both_read_the_same_checkpoints(origin in "[^\n\\p{Cc}]{1,60}", size in 1_u64..=i64::MAX as u64, lines in prop::collection::vec("[^\\p{Cc}]{1,20}", 0..4)) {
        let tree = TreeHead::new(size, leaf_hash(origin.as_bytes())).unwrap();
        let ours = Checkpoint::new(&origin, tree).unwrap().with_extensions(lines).unwrap();
        let theirs = tlog_tiles::Checkpoint::from_bytes(ours.to_string().as_bytes()).unwrap();
        prop_assert_eq!(theirs.to_bytes(), ours.to_string().into_bytes());
        prop_assert_eq!(Checkpoint::parse(&ours.to_string()).unwrap(), ours);
    }
}

proptest! {
    #![proptest_config(crate::cases(100))]

    #[test]
    fn whatever_we_sign_they_verify(text in "(\\PC{0,30}\n){1,5}", seed in any::<[u8; 32]>(), name in "[^\\s+\\p{Cc}]{1,40}") {
        let signer = Signer::from_seed(&name, &seed).unwrap();
        let note = Note::sign(&text, &[&signer]).unwrap();
        let theirs = signed_note::Note::from_bytes(note.to_string().as_bytes()).unwrap();
        prop_assert_eq!(theirs.text(), text.as_bytes());
        prop_assert_eq!(theirs.verify(&their_verifiers(&[signer.verifier()])).unwrap().0.len(), 1);
        prop_assert_eq!(Note::parse(note.to_string().as_bytes()).unwrap(), note);
    }
}
