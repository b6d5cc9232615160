//! Requests with a token, over sockets.

use std::sync::Arc;

use outbound::{Client, Error};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::peer::{Peer, ok, this_machine};

const HEADER: &str = "x-vault-token";

#[tokio::test]
async fn the_token_and_the_body_arrive_as_they_were_given() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1/x", listener.local_addr().unwrap());
    let heard = Arc::new(Mutex::new(String::new()));
    let list = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let mut length = 0;
            // The body may come in a packet of its own.
            while !request[..length].ends_with(b"{}") && !request[..length].starts_with(b"GET") {
                length += stream.read(&mut request[length..]).await.unwrap();
            }
            list.lock().await.push_str(&String::from_utf8_lossy(&request[..length]));
            stream.write_all(&ok("done")).await.unwrap();
        }
    });
    let client = Client::new(&this_machine()).unwrap();
    assert_eq!(client.get_with_secret(&address, HEADER, "s.one").await.unwrap().body, b"done");
    assert_eq!(client.post_json_with_secret(&address, HEADER, "s.two", b"{}".to_vec()).await.unwrap().body, b"done");
    let heard = heard.lock().await;
    for part in [
        "GET /v1/x ",
        "x-vault-token: s.one",
        "POST /v1/x ",
        "x-vault-token: s.two",
        "content-type: application/json",
        "{}",
    ] {
        assert!(heard.contains(part), "{part} in {heard}");
    }
}

#[tokio::test]
async fn a_post_with_a_token_is_made_once_and_one_that_fits_no_header_never() {
    let peer = Peer::plain(|_| b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()).await;
    let (client, address) = (Client::new(&this_machine()).unwrap(), format!("http://{}/", peer.address));
    let refused = client.get_with_secret(&address, HEADER, "a\nb").await.unwrap_err();
    assert!(matches!(refused, Error::Header(HEADER)) && !format!("{refused} {refused:?}").contains("a\nb"));
    assert_eq!(peer.seen(), 0);
    assert_eq!(client.post_json_with_secret(&address, HEADER, "token", Vec::new()).await.unwrap().status, 503);
    assert_eq!(peer.seen(), 1);
}

#[tokio::test]
async fn a_token_does_not_leave_in_the_clear_beyond_the_networks_allowed() {
    let client = Client::new(&this_machine()).unwrap();
    for address in ["http://1.1.1.1/", "http://example.com/", "http://10.0.0.1/"] {
        let sent = client.post_json_with_secret(address, HEADER, "token", Vec::new()).await;
        assert!(matches!(sent, Err(Error::NotHttps | Error::Private(_) | Error::Name(..))), "{address}: {sent:?}");
    }
}
