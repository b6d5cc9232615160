//! What of a batch counts as delivered, against a receiver that breaks off as it is told.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use delivery::{Error, Patience, Sink, Syslog, SyslogConfig};
use outbound::Rules;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::authority::Authority;
use crate::samples::{PATIENCE, batch, this_machine};

/// What the receiver does with the connection of that number.
#[derive(Clone, Copy)]
enum Ends {
    /// Reads to the end and closes.
    Well,
    /// Reads so many bytes, and is gone as a process that was killed: what was not read is lost with the connection.
    After(usize),
    /// Reads nothing and closes nothing.
    Never,
}

struct Receiver {
    port: u16,
    came: Arc<Mutex<Vec<String>>>,
}

async fn receiver(authority: &Authority, script: fn(usize) -> Ends) -> Receiver {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let came: Arc<Mutex<Vec<String>>> = Arc::default();
    let (acceptor, kept) = (authority.acceptor("localhost"), Arc::clone(&came));
    tokio::spawn(async move {
        for number in 0.. {
            let Ok((stream, _)) = listener.accept().await else { return };
            let (acceptor, kept) = (acceptor.clone(), Arc::clone(&kept));
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut bytes = Vec::new();
                match script(number) {
                    Ends::Well => {
                        stream.read_to_end(&mut bytes).await.unwrap();
                        kept.lock().unwrap().push(String::from_utf8(bytes).unwrap());
                        let _ = stream.shutdown().await;
                    }
                    Ends::After(most) => {
                        bytes.resize(most, 0);
                        stream.read_exact(&mut bytes).await.unwrap();
                        kept.lock().unwrap().push(String::from_utf8_lossy(&bytes).into_owned());
                    }
                    Ends::Never => tokio::time::sleep(Duration::from_secs(60)).await,
                }
            });
        }
    });
    Receiver { port, came }
}

fn config(authority: PathBuf, port: u16) -> SyslogConfig {
    SyslogConfig {
        host: "localhost".to_owned(),
        port,
        authorities: Some(authority),
        identity: None,
        own_host: "origin.example".to_owned(),
        resend: 3,
    }
}

fn syslog(authority: &Authority, port: u16, patience: Patience) -> Sink {
    Sink::Syslog(Box::new(Syslog::new(config(authority.file(), port), &this_machine(), patience).unwrap()))
}

/// The sequence numbers in the frames, which are read by their lengths alone.
fn frames(mut stream: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    while let Some((length, rest)) = stream.split_once(' ') {
        let (message, behind) = rest.split_at(length.parse().unwrap());
        assert!(message.starts_with("<109>1 "), "{message}");
        numbers.push(message.split("sequenceId=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap());
        stream = behind;
    }
    numbers
}

const ONCE: Patience = Patience { attempts: 1, ..PATIENCE };

#[tokio::test]
async fn after_a_break_the_batch_and_the_last_entries_before_it_are_sent_again() {
    let folder = testkit::folder();
    let authority = Authority::in_folder(folder.path());
    let receiver = receiver(&authority, |number| if number == 2 { Ends::After(300) } else { Ends::Well }).await;
    let sink = syslog(&authority, receiver.port, ONCE);
    sink.deliver(&batch(0..5)).await.unwrap();
    sink.deliver(&batch(5..7)).await.unwrap();
    let error = sink.deliver(&batch(7..400)).await.unwrap_err();
    assert!(matches!(error, Error::Broken(_)) && error.may_pass(), "{error:?}");
    sink.deliver(&batch(7..400)).await.unwrap();
    sink.deliver(&batch(400..401)).await.unwrap();
    let came = receiver.came.lock().unwrap();
    assert_eq!(frames(&came[0]), [1, 2, 3, 4, 5]);
    assert_eq!(frames(&came[1]), [6, 7], "nothing is repeated while all goes well");
    assert_eq!(frames(&came[3]), (5..=400).collect::<Vec<_>>(), "three confirmed ones more");
    assert_eq!(frames(&came[4]), [401]);
}

#[tokio::test]
async fn a_break_within_patience_is_mended_within_one_delivery() {
    let folder = testkit::folder();
    let authority = Authority::in_folder(folder.path());
    let receiver = receiver(&authority, |number| if number == 0 { Ends::After(10) } else { Ends::Well }).await;
    syslog(&authority, receiver.port, PATIENCE).deliver(&batch(0..300)).await.unwrap();
    assert_eq!(frames(&receiver.came.lock().unwrap()[1]), (1..=300).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_receiver_that_does_not_read_confirms_nothing_and_is_given_up_in_time() {
    let folder = testkit::folder();
    let authority = Authority::in_folder(folder.path());
    let receiver = receiver(&authority, |_| Ends::Never).await;
    let began = Instant::now();
    let patience = Patience { attempts: 2, attempt: Duration::from_millis(300), ..PATIENCE };
    let error = syslog(&authority, receiver.port, patience).deliver(&batch(0..1)).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn a_receiver_on_this_machine_is_refused_unless_it_is_allowed() {
    let folder = testkit::folder();
    let authority = Authority::in_folder(folder.path());
    let receiver = receiver(&authority, |_| Ends::Well).await;
    let refused = Syslog::new(config(authority.file(), receiver.port), &Rules::default(), PATIENCE).unwrap();
    let error = Sink::Syslog(Box::new(refused)).deliver(&batch(0..1)).await.unwrap_err();
    assert!(matches!(error, Error::Outbound(outbound::Error::Private(_))), "{error:?}");
    assert!(receiver.came.lock().unwrap().is_empty());
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let missing = config(PathBuf::from("not-there.pem"), 6514);
    let error = Syslog::new(missing, &this_machine(), PATIENCE).unwrap_err();
    assert!(error.to_string().contains("not-there.pem"), "{error}");
}
