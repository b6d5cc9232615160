//! A value that must not be seen is sent through everything, and then looked for in all that can be printed.

use std::error::Error as _;
use std::fmt::Debug;

use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use vault::*;

use crate::bao_server::client;
use crate::fake_server::FakeServer;
use crate::given::{OF, keyring, others};

const CANARY: &str = "c4n4ry-v4lu3";

fn printed(one: &impl Debug) -> Vec<String> {
    vec![format!("{one:?}"), format!("{one:#?}")]
}

/// All that an error can say, with its causes.
fn said(error: &Error) -> Vec<String> {
    let mut all = printed(error);
    all.extend([error.to_string(), error.advice().to_owned()]);
    let mut cause = error.source();
    while let Some(within) = cause {
        all.extend([within.to_string(), format!("{within:?}")]);
        cause = within.source();
    }
    all
}

#[track_caller]
fn hidden(texts: Vec<String>) {
    let bytes: Vec<String> = [CANARY.as_bytes(), &[0xc4; 32]].iter().map(|bytes| format!("{bytes:?}")).collect();
    for text in texts {
        let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(",]", "]");
        assert!(!text.contains(CANARY), "{text}");
        assert!(!bytes.iter().any(|bytes| one_line.contains(&bytes[1..bytes.len() - 1])), "{text}");
    }
}

#[test]
fn a_value_is_in_nothing_that_can_be_printed() {
    let keyring = keyring(1);
    let sealed = keyring.seal(&OF, CANARY.as_bytes()).unwrap();
    assert!(!sealed.to_bytes().windows(CANARY.len()).any(|part| part == CANARY.as_bytes()));
    hidden(printed(&sealed));
    hidden(printed(&keyring));
    hidden(printed(&keyring.open(&OF, &sealed).unwrap()));
    for (_, other) in others() {
        hidden(said(&keyring.open(&other, &sealed).unwrap_err()));
    }
    let mut cut = sealed.to_bytes();
    cut.truncate(60);
    hidden(said(&Sealed::from_bytes(&cut).unwrap_err()));
    hidden(said(&keyring.seal(&OF, CANARY.repeat(100_000).as_bytes()).unwrap_err()));
}

#[test]
fn a_key_is_in_nothing_that_can_be_printed() {
    let key = SecretBox::new(Box::new([0xc4; 32]));
    let local = LocalKey::new(&key).unwrap();
    let id = local.id().to_string();
    hidden([printed(&local), printed(&key), printed(&Kek::Local(local)), vec![id.clone()]].concat());
    assert!(!id.contains("c4c4"), "{id}");
    for pair in [KeyKind::Ed25519, KeyKind::EcdsaP256].map(|kind| generate_key_pair(kind).unwrap()) {
        let line = pair.private.expose_secret().lines().nth(1).unwrap().to_owned();
        assert!(!format!("{pair:?}").contains(&line));
    }
    let text = random_text(40, Alphabet::ALPHANUMERIC).unwrap();
    assert!(!format!("{text:?}").contains(text.expose_secret()));
}

#[cfg(unix)]
#[test]
fn what_a_file_holds_is_in_no_error() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = testkit::folder();
    let path = folder.path().join("key");
    for content in [CANARY.to_owned(), CANARY.repeat(4), format!("{CANARY:0>32}"), format!("{CANARY:0>64}")] {
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        hidden(said(&LocalKey::from_file(&path).unwrap_err()));
    }
}

#[test]
fn what_a_dot_env_file_holds_is_in_no_fault() {
    let canary = CANARY;
    for file in [
        canary.to_owned(),
        format!("A={canary} b"),
        format!("A='{canary}"),
        format!("A=\"{canary}\\x\""),
        format!("A=${canary}"),
        format!("A=\"${{{canary}}}\""),
        format!("1={canary}"),
        format!("A={canary}\nA={canary}"),
        format!("A='{canary}\0'"),
        format!("A={canary}#"),
    ] {
        let fault = parse_dot_env(file.as_bytes()).unwrap_err();
        hidden([printed(&fault), vec![fault.to_string()]].concat());
    }
    hidden(printed(&parse_dot_env(format!("A={canary}").as_bytes()).unwrap()));
}

#[test]
fn a_token_and_what_a_server_says_are_in_no_error() {
    let key = r#"{"data":{"type":"aes256-gcm96","latest_version":1}}"#;
    let wrapped = r#"{"data":{"ciphertext":"vault:v1:AAAA"}}"#;
    let bodies = [
        format!(r#"{{"errors":["{CANARY}"]}}"#),
        format!(r#"{{"data":{{"plaintext":"{CANARY}"}}}}"#),
        format!(r#"{{"data":{{"ciphertext":"{CANARY}"}}}}"#),
        CANARY.to_owned(),
    ];
    for status in [200, 400, 403, 404, 418, 503] {
        for body in &bodies {
            let answers = vec![(200, key.to_owned()), (200, wrapped.to_owned()), (status, body.clone())];
            let server = FakeServer::start(answers);
            let config = TransitConfig {
                address: server.address().to_owned(),
                mount: "transit".to_owned(),
                key: "k".to_owned(),
            };
            let transit = Transit::new(&config, SecretString::from(CANARY), client()).unwrap();
            hidden([printed(&transit), printed(&config)].concat());
            let keyring = Keyring::new(Kek::Transit(transit), Vec::new());
            let sealed = keyring.seal(&OF, CANARY.as_bytes()).unwrap();
            hidden(said(&keyring.open(&OF, &sealed).unwrap_err()));
            hidden(said(&keyring.rewrap(&OF, &sealed).unwrap_err()));
            hidden(said(&keyring.seal(&OF, CANARY.as_bytes()).unwrap_err()));
            assert!(!server.heard().iter().any(|body| body.contains(CANARY)), "values never go to the server");
        }
    }
}
