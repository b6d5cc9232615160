//! What is sealed opens as what it is, and as nothing else.

use std::collections::HashSet;

use proptest::prelude::*;
use vault::{Error, Keyring, MAX_VALUE_BYTES, Sealed, SecretVersion};

use crate::given::{OF, kek, keyring, local, opened, others};

proptest! {
    #[test]
    fn what_is_sealed_opens_as_what_it_was(
        value in proptest::collection::vec(any::<u8>(), 0..2000),
        project in proptest::option::of(".{0,40}"),
        (environment, name, version) in (".{0,40}", ".{0,40}", any::<u64>()),
    ) {
        let of = SecretVersion { project: project.as_deref(), environment: &environment, name: &name, version };
        let (before, after) = (keyring(1), Keyring::new(kek(2), vec![kek(1)]));
        let sealed = before.seal(&of, &value).unwrap();
        let kept = Sealed::from_bytes(&sealed.to_bytes()).unwrap();
        prop_assert_eq!(&kept, &sealed);
        prop_assert_eq!(&opened(&before, &of, &kept).unwrap(), &value);
        let rewrapped = after.rewrap(&of, &kept).unwrap();
        prop_assert_eq!(opened(&keyring(2), &of, &rewrapped).unwrap(), value);
    }

    #[test]
    fn any_bytes_are_a_record_or_refused_and_a_record_has_one_form(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_and_write(&bytes)?;
    }

    #[test]
    fn bytes_that_look_like_a_record_are_read_strictly(
        id in "[a-z:/é]{0,5}", key in 0..5_usize, text in 0..20_usize, sizes in any::<[u8; 8]>(), cut in 0..60_usize,
        change in proptest::bool::ANY,
    ) {
        let mut bytes = vec![1, 1, 0, id.len() as u8];
        bytes.extend_from_slice(id.as_bytes());
        bytes.extend_from_slice(&[0, key as u8]);
        bytes.resize(bytes.len() + key + 12, 7);
        bytes.extend_from_slice(&(text as u32).to_be_bytes());
        bytes.resize(bytes.len() + text, 7);
        if change {
            let at = usize::from(sizes[0]) % bytes.len();
            bytes[at] = sizes[1];
            bytes.truncate(bytes.len().min(cut));
        }
        read_and_write(&bytes)?;
    }
}

fn read_and_write(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(sealed) = Sealed::from_bytes(bytes) {
        prop_assert_eq!(sealed.to_bytes(), bytes);
        prop_assert!(opened(&keyring(1), &OF, &sealed).is_err());
    }
    Ok(())
}

#[test]
fn every_flipped_bit_of_a_record_is_detected() {
    let keyring = Keyring::new(kek(1), vec![kek(2)]);
    let bytes = keyring.seal(&OF, b"postgres://app:password@db/app").unwrap().to_bytes();
    assert!(opened(&keyring, &OF, &Sealed::from_bytes(&bytes).unwrap()).is_ok());
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let outcome = Sealed::from_bytes(&flipped).and_then(|sealed| opened(&keyring, &OF, &sealed));
        assert!(outcome.is_err(), "bit {bit} of {}", bytes.len() * 8);
        let outcome = Sealed::from_bytes(&flipped).and_then(|sealed| keyring.rewrap(&OF, &sealed));
        // Rewrapping looks at the wrapped key alone; what it does not look at stays detectable.
        assert!(outcome.is_err() || outcome.is_ok_and(|rewrapped| opened(&keyring, &OF, &rewrapped).is_err()));
    }
}

#[test]
fn a_record_that_is_cut_or_has_something_behind_it_is_refused() {
    let bytes = keyring(1).seal(&OF, b"value").unwrap().to_bytes();
    for length in 0..bytes.len() {
        assert!(Sealed::from_bytes(&bytes[..length]).is_err(), "{length} bytes");
    }
    assert!(matches!(Sealed::from_bytes(&[&bytes[..], &[0]].concat()), Err(Error::Malformed("what follows its end"))));
}

#[test]
fn a_format_of_the_future_is_told_apart() {
    let mut bytes = keyring(1).seal(&OF, b"value").unwrap().to_bytes();
    bytes[0] = 2;
    assert!(matches!(Sealed::from_bytes(&bytes), Err(Error::UnknownFormat(2, 1))));
}

#[test]
fn a_record_opens_as_nothing_else_and_is_not_rewrapped_as_anything_else() {
    let keyring = keyring(1);
    let all: Vec<_> = others().into_iter().chain([("itself", OF)]).collect();
    for (what, of) in &all {
        let sealed = keyring.seal(of, b"value").unwrap();
        for (as_what, other) in &all {
            let (opened, rewrapped) = (opened(&keyring, other, &sealed), keyring.rewrap(other, &sealed));
            assert_eq!((opened.is_ok(), rewrapped.is_ok()), (what == as_what, what == as_what), "{what} as {as_what}");
            assert!(opened.is_ok() || matches!(opened, Err(Error::Altered(_))));
        }
    }
}

#[test]
fn lengths_that_cannot_be_are_refused() {
    let record = |id: usize, key: usize, text: usize| {
        let mut bytes = vec![1, 1];
        for (length, width) in [(id, 2), (key, 2)] {
            bytes.extend_from_slice(&(length as u32).to_be_bytes()[4 - width..]);
            bytes.resize(bytes.len() + length, b'a');
        }
        bytes.resize(bytes.len() + 12, 0);
        bytes.extend_from_slice(&(text as u32).to_be_bytes());
        bytes.resize(bytes.len() + text, 0);
        Sealed::from_bytes(&bytes)
    };
    let largest = MAX_VALUE_BYTES + 16;
    for (id, key, text) in [(1, 1, 16), (200, 1024, largest)] {
        assert!(record(id, key, text).is_ok(), "{id} {key} {text}");
    }
    for (id, key, text, what) in [
        (0, 1, 16, "the id of its key"),
        (201, 1, 16, "the id of its key"),
        (1, 0, 16, "its wrapped data key"),
        (1, 1025, 16, "its wrapped data key"),
        (1, 1, 15, "its ciphertext"),
        (1, 1, largest + 1, "its ciphertext"),
    ] {
        assert!(matches!(record(id, key, text), Err(Error::Malformed(said)) if said == what), "{id} {key} {text}");
    }
}

/// Where the parts of a record of five bytes begin.
fn parts(bytes: &[u8]) -> [std::ops::Range<usize>; 3] {
    let key = bytes.len() - (5 + 16) - 4 - 12 - (12 + 32 + 16);
    let nonce = key + 12 + 32 + 16;
    [key..nonce, nonce..nonce + 12, nonce + 12 + 4..bytes.len()]
}

#[test]
fn parts_of_two_records_do_not_make_a_third() {
    let keyring = keyring(1);
    let next = SecretVersion { version: 4, ..OF };
    for of in [OF, next] {
        let one = keyring.seal(&OF, b"first").unwrap().to_bytes();
        let other = keyring.seal(&of, b"other").unwrap().to_bytes();
        for part in parts(&one) {
            let mut mixed = one.clone();
            mixed[part.clone()].copy_from_slice(&other[part.clone()]);
            let mixed = Sealed::from_bytes(&mixed).unwrap();
            assert!(matches!(opened(&keyring, &OF, &mixed), Err(Error::Altered(_))), "{part:?}");
        }
        let swapped = Sealed::from_bytes(&other).unwrap();
        assert_eq!(opened(&keyring, &OF, &swapped).is_ok(), of == OF);
    }
}

#[test]
fn a_missing_key_is_told_with_its_id_and_those_there_are() {
    let sealed = keyring(1).seal(&OF, b"value").unwrap();
    let (had, has) = (local(1).id().to_string(), local(2).id().to_string());
    let error = opened(&keyring(2), &OF, &sealed).unwrap_err();
    assert!(matches!(&error, Error::KekMissing { kek_id, .. } if kek_id.as_str() == had), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!("it was sealed with the key-encryption key {had}, and that is not among those configured ({has})")
    );
    assert!(matches!(keyring(2).rewrap(&OF, &sealed), Err(Error::KekMissing { .. })));
    assert!(!keyring(2).can_open(sealed.kek_id()) && keyring(1).can_open(sealed.kek_id()));
}

#[test]
fn a_record_that_names_another_key_than_it_was_sealed_with_is_detected() {
    let bytes = keyring(1).seal(&OF, b"value").unwrap().to_bytes();
    let (had, claims) = (local(1).id().to_string(), local(2).id().to_string());
    let text = bytes.windows(had.len()).position(|part| part == had.as_bytes()).unwrap();
    let forged = [&bytes[..text], claims.as_bytes(), &bytes[text + had.len()..]].concat();
    let sealed = Sealed::from_bytes(&forged).unwrap();
    assert!(matches!(opened(&Keyring::new(kek(1), vec![kek(2)]), &OF, &sealed), Err(Error::Altered(_))));
}

#[test]
fn rewrapping_touches_the_wrapped_data_key_alone() {
    let sealed = keyring(1).seal(&OF, b"value").unwrap();
    let rewrapped = Keyring::new(kek(2), vec![kek(1)]).rewrap(&OF, &sealed).unwrap();
    assert_eq!(rewrapped.kek_id(), local(2).id());
    let (before, after) = (sealed.to_bytes(), rewrapped.to_bytes());
    let [key, nonce, text] = parts(&before);
    assert_eq!((&before[nonce.clone()], &before[text.clone()]), (&after[nonce], &after[text]));
    assert_ne!(before[key.clone()], after[key]);
    assert!(opened(&keyring(1), &OF, &rewrapped).is_err(), "the old key alone no longer opens it");
}

#[test]
fn no_nonce_and_no_wrapped_key_comes_twice() {
    let keyring = keyring(1);
    let mut seen = [HashSet::new(), HashSet::new(), HashSet::new()];
    for _ in 0..20_000 {
        let bytes = keyring.seal(&OF, b"value").unwrap().to_bytes();
        for (part, seen) in parts(&bytes).into_iter().zip(&mut seen) {
            assert!(seen.insert(bytes[part].to_vec()));
        }
    }
}

#[test]
fn the_largest_value_is_sealed_and_a_larger_one_is_refused() {
    let keyring = keyring(1);
    let value = vec![5; MAX_VALUE_BYTES + 1];
    let sealed = keyring.seal(&OF, &value[1..]).unwrap();
    assert_eq!(opened(&keyring, &OF, &Sealed::from_bytes(&sealed.to_bytes()).unwrap()).unwrap(), value[1..]);
    assert!(matches!(keyring.seal(&OF, &value), Err(Error::TooLarge("the value", MAX_VALUE_BYTES))));
}

#[test]
fn the_same_key_has_the_same_id_and_another_another() {
    assert_eq!(local(1).id(), local(1).id());
    assert_ne!(local(1).id(), local(2).id());
    // Records name it for as long as they live.
    assert_eq!(local(1).id().as_str(), "local:b704d3d7d0a22e16");
}

#[test]
fn a_record_of_this_format_opens_in_every_version_to_come() {
    // Made by another implementation (Go's crypto/aes), from the description in sealed.rs and secret_version.rs alone.
    let kept = bytes_of(include_str!("sealed-v1.hex"));
    assert_eq!(opened(&keyring(1), &OF, &Sealed::from_bytes(&kept).unwrap()).unwrap(), b"kept since version 1");
}

fn bytes_of(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.trim().chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
