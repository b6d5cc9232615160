//! One key takes the place of another, and at every moment everybody can verify.

use merkle::{Checkpoint, Error, Note, Signer, Verifiers};

use crate::shelf::{ORIGIN, Shelf};

fn signer(name: &str, seed: u8) -> Signer {
    Signer::from_seed(name, &[seed; 32]).unwrap()
}

fn known(signers: &[&Signer]) -> Verifiers {
    Verifiers::new(signers.iter().map(|signer| signer.verifier().clone()).collect()).unwrap()
}

#[test]
fn keys_overlap_while_one_replaces_the_other() {
    let shelf = Shelf::counting(30);
    let (old, new) = (signer(ORIGIN, 1), signer(ORIGIN, 2));
    let sign = |size, signers: &[&Signer]| Checkpoint::new(ORIGIN, *shelf.head(size)).unwrap().sign(signers).unwrap();
    let (before, during, after) = (sign(10, &[&old]), sign(20, &[&old, &new]), sign(30, &[&new]));
    let opens = |note: &Note, signers: &[&Signer]| Checkpoint::open(note, ORIGIN, &known(signers)).map(|_| ());
    for (note, with_old, with_new) in [(&before, true, false), (&during, true, true), (&after, false, true)] {
        assert_eq!(opens(note, &[&old]).is_ok(), with_old);
        assert_eq!(opens(note, &[&new]).is_ok(), with_new);
        assert_eq!(opens(note, &[&old, &new]), Ok(()));
        assert_eq!(opens(note, &[]), Err(Error::NoKnownSignature));
    }
    let both = known(&[&old, &new]);
    assert_eq!(during.verify(&both).unwrap().signers, [old.verifier(), new.verifier()]);
}

#[test]
fn a_bad_signature_of_a_known_key_spoils_the_note_whatever_stands_beside_it() {
    let (one, other) = (signer(ORIGIN, 1), signer(ORIGIN, 2));
    let right = Note::sign("right\n", &[&one, &other]).unwrap().to_string();
    let wrong = Note::sign("wrong\n", &[&other]).unwrap().signatures()[0].to_string();
    let (head, _) = right.rsplit_once("— ").unwrap();
    for spoiled in [format!("{head}{wrong}\n"), format!("{right}{wrong}\n")] {
        let note = Note::parse(spoiled.as_bytes()).unwrap();
        let refusal = note.verify(&known(&[&one, &other])).unwrap_err();
        assert_eq!(refusal, Error::BadSignature { name: ORIGIN.into(), key_id: other.verifier().key_id() });
        // Who does not know the other key cannot tell, and has the first signature.
        note.verify(&known(&[&one])).unwrap();
    }
}

#[test]
fn the_same_signature_twice_counts_once() {
    let signer = signer(ORIGIN, 1);
    let note = Note::sign("text\n", &[&signer]).unwrap();
    let twice = Note::parse(format!("{note}{}\n", note.signatures()[0]).as_bytes()).unwrap();
    assert_eq!(twice.verify(&known(&[&signer])).unwrap().signers.len(), 1);
}

#[test]
fn a_known_key_of_another_log_cannot_speak_for_this_one() {
    let (ours, theirs) = (signer(ORIGIN, 1), signer("example.com/other", 2));
    let body = Checkpoint::new(ORIGIN, *Shelf::counting(3).head(3)).unwrap();
    let forged = Note::sign(&body.to_string(), &[&theirs]).unwrap();
    let known = known(&[&ours, &theirs]);
    assert_eq!(Checkpoint::open(&forged, ORIGIN, &known), Err(Error::NoKnownSignature));
    assert!(matches!(body.sign(&[&theirs]), Err(Error::MalformedKey { .. })));
    let foreign = Checkpoint::new("example.com/other", *body.tree()).unwrap().sign(&[&theirs]).unwrap();
    assert_eq!(Checkpoint::open(&foreign, ORIGIN, &known), Err(Error::OtherOrigin { expected: ORIGIN.into() }));
}

#[test]
fn a_list_of_keys_is_a_text() {
    let (old, new) = (signer(ORIGIN, 1), signer(ORIGIN, 2));
    let list = known(&[&old, &new]);
    let text = format!("# the audit log\n\n{}\n# from December on\n{}", old.verifier(), new.verifier());
    assert_eq!(text.parse::<Verifiers>().unwrap(), list);
    assert_eq!(list.to_string().parse::<Verifiers>().unwrap(), list);
    assert_eq!(list.find(ORIGIN, new.verifier().key_id()), Some(new.verifier()));
    assert_eq!(list.find("example.com/other", new.verifier().key_id()), None);
    let twice = text.clone() + "\n" + &old.verifier().to_string();
    assert!(matches!(twice.parse::<Verifiers>(), Err(Error::AmbiguousKey { .. })));
    assert!(matches!((text + "\nnonsense").parse::<Verifiers>(), Err(Error::MalformedKey { .. })));
}

/// What `openssl genpkey -algorithm ED25519 -outform DER` writes: 16 bytes of frame, then the seed (RFC 8410, section 7).
#[test]
fn a_key_of_openssl_is_the_same_key() {
    let frame = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let document = [frame.as_slice(), &[9; 32]].concat();
    let read = Signer::from_pkcs8(ORIGIN, &document).unwrap();
    assert_eq!(read.verifier(), signer(ORIGIN, 9).verifier());
    for broken in [&document[..47], &[], &[0; 48]] {
        assert!(matches!(Signer::from_pkcs8(ORIGIN, broken), Err(Error::MalformedKey { .. })));
    }
}

#[test]
fn a_private_key_does_not_show_itself() {
    let shown = format!("{:?}", Signer::from_seed(ORIGIN, &[0xab; 32]).unwrap());
    assert!(shown.contains(ORIGIN) && shown.contains("key_id"), "{shown}");
    assert!(!shown.contains("171, 171, 171") && !shown.to_lowercase().contains("abab"), "{shown}");
}
