//! Rules on what the server shows to the outside.

use super::complaint::Complaint;
use crate::config::follow;
use crate::config::key::Key;
use crate::config::keys::{
    ALLOWED_HOSTS, ALLOWED_ORIGINS, CERTIFICATE, CERTIFICATE_GRANTS, CLIENT_AUTHORITIES, CLIENT_CERTIFICATES, KEY,
    LISTEN, OPERATIONS_LISTEN, PUBLIC_URL, REDIRECT_LISTEN, SIGN_IN_REQUIRED, TRUSTED_PROXIES,
};
use crate::config::settings::Settings;

fn speaks_https(settings: &Settings) -> bool {
    settings.path(&CERTIFICATE).is_some() || settings.path(&KEY).is_some()
}

fn is_loopback(settings: &Settings, key: &'static Key) -> bool {
    settings.address(key).is_none_or(|address| address.ip().is_loopback())
}

pub(super) fn https_or_proxy(settings: &Settings) -> Vec<Complaint> {
    let behind_proxy = is_loopback(settings, &LISTEN) && !settings.networks(&TRUSTED_PROXIES).is_empty();
    if speaks_https(settings) || behind_proxy {
        return Vec::new();
    }
    let message = "The server would speak plain HTTP, where everybody on the way reads along.";
    let hint = "Set server.tls.certificate and server.tls.key; or listen on 127.0.0.1 behind a proxy that speaks HTTPS, and name it in server.trusted_proxies.";
    vec![Complaint::new(CERTIFICATE.path, message, hint)]
}

pub(super) fn public_url(settings: &Settings) -> Vec<Complaint> {
    let hint = "Set server.public_url to where people reach this server, as https://begin.example.";
    match settings.text(&PUBLIC_URL) {
        None => vec![Complaint::new(PUBLIC_URL.path, "It is not said where people reach this server.", hint)],
        Some(url) if !url.starts_with("https://") => {
            vec![Complaint::new(PUBLIC_URL.path, "People would be sent to plain HTTP.", hint)]
        }
        Some(_) => Vec::new(),
    }
}

fn origins(settings: &Settings, bad: fn(&str) -> bool, message: &str, hint: &str) -> Vec<Complaint> {
    let found = settings.texts(&ALLOWED_ORIGINS).into_iter().filter(|origin| bad(origin));
    found.map(|origin| Complaint::new(ALLOWED_ORIGINS.path, format!("{origin:?} {message}"), hint)).collect()
}

pub(super) fn no_wildcard_origins(settings: &Settings) -> Vec<Complaint> {
    let hint = "Name each origin with its port, or leave the key out: server.public_url is enough for the dashboard.";
    origins(settings, |origin| origin.contains('*'), "lets in web pages of any port.", hint)
}

pub(super) fn https_origins(settings: &Settings) -> Vec<Complaint> {
    let hint = "Use https://, or leave the key out: server.public_url is enough for the dashboard.";
    let bad = |origin: &str| !origin.starts_with("https://") && !origin.contains('*');
    // Where public_url is the one that is not https, its own rule says so.
    if !settings.is_said(&ALLOWED_ORIGINS) {
        return Vec::new();
    }
    origins(settings, bad, "lets in web pages that came over plain HTTP.", hint)
}

pub(super) fn narrow_proxies(settings: &Settings) -> Vec<Complaint> {
    let wide = settings.networks(&TRUSTED_PROXIES).into_iter();
    let wide = wide.filter(|network| network.prefix_len() < if network.addr().is_ipv4() { 8 } else { 32 });
    wide.map(|network| {
        let message = format!("{network} is so wide that nearly everybody could claim any address.");
        Complaint::new(TRUSTED_PROXIES.path, message, "Name the proxies' own networks or addresses.")
    })
    .collect()
}

pub(super) fn https_needs_both(settings: &Settings) -> Vec<Complaint> {
    match (settings.path(&CERTIFICATE), settings.path(&KEY)) {
        (Some(_), None) => {
            vec![Complaint::new(
                KEY.path,
                "A certificate without its key.",
                "Set server.tls.key to the file of its private key.",
            )]
        }
        (None, Some(_)) => {
            vec![Complaint::new(
                CERTIFICATE.path,
                "A key without its certificate.",
                "Set server.tls.certificate to the file of the chain.",
            )]
        }
        _ => Vec::new(),
    }
}

fn clients_show_certificates(settings: &Settings) -> bool {
    settings.text(&CLIENT_CERTIFICATES).is_some_and(|how| how != "off")
}

pub(super) fn client_certificates(settings: &Settings) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let (wanted, authorities) = (clients_show_certificates(settings), settings.path(&CLIENT_AUTHORITIES));
    if wanted && authorities.is_none() {
        let hint = "Set server.tls.client_authorities to the file of the authorities that sign clients' certificates.";
        complaints.push(Complaint::new(CLIENT_AUTHORITIES.path, "Nobody is said to sign clients' certificates.", hint));
    }
    if wanted && !speaks_https(settings) {
        let hint = "Set server.tls.certificate and server.tls.key, or client_certificates = \"off\".";
        complaints.push(Complaint::new(CLIENT_CERTIFICATES.path, "Clients show certificates over HTTPS alone.", hint));
    }
    if !wanted && authorities.is_some() {
        let hint = "Set server.tls.client_certificates to \"optional\" or \"required\", or leave the authorities out.";
        complaints.push(Complaint::new(CLIENT_AUTHORITIES.path, "No client is asked for a certificate.", hint));
    }
    complaints
}

pub(super) fn certificate_grants(settings: &Settings) -> Vec<Complaint> {
    if settings.grants(&CERTIFICATE_GRANTS).is_empty() || clients_show_certificates(settings) {
        return Vec::new();
    }
    let hint = "Set server.tls.client_certificates to \"optional\" or \"required\", or leave the grants out.";
    vec![Complaint::new(CERTIFICATE_GRANTS.path, "No client is asked for a certificate.", hint)]
}

pub(super) fn redirect_needs_https(settings: &Settings) -> Vec<Complaint> {
    if settings.address(&REDIRECT_LISTEN).is_none() {
        return Vec::new();
    }
    if !speaks_https(settings) {
        let hint = "Set server.tls.certificate and server.tls.key, or leave redirect_listen out.";
        return vec![Complaint::new(REDIRECT_LISTEN.path, "There is no HTTPS to redirect to.", hint)];
    }
    if settings.text(&PUBLIC_URL).is_some_and(|url| url.starts_with("https://")) || settings.environment.is_guarded() {
        // Staging and production have a rule of their own on the address.
        return Vec::new();
    }
    let hint = "Set server.public_url to the https:// address of this server, or leave redirect_listen out.";
    vec![Complaint::new(REDIRECT_LISTEN.path, "It is not said where to redirect to.", hint)]
}

pub(super) fn addresses_differ(settings: &Settings) -> Vec<Complaint> {
    let mut seen: Vec<(&'static str, std::net::SocketAddr)> = Vec::new();
    let mut complaints = Vec::new();
    for key in [&LISTEN, &REDIRECT_LISTEN, &OPERATIONS_LISTEN] {
        // Any free port is another one each time.
        let Some(address) = settings.address(key).filter(|address| address.port() != 0) else { continue };
        if let Some((other, _)) = seen.iter().find(|(_, taken)| *taken == address) {
            complaints.push(Complaint::new(key.path, format!("{other} listens there."), "Give each its own port."));
        }
        seen.push((key.path, address));
    }
    complaints
}

pub(super) fn hosts_hold_public_url(settings: &Settings) -> Vec<Complaint> {
    let Some(host) = settings.text(&PUBLIC_URL).and_then(follow::host) else { return Vec::new() };
    let served = settings
        .texts(&ALLOWED_HOSTS)
        .into_iter()
        .any(|entry| follow::host(&format!("http://{entry}")).is_some_and(|entry| entry.eq_ignore_ascii_case(&host)));
    if served {
        return Vec::new();
    }
    let message = format!("The host of server.public_url, {host:?}, would be refused.");
    vec![Complaint::new(ALLOWED_HOSTS.path, message, "Add it, or leave server.allowed_hosts out.")]
}

pub(super) fn open_operations(settings: &Settings) -> Vec<Complaint> {
    if is_loopback(settings, &OPERATIONS_LISTEN) {
        return Vec::new();
    }
    let message = "Whoever reaches this address sees health and metrics without sign-in.";
    vec![Complaint::new(OPERATIONS_LISTEN.path, message, "See that only monitoring can reach it.")]
}

pub(super) fn plaintext_sign_in(settings: &Settings) -> Vec<Complaint> {
    let safe = speaks_https(settings) || is_loopback(settings, &LISTEN) || !settings.switch(&SIGN_IN_REQUIRED);
    if safe {
        return Vec::new();
    }
    let message = "Other machines would send their credentials in plain text.";
    vec![Complaint::new(LISTEN.path, message, "Set server.tls.certificate and server.tls.key.")]
}
