//! Which `Host` and `Origin` are served: without this, a web page elsewhere could reach a server on this machine through
//! a name that it lets point here (DNS rebinding).

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, StatusCode, header};
use observe::RequestRefused;
use url::Url;

use crate::config::Config;

/// The names that are served.
#[derive(Debug)]
pub(crate) struct Names {
    hosts: Vec<(String, Option<u16>)>,
    origins: Vec<Origin>,
}

#[derive(Debug, PartialEq)]
struct Origin {
    scheme: String,
    host: String,
    port: Port,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Port {
    Any,
    Is(u16),
}

impl Names {
    pub(crate) fn new(config: &Config) -> Self {
        let mut hosts: Vec<_> = config.allowed_hosts.iter().filter_map(|entry| host_and_port(entry)).collect();
        let mut origins: Vec<_> = config.allowed_origins.iter().filter_map(|entry| origin(entry)).collect();
        // Where people reach this server, and where the pages of its dashboard come from.
        if let Some(own) = config.public_url.as_deref().and_then(|address| Url::parse(address).ok()) {
            let own = own.origin().ascii_serialization();
            hosts.extend(own.split_once("://").and_then(|(_, authority)| host_and_port(authority)));
            origins.extend(origin(&own));
        }
        Self { hosts, origins }
    }

    pub(crate) fn serves_host(&self, value: &str) -> bool {
        let Some((host, port)) = host_and_port(value) else { return false };
        self.hosts.iter().any(|(allowed, only)| *allowed == host && only.is_none_or(|only| port == Some(only)))
    }

    fn serves_origin(&self, value: &str) -> bool {
        let Some(given) = origin(value) else { return false };
        self.origins.iter().any(|allowed| {
            allowed.scheme == given.scheme
                && allowed.host == given.host
                && (allowed.port == Port::Any || allowed.port == given.port)
        })
    }
}

fn host_and_port(value: &str) -> Option<(String, Option<u16>)> {
    let authority = Authority::try_from(value.trim()).ok().filter(|authority| !authority.as_str().contains('@'))?;
    Some((authority.host().to_ascii_lowercase(), authority.port_u16()))
}

fn origin(value: &str) -> Option<Origin> {
    let (scheme, rest) = value.trim().split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let (rest, any) = rest.strip_suffix(":*").map_or((rest, false), |host| (host, true));
    let (host, port) = host_and_port(rest)?;
    let by_default = if scheme == "https" { 443 } else { 80 };
    let port = if any { Port::Any } else { Port::Is(port.unwrap_or(by_default)) };
    Some(Origin { scheme, host, port })
}

/// Why a request is for somebody else, or made by somebody else's page.
pub(crate) struct Foreign {
    pub(crate) reason: RequestRefused,
    pub(crate) status: StatusCode,
    pub(crate) message: &'static str,
    pub(crate) hint: &'static str,
}

impl Names {
    /// Refuses requests for another `Host`, and those that a page of another `Origin` makes.
    pub(crate) fn check(&self, request: &Request) -> Result<(), Foreign> {
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let (host, more) = (hosts.next(), hosts.next());
        let target = request.uri().authority().map(Authority::as_str);
        if more.is_some() || (host.is_none() && target.is_none()) {
            return Err(Foreign {
                reason: RequestRefused::Host,
                status: StatusCode::BAD_REQUEST,
                message: "The request must have one header Host.",
                hint: "Look at what the client sends.",
            });
        }
        // A target such as `http://HOST/path` comes first by the rules, and the header by habit: both must be served.
        let host = host.map(|host| host.to_str().unwrap_or_default());
        if [host, target].into_iter().flatten().any(|name| !self.serves_host(name)) {
            return Err(Foreign {
                reason: RequestRefused::Host,
                status: StatusCode::FORBIDDEN,
                message: "This Host is not served here.",
                hint: "Use the address the server was started with, such as 127.0.0.1 or localhost.",
            });
        }
        let foreign = |value: &HeaderValue| !value.to_str().is_ok_and(|value| self.serves_origin(value));
        if request.headers().get_all(header::ORIGIN).iter().any(foreign) {
            return Err(Foreign {
                reason: RequestRefused::Origin,
                status: StatusCode::FORBIDDEN,
                message: "This Origin is not allowed.",
                hint: "Web pages may call this server only from an origin that its operator allowed.",
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_default_only_this_machine_is_served() {
        let names = Names::new(&Config::default());
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:80", "[::1]"] {
            assert!(names.serves_host(host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "localhost@evil.example", "", "::1"]
        {
            assert!(!names.serves_host(host), "{host}");
        }
        for origin in ["http://localhost", "http://localhost:3000", "http://[::1]:9", "HTTP://127.0.0.1:80"] {
            assert!(names.serves_origin(origin), "{origin}");
        }
        for origin in
            ["null", "http://evil.example", "https://localhost", "file://", "http://localhost.evil.example:80", ""]
        {
            assert!(!names.serves_origin(origin), "{origin}");
        }
    }

    #[test]
    fn an_entry_with_a_port_serves_that_port_only() {
        let config = Config {
            allowed_hosts: vec!["begin.example:8443".to_owned()],
            allowed_origins: vec!["https://app.example".to_owned()],
            ..Config::default()
        };
        let names = Names::new(&config);
        assert!(names.serves_host("begin.example:8443") && !names.serves_host("begin.example"));
        assert!(names.serves_origin("https://app.example:443") && !names.serves_origin("https://app.example:444"));
    }
}
