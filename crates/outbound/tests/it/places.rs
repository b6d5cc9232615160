//! Where requests may go.

use outbound::{Client, Error, Rules};

use crate::peer::{Peer, ok, this_machine};

#[tokio::test]
async fn this_machine_is_out_of_reach_by_address_and_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    let peer = Peer::secure(|_| ok("secret"), &["localhost"], &file).await;
    let rules = Rules { authorities: Some(file), ..Rules::default() };
    let client = Client::new(&rules).unwrap();
    let port = peer.address.port();
    for host in
        ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0", "0x7f.1", "2130706433", "127.1", "0177.0.0.1"]
    {
        let refused = client.get(&format!("https://{host}:{port}/")).await;
        assert!(matches!(refused, Err(Error::Private(_))), "{host}: {refused:?}");
    }
    assert_eq!(peer.seen(), 0, "nobody was connected to");
    let allowed = Client::new(&Rules { private_networks: this_machine().private_networks, ..rules }).unwrap();
    assert_eq!(allowed.get(&format!("https://localhost:{port}/")).await.unwrap().body, b"secret");
}

#[tokio::test]
async fn metadata_services_and_inner_networks_are_out_of_reach() {
    let client = Client::new(&Rules::default()).unwrap();
    for host in [
        "169.254.169.254",
        "10.0.0.1",
        "192.168.1.1",
        "[fd00:ec2::254]",
        "[64:ff9b::a9fe:a9fe]",
        "100.100.100.200",
        "0.0.0.0",
    ] {
        let refused = client.get(&format!("https://{host}/latest/meta-data/")).await;
        assert!(matches!(refused, Err(Error::Private(_))), "{host}: {refused:?}");
    }
}

#[tokio::test]
async fn without_tls_only_allowed_private_networks_are_reached() {
    let peer = Peer::plain(|_| ok("{}")).await;
    let address = format!("http://{}/", peer.address);
    assert!(matches!(Client::new(&Rules::default()).unwrap().get(&address).await, Err(Error::Private(_))));
    let client = Client::new(&this_machine()).unwrap();
    assert_eq!(client.get(&address).await.unwrap().status, 200);
    assert_eq!(client.get(&format!("http://localhost:{}/", peer.address.port())).await.unwrap().body, b"{}");
    assert!(matches!(client.get("http://1.1.1.1/").await, Err(Error::NotHttps)));
    assert!(matches!(Client::new(&Rules::default()).unwrap().get("http://example.com/").await, Err(Error::NotHttps)));
}

#[tokio::test]
async fn what_is_no_address_of_the_web_is_refused() {
    let client = Client::new(&this_machine()).unwrap();
    for address in
        ["", "nonsense", "https://", "//host/", "https://user:secret@example.com/", "https://user@example.com/"]
    {
        let refused = client.check(address).unwrap_err();
        assert!(matches!(refused, Error::Address(_)), "{address}: {refused:?}");
        assert!(!refused.to_string().contains("secret"));
    }
    for address in ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "data:text/plain,x", "unix:/run/x"]
    {
        let refused = client.check(address).unwrap_err();
        assert!(matches!(refused, Error::NotHttps), "{address}: {refused:?}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let peer = Peer::plain(|_| {
        b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n".to_vec()
    })
    .await;
    let client = Client::new(&this_machine()).unwrap();
    let refused = client.get(&format!("http://{}/", peer.address)).await;
    assert!(matches!(refused, Err(Error::Redirect(302))), "{refused:?}");
    assert_eq!(peer.seen(), 1);
}

#[tokio::test]
async fn only_known_authorities_vouch_for_a_peer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    let peer = Peer::secure(|_| ok("{}"), &["localhost"], &file).await;
    let address = format!("https://localhost:{}/", peer.address.port());
    let stranger = Client::new(&this_machine()).unwrap().get(&address).await;
    assert!(matches!(stranger, Err(Error::Unreachable(_))), "{stranger:?}");
    let client = Client::new(&Rules { authorities: Some(file), ..this_machine() }).unwrap();
    assert_eq!(client.get(&address).await.unwrap().status, 200);
    let by_another_name = client.get(&format!("https://127.0.0.1:{}/", peer.address.port())).await;
    assert!(matches!(by_another_name, Err(Error::Unreachable(_))), "{by_another_name:?}");
    for (name, text) in
        [("empty.pem", ""), ("bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let refused = Client::new(&Rules { authorities: Some(file), ..Rules::default() });
        assert!(refused.is_err(), "{name}");
    }
    let missing = Client::new(&Rules { authorities: Some(folder.path().join("none")), ..Rules::default() });
    assert!(matches!(missing, Err(Error::Authorities(..))));
}
