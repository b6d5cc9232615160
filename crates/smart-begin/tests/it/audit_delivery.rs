//! A server takes the audit log to second places by itself, and the examples of the page on it are good.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use merkle::{Checkpoint, Note};
use serde_json::Value;

use crate::configured::Configured;
use crate::listener::Listener;

const PAGE: &str = include_str!("../../../../docs/audit-delivery.md");

#[track_caller]
fn until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A folder for checkpoints and a file for entries.
fn place() -> Configured {
    let place = Configured::new("development");
    fs::create_dir(place.home.root().join("archive")).unwrap();
    place.write(
        "base.toml",
        "[audit]\ncheckpoint_seconds = 1\n\n[audit.checkpoints.archive]\nkind = \"file\"\nfolder = \"../archive\"\n\n\
         [audit.exports.shipper]\nkind = \"jsonl\"\nfile = \"../archive/audit.jsonl\"\n",
    );
    place
}

fn entries(archive: &Path) -> Vec<Value> {
    let text = fs::read_to_string(archive.join("audit.jsonl")).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn published(archive: &Path) -> u64 {
    let Ok(note) = fs::read(archive.join("latest.checkpoint")) else { return 0 };
    Checkpoint::parse(Note::parse(&note).unwrap().unverified_text()).unwrap().tree().size()
}

#[test]
fn a_server_on_http_signs_publishes_and_exports_what_others_do() {
    let place = place();
    let archive = place.home.root().join("archive");
    let listener = Listener::of(&mut place.command(&["serve", "--http", "127.0.0.1:0"]), &place.home);
    place.call(&["token", "create", "robot"]).run().expect_ok();
    let told = |entries: &[Value]| entries.iter().any(|entry| entry["event"]["api"]["operation"] == "create-token");
    until("the entry of another process arrives", || told(&entries(&archive)));
    until("a checkpoint of all of them arrives", || published(&archive) >= entries(&archive).len() as u64);
    listener.end();
    let numbers: Vec<_> = entries(&archive).iter().map(|entry| entry["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>());
    // The command line agrees with what lies there.
    let latest = format!("--checkpoint={}", archive.join("latest.checkpoint").display());
    place.call(&["audit", "verify", &latest]).run().expect_ok();
}

#[test]
fn a_server_on_stdio_does_the_same() {
    let place = place();
    let archive = place.home.root().join("archive");
    let mut command = place.command(&["serve"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    place.call(&["token", "create", "robot"]).run().expect_ok();
    until("both arrive", || !entries(&archive).is_empty() && published(&archive) >= 1);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_place_that_cannot_be_used_keeps_a_listener_from_starting_and_shows_no_secret() {
    let place = Configured::new("development");
    let secret = place.beside("secret", "whsec_not-base64-at-all", 0o600);
    let place = place
        .set("SMART_BEGIN_AUDIT__EXPORTS__SIEM__KIND", "webhook")
        .set("SMART_BEGIN_AUDIT__EXPORTS__SIEM__URL", "https://siem.example/hooks")
        .set("SMART_BEGIN_AUDIT__EXPORTS__SIEM__SECRET", &format!("file:{secret}"));
    let outcome = place.call(&["serve", "--http", "127.0.0.1:0"]).within(Duration::from_secs(20)).run();
    assert!(!outcome.ok() && !outcome.timed_out, "{outcome:?}");
    assert!(outcome.stderr.contains("audit.exports.siem") && outcome.stderr.contains("whsec_"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("not-base64-at-all"), "{}", outcome.stderr);
}

#[test]
fn names_stand_in_the_log_as_pseudonyms_where_the_operator_wants_that_and_never_in_clear() {
    let place = Configured::new("development");
    let key = place.beside("pseudonyms", "a key that nobody else has", 0o600);
    let place = place.set("SMART_BEGIN_AUDIT__PSEUDONYM_KEY", &format!("file:{key}"));
    place.call(&["token", "create", "robot"]).run().expect_ok();
    let told = place.call(&["audit", "query", "--format", "json"]).run().expect_ok().stdout;
    assert!(told.contains("pseudonym:") && !told.contains("\"owner\""), "{told}");
    fs::remove_file(&key).unwrap();
    let refused = place.call(&["token", "create", "other"]).run();
    assert!(!refused.ok() && refused.stderr.contains("audit.pseudonym_key"), "{refused:?}");
}

fn blocks(language: &str) -> Vec<&'static str> {
    let begin = format!("```{language}\n");
    PAGE.split(begin.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_examples_of_the_page_are_good_configurations() {
    let examples = blocks("toml");
    assert_eq!(examples.len(), 6);
    for example in examples {
        let place = Configured::new("development");
        for name in ["s3-key", "witness-secret", "siem-secret"] {
            place.beside(name, "x", 0o600);
        }
        let root = place.home.root().display().to_string();
        place.write("base.toml", &example.replace("/etc/smart-begin", &root));
        assert!(place.check_all().findings.is_empty(), "{example}: {:?}", place.check_all().findings);
    }
}

#[test]
fn the_example_for_rsyslog_is_one_that_it_takes() {
    let Some(rsyslogd) = testkit::tool("rsyslogd") else { return };
    let folder = testkit::folder();
    let example = blocks("text").into_iter().find(|block| block.contains("imtcp")).unwrap();
    let file = folder.path().join("rsyslog.conf");
    for name in ["authority.pem", "server.pem", "server.key"] {
        fs::write(folder.path().join(name), "looked for, and not into").unwrap();
    }
    let here = folder.path().display().to_string();
    let work = format!("global(workDirectory=\"{here}\")\n");
    fs::write(&file, format!("{work}{}", example.replace("/etc/rsyslog.d/tls", &here))).unwrap();
    let outcome = testkit::Run::new(rsyslogd).args(["-N1", "-f"]).arg(&file).run().expect_ok();
    assert!(!outcome.stderr.contains("error"), "{}", outcome.stderr);
}
