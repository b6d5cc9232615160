//! Which `Host` and `Origin` are served: without this, a web page elsewhere could reach a server on this machine through
//! a name that it lets point here (DNS rebinding).

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::problem::refuse;
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
        Self {
            hosts: config.allowed_hosts.iter().filter_map(|entry| host_and_port(entry)).collect(),
            origins: config.allowed_origins.iter().filter_map(|entry| origin(entry)).collect(),
        }
    }

    fn serves_host(&self, value: &str) -> bool {
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

/// Refuses requests for another `Host`, and those that a page of another `Origin` makes.
pub(crate) async fn check(State(names): State<std::sync::Arc<Names>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        (None, _) => request.uri().authority().map(Authority::as_str),
        (Some(_), Some(_)) => None,
    };
    if !host.is_some_and(|host| names.serves_host(host)) {
        let hint = "Use the address the server was started with, such as 127.0.0.1 or localhost.";
        return refuse(path, StatusCode::FORBIDDEN, "This Host is not served here.", hint);
    }
    let foreign = |value: &axum::http::HeaderValue| !value.to_str().is_ok_and(|value| names.serves_origin(value));
    if request.headers().get_all(header::ORIGIN).iter().any(foreign) {
        let hint = "Web pages may call this server only from an origin that its operator allowed.";
        return refuse(path, StatusCode::FORBIDDEN, "This Origin is not allowed.", hint);
    }
    next.run(request).await
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
