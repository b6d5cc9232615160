//! `service healthcheck`: asks the running service how it is, for containers that have neither shell nor curl.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use crate::config::Config;

const PATIENCE: Duration = Duration::from_secs(2);

/// Succeeds when `GET /healthz` does.
pub fn run() -> ExitCode {
    let healthy = Config::from_env().is_ok_and(|config| is_healthy(config.address).unwrap_or(false));
    if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn is_healthy(listening_on: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect_timeout(&reachable(listening_on), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut status_line = [0; 12];
    stream.read_exact(&mut status_line)?;
    Ok(status_line == *b"HTTP/1.1 200")
}

/// "All addresses" can be listened on but not called.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_are_called_by_loopback() {
        let called = |text: &str| reachable(text.parse().unwrap()).to_string();
        assert_eq!(called("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(called("[::]:8080"), "[::1]:8080");
        assert_eq!(called("192.0.2.1:80"), "192.0.2.1:80");
    }
}
