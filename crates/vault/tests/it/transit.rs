//! A key that OpenBao holds, from making it to retiring its versions.

use vault::{Error, Keyring, Sealed};

use crate::bao_server::Bao;
use crate::given::{OF, kek, keyring, opened, others};

#[test]
fn what_a_server_holds_the_key_of_is_sealed_and_opened() {
    let Some(bao) = Bao::shared() else { return };
    bao.make_key("round");
    let keyring = Keyring::new(bao.transit("round"), Vec::new());
    for value in [&b""[..], b"value", &[0; 100_000]] {
        let sealed = keyring.seal(&OF, value).unwrap();
        let kept = Sealed::from_bytes(&sealed.to_bytes()).unwrap();
        assert_eq!(kept.kek_id().as_str(), "transit:transit/round:v1");
        assert_eq!(opened(&keyring, &OF, &kept).unwrap(), value);
    }
    assert_eq!(keyring.current_id().unwrap().as_str(), "transit:transit/round:v1");
}

#[test]
fn the_least_policy_that_the_advice_names_suffices() {
    let Some(bao) = Bao::shared() else { return };
    bao.make_key("least");
    let rules = ["encrypt", "decrypt", "rewrap"]
        .map(|what| format!("path \"transit/{what}/least\" {{ capabilities = [\"update\"] }}"));
    let policy = format!("{}\npath \"transit/keys/least\" {{ capabilities = [\"read\"] }}", rules.join("\n"));
    let keyring = Keyring::new(bao.transit_as("least", &bao.token("least", &policy)), Vec::new());
    let sealed = keyring.seal(&OF, b"value").unwrap();
    bao.rotate("least");
    let rewrapped = keyring.rewrap(&OF, &sealed).unwrap();
    assert_eq!(opened(&keyring, &OF, &rewrapped).unwrap(), b"value");
}

#[test]
fn rewrapping_does_not_give_the_data_key_away() {
    let Some(bao) = Bao::shared() else { return };
    bao.make_key("rewrapping");
    let sealed = Keyring::new(bao.transit("rewrapping"), Vec::new()).seal(&OF, b"value").unwrap();
    // Whoever has this token can rewrap, and could not unwrap.
    let token = bao.token("rewrapping", "path \"transit/rewrap/rewrapping\" { capabilities = [\"update\"] }");
    let keyring = Keyring::new(bao.transit_as("rewrapping", &token), Vec::new());
    assert!(matches!(opened(&keyring, &OF, &sealed), Err(Error::TransitForbidden(_))));
    assert!(keyring.rewrap(&OF, &sealed).is_ok());
}

#[test]
fn after_the_key_was_rotated_old_records_open_and_are_rewrapped_until_the_old_version_can_go() {
    let Some(bao) = Bao::shared() else { return };
    bao.make_key("rotated");
    let keyring = Keyring::new(bao.transit("rotated"), Vec::new());
    let old = keyring.seal(&OF, b"value").unwrap();
    bao.rotate("rotated");
    assert_eq!(keyring.current_id().unwrap().as_str(), "transit:transit/rotated:v2");
    assert_eq!(opened(&keyring, &OF, &old).unwrap(), b"value");
    let new = keyring.rewrap(&OF, &old).unwrap();
    assert_eq!(new.kek_id(), &keyring.current_id().unwrap());
    let same = |sealed: &Sealed| sealed.to_bytes()[sealed.to_bytes().len() - (12 + 4 + 5 + 16)..].to_vec();
    assert_eq!(same(&new), same(&old), "nonce and ciphertext stay");
    bao.post("transit/keys/rotated/config", &serde_json::json!({"min_decryption_version": 2}));
    assert_eq!(opened(&keyring, &OF, &new).unwrap(), b"value");
    let error = opened(&keyring, &OF, &old).unwrap_err();
    assert!(matches!(&error, Error::TransitVersionRetired(id) if id == old.kek_id()), "{error:?}");
    assert!(matches!(keyring.rewrap(&OF, &old), Err(Error::TransitVersionRetired(_))));
}

#[test]
fn records_move_from_a_file_to_a_server_and_back() {
    let Some(bao) = Bao::shared() else { return };
    bao.make_key("moving");
    bao.make_key("moved");
    let local = keyring(1).seal(&OF, b"value").unwrap();
    let there = Keyring::new(bao.transit("moving"), vec![kek(1)]).rewrap(&OF, &local).unwrap();
    let on = Keyring::new(bao.transit("moved"), vec![bao.transit("moving")]).rewrap(&OF, &there).unwrap();
    assert_eq!(on.kek_id().as_str(), "transit:transit/moved:v1");
    let back = Keyring::new(kek(2), vec![bao.transit("moved")]).rewrap(&OF, &on).unwrap();
    assert_eq!(opened(&keyring(2), &OF, &back).unwrap(), b"value");
}

#[test]
fn a_record_under_a_servers_key_opens_as_nothing_else() {
    let Some(bao) = Bao::shared() else { return };
    bao.make_key("bound");
    let keyring = Keyring::new(bao.transit("bound"), vec![kek(1)]);
    let sealed = keyring.seal(&OF, b"value").unwrap();
    // The server rewraps without looking at what the key belongs to; what it belongs to comes along.
    let rewrapped = keyring.rewrap(&OF, &sealed).unwrap();
    let move_away = Keyring::new(kek(1), vec![bao.transit("bound")]);
    for (what, other) in others() {
        assert!(matches!(opened(&keyring, &other, &sealed), Err(Error::Altered(_))), "{what}");
        assert!(matches!(opened(&keyring, &other, &rewrapped), Err(Error::Altered(_))), "{what}");
        assert!(matches!(move_away.rewrap(&other, &sealed), Err(Error::Altered(_))), "{what}");
    }
}

#[test]
fn every_flipped_bit_of_a_record_under_a_servers_key_is_detected() {
    let Some(bao) = Bao::shared() else { return };
    bao.make_key("flipped");
    bao.rotate("flipped");
    let keyring = Keyring::new(bao.transit("flipped"), Vec::new());
    let bytes = keyring.seal(&OF, b"value").unwrap().to_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let outcome = Sealed::from_bytes(&flipped).and_then(|sealed| opened(&keyring, &OF, &sealed));
        assert!(outcome.is_err(), "bit {bit} of {}", bytes.len() * 8);
    }
}

#[test]
fn a_caller_within_an_asynchronous_runtime_is_served_too() {
    let Some(bao) = Bao::shared() else { return };
    bao.make_key("within");
    let keyring = Keyring::new(bao.transit("within"), Vec::new());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let sealed = keyring.seal(&OF, b"value").unwrap();
        assert_eq!(opened(&keyring, &OF, &sealed).unwrap(), b"value");
        drop(keyring);
    });
}
