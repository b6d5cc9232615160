//! What a server that does not serve is made of: each fault is told apart and says what to do.

use proptest::prelude::*;
use secrecy::SecretString;
use vault::{Error, Kek, Keyring, Transit, TransitConfig};

use crate::bao_server::{Bao, client};
use crate::fake_server::FakeServer;
use crate::given::{OF, opened};

fn transit(address: &str) -> Keyring {
    let config = TransitConfig { address: address.to_owned(), mount: "transit".to_owned(), key: "key".to_owned() };
    Keyring::new(Kek::Transit(Transit::new(&config, SecretString::from("token"), client()).unwrap()), Vec::new())
}

#[test]
fn a_misspelt_key_is_missing_and_is_not_made() {
    let Some(bao) = Bao::shared() else { return };
    let keyring = Keyring::new(bao.transit("misspelt"), Vec::new());
    let error = keyring.seal(&OF, b"value").unwrap_err();
    assert!(matches!(&error, Error::TransitKeyMissing(key) if key == "transit:transit/misspelt"), "{error:?}");
    assert_eq!(bao.get("transit/keys/misspelt").unwrap().0, 404);
}

#[test]
fn a_key_that_is_gone_or_was_made_anew_is_told_with_its_id() {
    let Some(bao) = Bao::shared() else { return };
    bao.make_key("anew");
    let keyring = Keyring::new(bao.transit("anew"), Vec::new());
    let sealed = keyring.seal(&OF, b"value").unwrap();
    let other = Bao::start().unwrap();
    let elsewhere = Keyring::new(other.transit("anew"), Vec::new());
    assert!(matches!(opened(&elsewhere, &OF, &sealed), Err(Error::TransitKeyMissing(_))));
    other.make_key("anew");
    let error = opened(&elsewhere, &OF, &sealed).unwrap_err();
    assert!(matches!(&error, Error::TransitRefused(id) if id == sealed.kek_id()), "{error:?}");
    assert!(matches!(elsewhere.rewrap(&OF, &sealed), Err(Error::TransitRefused(_))));
    assert_eq!(other.post("sys/seal", &serde_json::json!({})).0, 204);
    assert!(matches!(opened(&elsewhere, &OF, &sealed), Err(Error::TransitUnavailable(_, 503))));
    drop(other);
    assert!(matches!(opened(&elsewhere, &OF, &sealed), Err(Error::TransitUnreachable(..))));
}

#[test]
fn a_token_that_may_not_is_told() {
    let Some(bao) = Bao::shared() else { return };
    bao.make_key("locked");
    let weak = bao.token("weak", "path \"transit/keys/locked\" { capabilities = [\"read\"] }");
    for token in ["wrong", weak.as_str()] {
        let error = Keyring::new(bao.transit_as("locked", token), Vec::new()).seal(&OF, b"value").unwrap_err();
        assert!(matches!(&error, Error::TransitForbidden(key) if key == "transit:transit/locked"), "{error:?}");
        assert!(error.advice().contains("policy"));
    }
}

#[test]
fn a_key_that_authenticates_nothing_is_not_used() {
    let Some(bao) = Bao::shared() else { return };
    for (name, body) in
        [("rsa", serde_json::json!({"type": "rsa-2048"})), ("derived", serde_json::json!({"derived": true}))]
    {
        assert_eq!(bao.post(&format!("transit/keys/{name}"), &body).0, 200);
        let error = Keyring::new(bao.transit(name), Vec::new()).seal(&OF, b"value").unwrap_err();
        assert!(matches!(error, Error::TransitKeyKind(_)), "{error:?}");
    }
}

#[test]
fn a_wrong_configuration_is_refused_before_anything_is_asked() {
    let good = ("http://127.0.0.1:1", "transit", "key", "token");
    let bad = [
        ("http://127.0.0.1:1?x=1", "transit", "key", "token"),
        ("http://127.0.0.1:1", "", "key", "token"),
        ("http://127.0.0.1:1", "/transit", "key", "token"),
        ("http://127.0.0.1:1", "a/../sys", "key", "token"),
        ("http://127.0.0.1:1", "transit", "key?x", "token"),
        ("http://127.0.0.1:1", "transit", "../key", "token"),
        ("http://127.0.0.1:1", "transit", "key", ""),
        ("http://127.0.0.1:1", "transit", "key", "to\nken"),
    ];
    let outcome = |(address, mount, key, token): (&str, &str, &str, &str)| {
        let config = TransitConfig { address: address.to_owned(), mount: mount.to_owned(), key: key.to_owned() };
        Transit::new(&config, SecretString::from(token), client())
    };
    assert!(outcome(good).is_ok());
    for bad in bad {
        assert!(matches!(outcome(bad), Err(Error::TransitConfig(_))), "{bad:?}");
    }
    // Tokens and data keys do not travel in the clear beyond the networks that the operator allowed.
    assert!(matches!(outcome(("http://1.1.1.1", "transit", "key", "token")), Err(Error::TransitUnreachable(..))));
}

#[test]
fn a_moment_of_trouble_is_waited_out_once() {
    let key = (200, r#"{"data":{"type":"aes256-gcm96","latest_version":7}}"#.to_owned());
    let wrapped = (200, r#"{"data":{"ciphertext":"vault:v7:AAAA"}}"#.to_owned());
    let busy = || (503, "{}".to_owned());
    let once = FakeServer::start(vec![busy(), key.clone(), busy(), wrapped]);
    assert_eq!(transit(once.address()).seal(&OF, b"value").unwrap().kek_id().as_str(), "transit:transit/key:v7");
    assert_eq!(once.heard().len(), 4);
    let longer = FakeServer::start(vec![key, busy(), (500, "{}".to_owned())]);
    assert!(matches!(transit(longer.address()).seal(&OF, b"value"), Err(Error::TransitUnavailable(_, 500))));
    assert_eq!(longer.heard().len(), 3);
}

#[test]
fn what_is_not_of_the_interface_is_not_understood() {
    let key = r#"{"data":{"type":"aes256-gcm96","latest_version":1}}"#;
    let long = format!(r#"{{"data":{{"ciphertext":"vault:v1:{}"}}}}"#, "AAAA".repeat(400));
    let bodies = [
        "",
        "{}",
        "[]",
        "null",
        r#"{"data":{}}"#,
        r#"{"data":{"ciphertext":""}}"#,
        r#"{"data":{"ciphertext":"vault:v1:"}}"#,
        r#"{"data":{"ciphertext":"vault:v0:AAAA"}}"#,
        r#"{"data":{"ciphertext":"vault:v01:AAAA"}}"#,
        r#"{"data":{"ciphertext":"vault:v+1:AAAA"}}"#,
        r#"{"data":{"ciphertext":"vault:v4294967296:AAAA"}}"#,
        r#"{"data":{"ciphertext":"vault:v1:AB=="}}"#,
        r#"{"data":{"ciphertext":"vault:v1:AA"}}"#,
        long.as_str(),
    ];
    for body in bodies {
        let server = FakeServer::start(vec![(200, key.to_owned()), (200, body.to_owned())]);
        let error = transit(server.address()).seal(&OF, b"value").unwrap_err();
        assert!(matches!(error, Error::TransitUnexpected(..)), "{body}: {error:?}");
    }
}

#[test]
fn a_key_without_a_version_is_not_understood() {
    for version in ["0", "-1", "4294967296", "null", "\"1\""] {
        let key = format!(r#"{{"data":{{"type":"aes256-gcm96","latest_version":{version}}}}}"#);
        let server = FakeServer::start(vec![(200, key)]);
        assert!(matches!(transit(server.address()).current_id(), Err(Error::TransitUnexpected(..))), "{version}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn whatever_a_server_answers_there_is_no_panic(
        status in prop_oneof![Just(200_u16), Just(400), 201..=599_u16],
        body in prop_oneof![any::<String>(), "\\{\"data\":\\{\"(plaintext|ciphertext)\":\"[A-Za-z0-9+/=:v]{0,20}\"\\}\\}"],
    ) {
        prop_assume!(!(300..400).contains(&status) && status != 204);
        let key = r#"{"data":{"type":"aes256-gcm96","latest_version":1}}"#.to_owned();
        let wrapped = r#"{"data":{"ciphertext":"vault:v1:AAAA"}}"#.to_owned();
        let server = FakeServer::start(vec![(200, key), (200, wrapped), (status, body)]);
        let keyring = transit(server.address());
        let sealed = keyring.seal(&OF, b"value").unwrap();
        prop_assert!(keyring.open(&OF, &sealed).is_err());
    }
}
