//! Rules on who may come in.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use domain::ADMIN;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::complaint::Complaint;
use crate::config::keys::{
    CLIENT_ID, CLIENT_SECRET, DEFAULT_ROLES, ISSUER, LISTEN, PRIVATE_NETWORKS, PROVIDER_GRANTS, PUBLIC_URL,
    SIGN_IN_REQUIRED,
};
use crate::config::reach::is_this_machine;
use crate::config::settings::Settings;

pub(super) fn required(settings: &Settings) -> Vec<Complaint> {
    if settings.switch(&SIGN_IN_REQUIRED) {
        return Vec::new();
    }
    let message = format!("Sign-in is off, and {} serves nobody without it.", settings.environment.as_str());
    vec![Complaint::new(SIGN_IN_REQUIRED.path, message, "Set sign_in.required = true.")]
}

pub(super) fn beyond_this_machine(settings: &Settings) -> Vec<Complaint> {
    if settings.switch(&SIGN_IN_REQUIRED) {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    let hint = "Set sign_in.required = true; or stay on this machine: 127.0.0.1 or [::1].";
    if settings.address(&LISTEN).is_some_and(|address| !address.ip().is_loopback()) {
        let message = "Other machines could reach this address, and nobody would have to sign in.";
        complaints.push(Complaint::new(LISTEN.path, message, hint));
    }
    if settings.text(&PUBLIC_URL).is_some_and(|url| !is_this_machine(url)) {
        let message = "This address is for other machines, and nobody would have to sign in.";
        complaints.push(Complaint::new(PUBLIC_URL.path, message, hint));
    }
    complaints
}

pub(super) fn https_issuers(settings: &Settings) -> Vec<Complaint> {
    let plain = settings
        .names(&ISSUER)
        .into_iter()
        .filter(|name| settings.text(ISSUER.of(name)).is_some_and(|issuer| !issuer.starts_with("https://")));
    plain
        .map(|name| {
            let message = "The provider would be asked over plain HTTP, where others can answer in its place.";
            Complaint::new(
                ISSUER.of(&name).path(),
                message,
                "Use the provider's https:// address; its tokens must name the same.",
            )
        })
        .collect()
}

pub(super) fn narrow_private_networks(settings: &Settings) -> Vec<Complaint> {
    let wide =
        settings.networks(&PRIVATE_NETWORKS).into_iter().filter(|network| is_wide(network) || holds_special(network));
    wide.map(|network| {
        let message = format!("{network} opens more than the network of a provider to requests of this server.");
        let hint = "Name the provider's network alone, /24 or narrower (IPv6: /64), without loopback and link-local addresses.";
        Complaint::new(PRIVATE_NETWORKS.path, message, hint)
    }).collect()
}

fn is_wide(network: &IpNet) -> bool {
    network.prefix_len() < if network.addr().is_ipv4() { 24 } else { 64 }
}

/// Loopback, and link-local addresses, among which clouds answer with their machines' credentials.
fn holds_special(network: &IpNet) -> bool {
    let special = [
        Ipv4Net::new(Ipv4Addr::new(127, 0, 0, 0), 8).map(IpNet::from),
        Ipv4Net::new(Ipv4Addr::new(169, 254, 0, 0), 16).map(IpNet::from),
        Ipv6Net::new(Ipv6Addr::LOCALHOST, 128).map(IpNet::from),
        Ipv6Net::new(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10).map(IpNet::from),
    ];
    special.into_iter().flatten().any(|special| special.contains(network) || network.contains(&special))
}

pub(super) fn no_admin_for_everybody(settings: &Settings) -> Vec<Complaint> {
    let all = settings.names(&DEFAULT_ROLES).into_iter();
    let open = all.filter(|name| settings.texts(DEFAULT_ROLES.of(name)).iter().any(|role| role == ADMIN));
    open.map(|name| {
        let message = "Everybody whom the provider knows would be an admin.";
        let hint = format!("Give admin by a claim: [[{}]].", PROVIDER_GRANTS.of(&name).path());
        Complaint::new(DEFAULT_ROLES.of(&name).path(), message, hint)
    })
    .collect()
}

pub(super) fn provider_has_issuer(settings: &Settings) -> Vec<Complaint> {
    let without = settings.names(&ISSUER).into_iter().filter(|name| settings.text(ISSUER.of(name)).is_none());
    without
        .map(|name| {
            let path = ISSUER.of(&name).path();
            let hint = format!("Set {path} to the provider's address, as https://sso.example/realms/company.");
            Complaint::new(path, "The provider has no issuer.", hint)
        })
        .collect()
}

pub(super) fn issuers_differ(settings: &Settings) -> Vec<Complaint> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut complaints = Vec::new();
    for name in settings.names(&ISSUER) {
        let Some(issuer) = settings.text(ISSUER.of(&name)) else { continue };
        if let Some(other) = seen.insert(issuer.to_owned(), name.clone()) {
            let message = format!("The provider {other:?} has the same issuer, so nobody could tell whose a token is.");
            complaints.push(Complaint::new(ISSUER.of(&name).path(), message, "Make one provider of the two."));
        }
    }
    complaints
}

pub(super) fn secret_needs_client(settings: &Settings) -> Vec<Complaint> {
    let alone = settings.names(&CLIENT_SECRET).into_iter().filter(|name| {
        settings.secret(CLIENT_SECRET.of(name)).is_some() && settings.text(CLIENT_ID.of(name)).is_none()
    });
    alone
        .map(|name| {
            let hint = format!("Set {} as well.", CLIENT_ID.of(&name).path());
            Complaint::new(CLIENT_SECRET.of(&name).path(), "A client's secret without its id.", hint)
        })
        .collect()
}
