//! Who is at the other end of a connection: what the listener knows, and what a trusted proxy adds.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::http::HeaderMap;
use ipnet::IpNet;
use rustls::pki_types::CertificateDer;

/// The connection that a request came over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connected {
    /// The other end: the client, or a proxy before it.
    pub(crate) peer: SocketAddr,
    /// Whether the connection speaks TLS.
    pub(crate) tls: bool,
}

/// The certificates that the client showed, its own first. Absent when it showed none.
#[derive(Clone, Debug)]
pub(crate) struct PeerCertificate(pub(crate) Arc<Vec<CertificateDer<'static>>>);

/// The address of the client itself, however many trusted proxies there are before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// Those who share a bound: one IPv4 address, or one /64 of IPv6, which is what a single customer gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Neighbourhood(IpAddr);

impl Neighbourhood {
    pub(crate) fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            other => other,
        })
    }
}

/// `X-Forwarded-For` is read from its end: what stands before the first address that is no trusted proxy's was written by
/// that address, which may write what it likes.
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer.to_canonical();
    if !is_trusted(client, trusted) {
        return client;
    }
    let mut lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    while let Some(line) = lines.pop() {
        for hop in line.to_str().unwrap_or_default().rsplit(',') {
            let Some(address) = address(hop.trim()) else { return client };
            client = address;
            if !is_trusted(client, trusted) {
                return client;
            }
        }
    }
    client
}

pub(crate) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// An address, with or without a port, as proxies write it.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str]) -> String {
        let trusted: Vec<IpNet> = ["127.0.0.0/8", "10.1.0.0/16"].map(|network| network.parse().unwrap()).to_vec();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("::ffff:127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &["198.51.100.1, 10.1.2.3"]), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &["198.51.100.1", "10.1.2.3"]), "198.51.100.1", "two lines are one list");
        assert_eq!(seen("127.0.0.1", &["1.1.1.1, 198.51.100.1"]), "198.51.100.1", "what a client made up is not read");
        assert_eq!(seen("127.0.0.1", &["1.1.1.1, nonsense"]), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(seen("127.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &[""]), "127.0.0.1");
    }

    #[test]
    fn a_network_of_ipv6_is_one_neighbourhood() {
        let of = |text: &str| Neighbourhood::of(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
