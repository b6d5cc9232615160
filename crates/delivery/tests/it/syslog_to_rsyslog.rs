//! Entries to a real rsyslogd.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use delivery::{Error, Patience, Sink, Syslog, SyslogConfig};

use crate::authority::Authority;
use crate::rsyslog::Rsyslog;
use crate::samples::{batch, this_machine};

const RESEND: usize = 100;

fn config(authority: &Authority, port: u16) -> SyslogConfig {
    SyslogConfig {
        host: "localhost".to_owned(),
        port,
        authorities: Some(authority.file()),
        identity: None,
        own_host: "origin.example".to_owned(),
        resend: RESEND,
    }
}

fn sink(config: SyslogConfig) -> Sink {
    let patience = Patience {
        attempts: 2,
        first: Duration::from_millis(20),
        longest: Duration::from_millis(100),
        attempt: Duration::from_secs(10),
    };
    Sink::Syslog(Box::new(Syslog::new(config, &this_machine(), patience).unwrap()))
}

/// The numbers of the entries in what was received.
fn numbers(lines: &[String]) -> Vec<u64> {
    let number = |line: &String| {
        let json = line.split_once("] {").map(|(_, rest)| format!("{{{rest}"))?;
        serde_json::from_str::<serde_json::Value>(&json).ok()?["number"].as_u64()
    };
    lines.iter().filter_map(number).collect()
}

fn world(folder: &Path, name: &str, mode: &str) -> Option<(Authority, Rsyslog)> {
    let authority = Authority::in_folder(folder);
    let rsyslog = Rsyslog::start(folder, &authority, name, mode)?;
    Some((authority, rsyslog))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_entry_arrives_once_in_order_and_whole() {
    let folder = testkit::folder();
    let Some((authority, rsyslog)) = world(folder.path(), "localhost", "anon") else { return };
    let sink = sink(config(&authority, rsyslog.port));
    sink.deliver(&batch(0..1)).await.unwrap_or_else(|error| panic!("{error}: {}", rsyslog.log()));
    sink.deliver(&batch(1..700)).await.unwrap();
    let lines = rsyslog.received(|lines| lines.len() >= 700);
    assert_eq!(numbers(&lines), (0..700).collect::<Vec<_>>());
    let version = env!("CARGO_PKG_VERSION");
    let head = "origin.example smart-begin create-token 13 5 ";
    let data = format!(r#"[origin software="smart-begin" swVersion="{version}"][meta sequenceId="8"] "#);
    let json = lines[7].strip_prefix(&format!("{head}{data}")).unwrap_or_else(|| panic!("{}", lines[7]));
    let (there, sent): (serde_json::Value, serde_json::Value) =
        (serde_json::from_str(json).unwrap(), serde_json::from_str(&batch(7..8).entries()[0].line).unwrap());
    assert_eq!(there, sent);
}

/// The receiver is killed again and again while entries flow, and a delivery that fails is made again: what was confirmed
/// and stays within the last `resend` entries is there in the end.
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_killed_loses_nothing_that_was_promised() {
    let folder = testkit::folder();
    let Some((authority, mut rsyslog)) = world(folder.path(), "localhost", "anon") else { return };
    let sink = sink(config(&authority, rsyslog.port));
    let (mut next, mut failures) = (0, 0);
    for round in 0..6 {
        for _ in 0..3 {
            sink.deliver(&batch(next..next + 20)).await.unwrap();
            next += 20;
        }
        rsyslog.kill();
        assert!(sink.deliver(&batch(next..next + 20)).await.is_err(), "round {round}: nobody is there");
        rsyslog.resume();
        while sink.deliver(&batch(next..next + 20)).await.is_err() {
            failures += 1;
            assert!(failures < 600, "{}", rsyslog.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        next += 20;
    }
    let lines = rsyslog.received(|lines| numbers(lines).into_iter().collect::<BTreeSet<_>>().len() as u64 >= next);
    let there: BTreeSet<u64> = numbers(&lines).into_iter().collect();
    assert_eq!(there, (0..next).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_under_another_name_or_of_an_unknown_authority_gets_nothing() {
    let folder = testkit::folder();
    let Some((authority, rsyslog)) = world(folder.path(), "other.example", "anon") else { return };
    let error = sink(config(&authority, rsyslog.port)).deliver(&batch(0..1)).await.unwrap_err();
    assert!(matches!(&error, Error::Broken(_)) && !error.may_pass(), "{error:?}");
    assert!(error.to_string().contains("certificate"), "{error}");
    let system = SyslogConfig { authorities: None, ..config(&authority, rsyslog.port) };
    let error = sink(system).deliver(&batch(0..1)).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!(rsyslog.received(|_| true), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_asks_for_a_certificate_gets_ours_and_nobody_elses_entries() {
    let folder = testkit::folder();
    let Some((authority, rsyslog)) = world(folder.path(), "localhost", "x509/certvalid") else { return };
    // With TLS 1.3 the receiver refuses after the handshake; only waiting for the end tells.
    let error = sink(config(&authority, rsyslog.port)).deliver(&batch(0..3)).await.unwrap_err();
    assert!(matches!(error, Error::Broken(_)), "{error:?}");
    assert_eq!(rsyslog.received(|_| true), [""; 0]);
    let identity = Some(authority.sign("client.example"));
    sink(SyslogConfig { identity, ..config(&authority, rsyslog.port) }).deliver(&batch(0..3)).await.unwrap();
    assert_eq!(numbers(&rsyslog.received(|lines| lines.len() >= 3)), [0, 1, 2]);
}
