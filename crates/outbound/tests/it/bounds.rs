//! How long, how much, how often.

use std::time::{Duration, Instant};

use outbound::{Client, Error, Rules};
use tokio::net::TcpListener;

use crate::peer::{Peer, ok, this_machine};

fn quick() -> Rules {
    Rules { timeout: Duration::from_millis(300), retries: 0, body_bytes: 1000, ..this_machine() }
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_not_waited_for() {
    let peer = Peer::plain(|_| Vec::new()).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(&quick()).unwrap();
    for address in [peer.address, silent.local_addr().unwrap()] {
        let started = Instant::now();
        let slow = client.get(&format!("http://{address}/")).await;
        assert!(matches!(slow, Err(Error::TimedOut | Error::Unreachable(_))), "{slow:?}");
        assert!(started.elapsed() < Duration::from_secs(60));
    }
}

#[tokio::test]
async fn a_large_answer_is_refused_whether_its_length_is_announced_or_not() {
    let announced = Peer::plain(|_| ok(&"x".repeat(1001))).await;
    let endless = Peer::plain(|_| format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(100_000)).into_bytes()).await;
    let fits = Peer::plain(|_| ok(&"x".repeat(1000))).await;
    let client = Client::new(&quick()).unwrap();
    for peer in [announced, endless] {
        let refused = client.get(&format!("http://{}/", peer.address)).await;
        assert!(matches!(refused, Err(Error::TooLarge(1000))), "{refused:?}");
    }
    assert_eq!(client.get(&format!("http://{}/", fits.address)).await.unwrap().body.len(), 1000);
}

#[tokio::test]
async fn what_may_pass_is_tried_once_more_and_a_form_never() {
    let script = |number| {
        if number == 0 {
            b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()
        } else {
            ok("second")
        }
    };
    let peer = Peer::plain(script).await;
    let client = Client::new(&Rules { retries: 1, ..quick() }).unwrap();
    assert_eq!(client.get(&format!("http://{}/", peer.address)).await.unwrap().body, b"second");
    let peer = Peer::plain(script).await;
    let posted = client.post_form(&format!("http://{}/", peer.address), &[("a", "b c&d")], Some(("me", "pw"))).await;
    assert_eq!((posted.unwrap().status, peer.seen()), (503, 1));
}

#[tokio::test]
async fn a_closed_port_is_unreachable_and_may_pass() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = Client::new(&quick()).unwrap().get(&format!("http://{address}/")).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)) && error.may_pass(), "{error:?}");
    assert!(!error.to_string().contains("127.0.0.1"), "{error}");
}
