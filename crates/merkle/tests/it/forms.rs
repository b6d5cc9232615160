//! One right form of each text, and its neighbours that are refused.

use merkle::{
    AddCheckpoint, Checkpoint, EMPTY_ROOT, Error, InclusionProof, Note, Signer, TlogProof, TreeHead, Verifier,
    leaf_hash,
};

use crate::shelf::{ORIGIN, Shelf};

fn signer() -> Signer {
    Signer::from_seed(ORIGIN, &[1; 32]).unwrap()
}

#[test]
fn checkpoints_in_another_form() {
    let root = leaf_hash(b"root");
    let right = format!("{ORIGIN}\n7\n{root}\n");
    Checkpoint::parse(&right).unwrap();
    let hash = root.to_string();
    for wrong in [
        String::new(),
        "\n".into(),
        right.trim_end().into(),
        format!("{right}\n"),
        format!("{right}extension"),
        format!("{right}extension\n\nanother\n"),
        format!("\n7\n{hash}\n"),
        format!("{ORIGIN}\n07\n{hash}\n"),
        format!("{ORIGIN}\n+7\n{hash}\n"),
        format!("{ORIGIN}\n-7\n{hash}\n"),
        format!("{ORIGIN}\n7 \n{hash}\n"),
        format!("{ORIGIN}\n\n{hash}\n"),
        format!("{ORIGIN}\n0\n{hash}\n"),
        format!("{ORIGIN}\n9223372036854775808\n{hash}\n"),
        format!("{ORIGIN}\n18446744073709551616\n{hash}\n"),
        format!("{ORIGIN}\r\n7\r\n{hash}\r\n"),
        format!("{ORIGIN}\n7\n{}\n", hash.trim_end_matches('=')),
        format!("{ORIGIN}\n7\n{hash}=\n"),
        format!("{ORIGIN}\n7\nAAAA\n"),
        format!("{ORIGIN}\n7\n"),
    ] {
        assert!(Checkpoint::parse(&wrong).is_err(), "{wrong:?}");
    }
    assert_eq!(Checkpoint::parse(&format!("{ORIGIN}\n0\n{EMPTY_ROOT}\n")).unwrap().tree(), &TreeHead::EMPTY);
    let made = Checkpoint::new(ORIGIN, TreeHead::EMPTY).unwrap();
    for lines in [vec![String::new()], vec!["a\nb".into()], vec!["\u{1}".into()], vec!["x".repeat(4096)]] {
        assert!(made.clone().with_extensions(lines).is_err());
    }
    for origin in ["", "two\nlines", "tab\t", &"o".repeat(257)] {
        assert!(Checkpoint::new(origin, TreeHead::EMPTY).is_err(), "{origin:?}");
    }
}

#[test]
fn notes_in_another_form() {
    let line = Note::sign("text\n", &[&signer()]).unwrap().signatures()[0].to_string();
    Note::parse(format!("text\n\n{line}\n").as_bytes()).unwrap();
    for wrong in [
        String::new(),
        "text\n".into(),
        "text\n\n".into(),
        "text\n\n\n".into(),
        format!("text\n{line}\n"),
        format!("text\n\n{line}"),
        format!("text\n\n{line}\n\n"),
        format!("text\n\n{line}\nmore\n"),
        format!("\n{line}\n"),
        format!("te\txt\n\n{line}\n"),
        format!("te\rxt\n\n{line}\n"),
        format!("te\0xt\n\n{line}\n"),
        format!("text\n\n{}\n", line.replace("— ", "- ")),
        format!("text\n\n{}\n", line.replace("— ", "—")),
        format!("text\n\n {line}\n"),
        format!("text\n\n{line} \n"),
        format!("text\n\n{}\n", line.replace(ORIGIN, "")),
        format!("text\n\n{}\n", line.replace(ORIGIN, "a+b")),
        format!("text\n\n{}\n", line.replace(ORIGIN, "a\u{a0}b")),
        format!("text\n\n{}\n", line.replace(ORIGIN, "a b")),
        format!("text\n\n— {ORIGIN}\n"),
        format!("text\n\n— {ORIGIN} \n"),
        format!("text\n\n— {ORIGIN} AAAA\n"),
        format!("text\n\n— {ORIGIN} AAAAAA==\n"),
        format!("text\n\n— {ORIGIN} AAAAAAB=\n"),
        format!("text\n\n— {ORIGIN} ????\n"),
    ] {
        assert!(matches!(Note::parse(wrong.as_bytes()), Err(Error::MalformedNote { .. })), "{wrong:?}");
    }
    assert!(Note::parse(b"te\xffxt\n\n").is_err());
}

#[test]
fn texts_that_cannot_be_signed() {
    let signer = signer();
    for text in ["", "no newline", "tab\t\n", "return\r\n", &format!("{}\n", "long".repeat(40_000))] {
        assert!(matches!(Note::sign(text, &[&signer]), Err(Error::MalformedNote { .. })), "{text:.20}");
    }
    assert!(matches!(Note::sign("text\n", &[]), Err(Error::MalformedNote { .. })));
    assert!(matches!(Note::sign("text\n", &[&signer, &signer]), Err(Error::AmbiguousKey { .. })));
}

#[test]
fn keys_in_another_form() {
    let right = signer().verifier().to_string();
    let parts: Vec<&str> = right.splitn(3, '+').collect();
    let [name, id, key] = parts[..] else { panic!() };
    for wrong in [
        String::new(),
        name.into(),
        format!("{name}+{id}"),
        format!("+{id}+{key}"),
        format!("{name}+{id}+"),
        format!("{name}+{}+{key}", id.to_uppercase()),
        format!("{name}+0{id}+{key}"),
        format!("{name}+00000000+{key}"),
        format!("other+{id}+{key}"),
        format!("{name}+{id}+{}", key.trim_end_matches('=')),
        format!("{name}+{id}+{key}\n"),
        format!(" {right}"),
        format!("{name}+{id}+A{}", &key[1..].replace('A', "B")),
        format!("{name}+{id}+AgAA"),
    ] {
        if wrong != right {
            assert!(matches!(wrong.parse::<Verifier>(), Err(Error::MalformedKey { .. })), "{wrong:?}");
        }
    }
    for name in ["", "a b", "a+b", "a\nb", "a\u{2003}b", "\0", &"n".repeat(257)] {
        assert!(matches!(Verifier::new(name, [0; 32]), Err(Error::MalformedKey { .. })), "{name:?}");
        assert!(matches!(Signer::from_seed(name, &[0; 32]), Err(Error::MalformedKey { .. })), "{name:?}");
    }
}

/// Signature type 2 is ECDSA, which we do not check; its key id would be right.
#[test]
fn a_key_of_another_algorithm_is_told_so() {
    let typed = [&[2], [9; 32].as_slice()].concat();
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &[b"log\n", typed.as_slice()].concat());
    let id = u32::from_be_bytes(hash.as_ref()[..4].try_into().unwrap());
    let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, typed);
    let refusal = format!("log+{id:08x}+{key}").parse::<Verifier>();
    assert_eq!(refusal, Err(Error::MalformedKey { why: "it is not an Ed25519 key" }));
}

#[test]
fn a_list_has_at_most_a_hundred_keys() {
    let keys = |count: u8| (0..count).map(|at| Verifier::new(ORIGIN, [at; 32]).unwrap()).collect::<Vec<_>>();
    let list = merkle::Verifiers::new(keys(100)).unwrap();
    assert_eq!(list.to_string().parse(), Ok(list.clone()));
    assert!(matches!(merkle::Verifiers::new(keys(101)), Err(Error::MalformedKey { .. })));
    let text = format!("{list}{}\n", Verifier::new(ORIGIN, [100; 32]).unwrap());
    assert!(matches!(text.parse::<merkle::Verifiers>(), Err(Error::MalformedKey { .. })));
}

#[test]
fn files_of_proofs_in_another_form() {
    let shelf = Shelf::counting(9);
    let note = Checkpoint::new(ORIGIN, *shelf.head(9)).unwrap().sign(&[&signer()]).unwrap();
    let hash = shelf.head(1).root();
    TlogProof::parse(format!("c2sp.org/tlog-proof@v1\nextra AA==\nindex 0\n{hash}\n\n{note}").as_bytes()).unwrap();
    for wrong in [
        format!("index 0\n{hash}\n\n{note}"),
        format!("c2sp.org/tlog-proof@v2\nindex 0\n{hash}\n\n{note}"),
        format!("c2sp.org/tlog-proof@v1\n{hash}\n\n{note}"),
        format!("c2sp.org/tlog-proof@v1\nindex 00\n{hash}\n\n{note}"),
        format!("c2sp.org/tlog-proof@v1\nindex 0 \n{hash}\n\n{note}"),
        format!("c2sp.org/tlog-proof@v1\nindex 0\nextra AA==\n{hash}\n\n{note}"),
        format!("c2sp.org/tlog-proof@v1\nextra \nindex 0\n{hash}\n\n{note}"),
        format!("c2sp.org/tlog-proof@v1\nextra AA\nindex 0\n{hash}\n\n{note}"),
        format!("c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n{note}"),
        format!("c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\n{note}"),
        format!("c2sp.org/tlog-proof@v1\nindex 0\n{hash}\n\n"),
        format!("c2sp.org/tlog-proof@v1\nindex 0\n{hash}"),
    ] {
        assert!(TlogProof::parse(wrong.as_bytes()).is_err(), "{wrong:?}");
    }
    AddCheckpoint::parse(format!("old 1\n{hash}\n\n{note}").as_bytes()).unwrap();
    for wrong in [
        format!("{hash}\n\n{note}"),
        format!("old  1\n{hash}\n\n{note}"),
        format!("old 01\n{hash}\n\n{note}"),
        format!("old 1\n{hash}\n{note}"),
        format!("old 1\n{hash} \n\n{note}"),
        "old 1\n\n".to_owned(),
    ] {
        assert!(AddCheckpoint::parse(wrong.as_bytes()).is_err(), "{wrong:?}");
    }
    let proof = TlogProof::new(InclusionProof::new(0, Vec::new()), note);
    assert!(proof.clone().with_extra(Vec::new()).is_err());
    assert!(proof.with_extra(vec![0; 65_537]).is_err());
}
