//! Whatever the parsers get, they answer; and what they take is written again as the same bytes.

use merkle::{AddCheckpoint, Checkpoint, Hash, MAX_NOTE_BYTES, Note, Signer, TlogProof, Verifier, Verifiers};
use proptest::prelude::*;

use crate::shelf::{ORIGIN, Shelf};

fn parse_all(bytes: &[u8]) -> Result<(), TestCaseError> {
    let same = |text: String| text.as_bytes() == bytes;
    if let Ok(note) = Note::parse(bytes) {
        prop_assert!(same(note.to_string()));
    }
    if let Ok(proof) = TlogProof::parse(bytes) {
        prop_assert!(same(proof.to_string()));
    }
    if let Ok(request) = AddCheckpoint::parse(bytes) {
        prop_assert!(same(request.to_string()));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(()) };
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        prop_assert!(same(checkpoint.to_string()));
    }
    if let Ok(key) = text.parse::<Verifier>() {
        prop_assert!(same(key.to_string()));
    }
    if let Ok(hash) = text.parse::<Hash>() {
        prop_assert!(same(hash.to_string()));
    }
    let _ = text.parse::<Verifiers>();
    Ok(())
}

/// One of each kind that is right.
fn right() -> Vec<String> {
    let shelf = Shelf::counting(20);
    let signer = Signer::from_seed(ORIGIN, &[1; 32]).unwrap();
    let body = Checkpoint::new(ORIGIN, *shelf.head(20)).unwrap();
    let note = body.sign(&[&signer]).unwrap();
    let inclusion = merkle::InclusionProof::build(3, 20, shelf.read()).unwrap();
    let consistency = merkle::ConsistencyProof::build(3, 20, shelf.read()).unwrap();
    vec![
        body.to_string(),
        note.to_string(),
        signer.verifier().to_string(),
        TlogProof::new(inclusion, note.clone()).with_extra(b"extra".to_vec()).unwrap().to_string(),
        AddCheckpoint::new(3, consistency, note).to_string(),
        shelf.head(1).root().to_string(),
    ]
}

#[derive(Debug, Clone)]
enum Edit {
    Remove(prop::sample::Index, usize),
    Double(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    Replace(prop::sample::Index, u8),
    Cut(prop::sample::Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = any::<prop::sample::Index>;
    let piece = prop::sample::select(vec![
        "\n", "\n\n", "— ", " ", "+", "=", "0", "extra ", "index 0", "old 0", "\0", "\u{feff}", "\r\n",
    ]);
    prop_oneof![
        (place(), 1_usize..80).prop_map(|(at, length)| Edit::Remove(at, length)),
        (place(), 1_usize..80).prop_map(|(at, length)| Edit::Double(at, length)),
        (place(), piece).prop_map(|(at, piece)| Edit::Insert(at, piece.as_bytes().to_vec())),
        (place(), prop::collection::vec(any::<u8>(), 1..5)).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        (place(), any::<u8>()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        place().prop_map(Edit::Cut),
    ]
}

fn apply(bytes: &mut Vec<u8>, edit: &Edit) {
    let length = bytes.len();
    match edit {
        Edit::Remove(at, count) => drop(bytes.drain(at.index(length + 1)..).take(*count).collect::<Vec<_>>()),
        Edit::Double(at, count) => {
            let at = at.index(length + 1);
            let piece = bytes[at..(at + count).min(length)].to_vec();
            bytes.splice(at..at, piece);
        }
        Edit::Insert(at, piece) => {
            let at = at.index(length + 1);
            bytes.splice(at..at, piece.iter().copied());
        }
        Edit::Replace(at, byte) if length > 0 => bytes[at.index(length)] = *byte,
        Edit::Replace(..) => (),
        Edit::Cut(at) => bytes.truncate(at.index(length + 1)),
    }
}

proptest! {
    #![proptest_config(crate::cases(500))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        parse_all(&bytes)?;
    }

    #[test]
    fn any_text(text in "\\PC{0,80}(\n\\PC{0,80}){0,6}\n?") {
        parse_all(text.as_bytes())?;
    }

    #[test]
    fn what_was_right_until_somebody_edited_it(which in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 0..6)) {
        let right = right();
        let mut bytes = which.get(&right).clone().into_bytes();
        edits.iter().for_each(|edit| apply(&mut bytes, edit));
        parse_all(&bytes)?;
    }
}

#[test]
fn what_is_right_is_taken() {
    for text in right() {
        parse_all(text.as_bytes()).unwrap();
    }
    assert!(Checkpoint::parse(&right()[0]).is_ok());
    assert!(Note::parse(right()[1].as_bytes()).is_ok());
    assert!(right()[2].parse::<Verifier>().is_ok());
    assert!(right()[3].parse::<TlogProof>().is_ok());
    assert!(right()[4].parse::<AddCheckpoint>().is_ok());
    assert!(right()[5].parse::<Hash>().is_ok());
}

/// A parser, the most that it takes, and more than that.
type Flood<'a> = (&'a dyn Fn(&str) -> bool, String, String);

/// Many lines, long lines and long files end at a limit, and soon.
#[test]
fn floods_are_refused_quickly() {
    let right = right();
    let [body, note, key, ..] = &right[..] else { panic!() };
    let (line, hash) = (format!("— a {}\n", "A".repeat(92)), format!("{}\n", right[5]));
    let is_note = |text: &str| Note::parse(text.as_bytes()).is_ok();
    let is_proof = |text: &str| TlogProof::parse(text.as_bytes()).is_ok();
    let is_request = |text: &str| AddCheckpoint::parse(text.as_bytes()).is_ok();
    let is_checkpoint = |text: &str| Checkpoint::parse(text).is_ok();
    let is_list = |text: &str| text.parse::<Verifiers>().is_ok();
    let floods: [Flood<'_>; 11] = [
        (&is_note, format!("text\n\n{}", line.repeat(100)), format!("text\n\n{}", line.repeat(101))),
        (&is_note, note.clone(), format!("{}\n\n{line}", "t".repeat(MAX_NOTE_BYTES - line.len() - 1))),
        (&is_note, note.clone(), format!("text\n\n{}", line.repeat(1_000_000))),
        (&is_note, note.replace(ORIGIN, &"a".repeat(256)), note.replace(ORIGIN, &"a".repeat(257))),
        (
            &is_proof,
            format!("c2sp.org/tlog-proof@v1\nindex 0\n{}\n{note}", hash.repeat(63)),
            format!("c2sp.org/tlog-proof@v1\nindex 0\n{}\n{note}", hash.repeat(64)),
        ),
        (
            &is_proof,
            format!("c2sp.org/tlog-proof@v1\nextra {}\nindex 0\n\n{note}", "A".repeat(87_380)),
            format!("c2sp.org/tlog-proof@v1\nextra {}\nindex 0\n\n{note}", "A".repeat(87_384)),
        ),
        (&is_request, format!("old 0\n{}\n{note}", hash.repeat(63)), format!("old 0\n{}\n{note}", hash.repeat(64))),
        (&is_request, format!("old 0\n\n{note}"), format!("old 0\n{}\n{note}", hash.repeat(1_000_000))),
        (&is_checkpoint, format!("{}\n1\n{hash}", "o".repeat(256)), format!("{}\n1\n{hash}", "o".repeat(257))),
        (&is_checkpoint, format!("{body}{}\n", "e".repeat(4095)), format!("{body}{}\n", "e".repeat(4096))),
        (&is_list, format!("{key}\n"), format!("{key}\n").repeat(1_000_000)),
    ];
    for (at, (parses, most, flood)) in floods.iter().enumerate() {
        assert!(parses(most), "{at}");
        let start = std::time::Instant::now();
        assert!(!parses(flood), "{at}");
        assert!(start.elapsed().as_secs() < 10, "{at}: {:?}", start.elapsed());
    }
}

#[test]
fn sixteen_signatures_of_post_quantum_size_are_read() {
    let signature = "A".repeat(6640);
    let note = format!("text\n\n{}", format!("— witness {signature}\n").repeat(16));
    assert_eq!(Note::parse(note.as_bytes()).unwrap().signatures().len(), 16);
}
