//! Checkpoints and entries to a signed webhook.

use std::time::{Duration, Instant};

use data_encoding::BASE64;
use delivery::{Destination, Error, Patience, Sink, Webhook, WebhookConfig};
use outbound::Rules;
use secrecy::SecretString;
use serde_json::Value;

use crate::authority::Authority;
use crate::samples::{ORIGIN, PATIENCE, batch, checkpoint, this_machine};
use crate::web::{Came, Reply, Web};

struct World {
    folder: testkit::TempDir,
    authority: Authority,
}

fn world() -> World {
    let folder = testkit::folder();
    let authority = Authority::in_folder(folder.path());
    World { folder, authority }
}

fn secret() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).unwrap();
    format!("whsec_{}", BASE64.encode(&bytes))
}

fn rules(world: &World) -> Rules {
    Rules { authorities: Some(world.authority.file()), timeout: Duration::from_secs(1), ..this_machine() }
}

fn sink(url: String, secrets: &[&str], rules: &Rules) -> Result<Sink, Error> {
    webhook(url, secrets, rules).map(|receiver| Sink::Webhook(Box::new(receiver)))
}

fn webhook(url: String, secrets: &[&str], rules: &Rules) -> Result<Webhook, Error> {
    let secrets = secrets.iter().map(|secret| SecretString::from(*secret)).collect();
    Webhook::new(WebhookConfig { url, secrets, origin: ORIGIN.to_owned() }, rules, PATIENCE)
}

fn verify(came: &Came, secret: &str) -> bool {
    standardwebhooks::Webhook::new(secret).unwrap().verify(&came.1, &came.0).is_ok()
}

#[tokio::test]
async fn the_library_of_the_specification_verifies_what_is_sent() {
    let world = world();
    let web = Web::start(&world.authority, "localhost", |_| Reply::Status(204)).await;
    let (new, old) = (secret(), secret());
    let sink = sink(web.url("/in?a=b"), &[&new, &old], &rules(&world)).unwrap();
    sink.deliver(&batch(7..9)).await.unwrap();
    let destination = Destination::Webhook(webhook(web.url("/in"), &[&new], &rules(&world)).unwrap());
    destination.publish(&checkpoint(3)).await.unwrap();
    let came = web.came();
    let [entries, told] = &came[..] else { panic!("{} requests", came.len()) };

    assert!(verify(entries, &new) && verify(entries, &old), "while the receiver changes, both secrets verify");
    assert!(!verify(entries, &secret()));
    let mut altered = entries.clone();
    *altered.1.last_mut().unwrap() ^= 1;
    assert!(!verify(&altered, &new));
    let body: Value = serde_json::from_slice(&entries.1).unwrap();
    assert_eq!(body["type"], "audit.entries");
    assert_eq!((&body["data"]["first"], &body["data"]["last"]), (&7.into(), &8.into()));
    assert_eq!(body["data"]["log"], ORIGIN);
    assert_eq!(body["data"]["entries"][1]["who"], "Zoë 🦀");
    assert!(entries.0["webhook-id"].to_str().unwrap().ends_with("-entries-7-8"));

    assert!(verify(told, &new) && !verify(told, &old));
    let body: Value = serde_json::from_slice(&told.1).unwrap();
    assert_eq!((&body["type"], &body["data"]["size"]), (&"audit.checkpoint".into(), &3.into()));
    assert_eq!(body["data"]["checkpoint"], checkpoint(3));
}

#[tokio::test]
async fn a_batch_is_sent_again_under_its_id_until_it_is_confirmed() {
    let world = world();
    let web = Web::start(&world.authority, "localhost", |number| match number {
        0 => Reply::Status(500),
        1 => Reply::Killed,
        _ => Reply::Status(200),
    })
    .await;
    let key = secret();
    let sink = sink(web.url("/"), &[&key], &rules(&world)).unwrap();
    sink.deliver(&batch(0..2)).await.unwrap();
    let came = web.came();
    assert_eq!(came.len(), 3);
    for one in &came {
        assert_eq!((&one.0["webhook-id"], &one.1), (&came[0].0["webhook-id"], &came[0].1));
        assert!(verify(one, &key));
    }
    sink.deliver(&batch(2..4)).await.unwrap();
    assert_ne!(web.came()[3].0["webhook-id"], came[0].0["webhook-id"]);
}

#[tokio::test]
async fn patience_ends_and_what_cannot_pass_is_not_repeated() {
    let world = world();
    for (script, requests) in [
        ((|_| Reply::Status(503)) as fn(usize) -> Reply, 3),
        (|_| Reply::Status(429), 3),
        (|_| Reply::Status(400), 1),
        (|_| Reply::Status(410), 1),
        (|_| Reply::Status(302), 1),
    ] {
        let web = Web::start(&world.authority, "localhost", script).await;
        let sink = sink(web.url("/"), &[&secret()], &rules(&world)).unwrap();
        let error = sink.deliver(&batch(0..1)).await.unwrap_err();
        assert_eq!(web.came().len(), requests, "{error}");
    }
}

#[tokio::test]
async fn a_receiver_that_is_slow_is_given_up_in_time() {
    let world = world();
    let web = Web::start(&world.authority, "localhost", |_| Reply::Slow(Duration::from_secs(300))).await;
    let hurried = Patience { attempts: 1, ..PATIENCE };
    let config = WebhookConfig { url: web.url("/"), secrets: vec![secret().into()], origin: ORIGIN.to_owned() };
    let sink = Sink::Webhook(Box::new(Webhook::new(config, &rules(&world), hurried).unwrap()));
    let began = Instant::now();
    let error = sink.deliver(&batch(0..1)).await.unwrap_err();
    assert!(matches!(error, Error::Outbound(outbound::Error::TimedOut)), "{error}");
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn certificates_of_others_and_places_that_are_not_allowed_are_refused_before_anything_is_sent() {
    let world = world();
    let other = Web::start(&world.authority, "other.example", |_| Reply::Status(200)).await;
    let good = Web::start(&world.authority, "localhost", |_| Reply::Status(200)).await;
    let key = secret();
    let deliver = async |url: String, rules: Rules| sink(url, &[&key], &rules)?.deliver(&batch(0..1)).await;
    deliver(good.url("/"), rules(&world)).await.unwrap();
    let wrong_name = deliver(other.url("/"), rules(&world)).await.unwrap_err();
    let unknown_authority = deliver(good.url("/"), this_machine()).await.unwrap_err();
    let not_allowed = Rules { private_networks: Vec::new(), ..rules(&world) };
    let loopback = deliver(good.url("/"), not_allowed.clone()).await.unwrap_err();
    let plain = deliver("http://receiver.example/".to_owned(), not_allowed).await.unwrap_err();
    assert!(matches!(wrong_name, Error::Outbound(outbound::Error::Unreachable(_))), "{wrong_name}");
    assert!(matches!(unknown_authority, Error::Outbound(outbound::Error::Unreachable(_))), "{unknown_authority}");
    assert!(matches!(loopback, Error::Outbound(outbound::Error::Private(_))), "{loopback}");
    assert!(matches!(plain, Error::Outbound(outbound::Error::NotHttps)), "{plain}");
    assert!(other.came().is_empty() && good.came().len() == 1);
}

#[tokio::test]
async fn no_secret_shows_in_an_error_or_in_debug() {
    let world = world();
    let web = Web::start(&world.authority, "localhost", |_| Reply::Status(401)).await;
    let (key, token) = (secret(), "a-token-in-the-address");
    let webhook = webhook(web.url(&format!("/?token={token}")), &[&key], &rules(&world)).unwrap();
    let mut seen = format!("{webhook:?}");
    let error = Sink::Webhook(Box::new(webhook)).deliver(&batch(0..1)).await.unwrap_err();
    seen += &format!("{error} {error:?} {}", error.advice());
    assert!(!seen.contains(token) && !seen.contains(key.trim_start_matches("whsec_")), "{seen}");
    drop(world.folder);
}
