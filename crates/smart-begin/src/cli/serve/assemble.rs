//! The server's own configuration, from ours.

use std::time::Duration;

use server::{Client, ClientCertificates, Config, Grant, Limits, Lockout, Provider, Rate, Sessions, SignIn, Tls};

use crate::config::{Secrets, Settings, keys};

/// What the server is told.
pub(super) fn server_config(settings: &Settings, secrets: &Secrets) -> Config {
    Config {
        public_url: settings.text(&keys::PUBLIC_URL).map(str::to_owned),
        allowed_hosts: settings.texts(&keys::ALLOWED_HOSTS),
        allowed_origins: settings.texts(&keys::ALLOWED_ORIGINS),
        trusted_proxies: settings.networks(&keys::TRUSTED_PROXIES),
        tls: tls(settings),
        limits: limits(settings),
        sign_in: SignIn {
            required: settings.switch(&keys::SIGN_IN_REQUIRED),
            providers: settings.names(&keys::ISSUER).iter().map(|name| provider(settings, secrets, name)).collect(),
            certificate_grants: settings.grants(&keys::CERTIFICATE_GRANTS).iter().map(grant).collect(),
            lockout: Lockout {
                attempts: settings.times(&keys::LOCKOUT_ATTEMPTS),
                first: settings.seconds(&keys::LOCKOUT_FIRST),
                longest: settings.seconds(&keys::LOCKOUT_LONGEST),
            },
            sessions: Sessions {
                idle: minutes(settings.whole(&keys::SESSION_IDLE)),
                longest: minutes(settings.whole(&keys::SESSION_LONGEST) * 60),
                rotate: minutes(settings.whole(&keys::SESSION_ROTATE)),
            },
            private_networks: settings.networks(&keys::PRIVATE_NETWORKS),
            authorities: settings.path(&keys::AUTHORITIES).map(Into::into),
        },
    }
}

fn minutes(number: u64) -> Duration {
    Duration::from_secs(number * 60)
}

fn tls(settings: &Settings) -> Option<Tls> {
    let (certificate, key) = (settings.path(&keys::CERTIFICATE)?.into(), settings.path(&keys::KEY)?.into());
    let authorities = settings.path(&keys::CLIENT_AUTHORITIES).map(Into::into);
    let clients = match (settings.text(&keys::CLIENT_CERTIFICATES), authorities) {
        (Some("required"), Some(authorities)) => ClientCertificates::Required(authorities),
        (Some("optional"), Some(authorities)) => ClientCertificates::Optional(authorities),
        _ => ClientCertificates::Off,
    };
    Some(Tls { certificate, key, clients })
}

fn limits(settings: &Settings) -> Limits {
    Limits {
        body_bytes: settings.size(&keys::BODY_BYTES),
        header_bytes: settings.size(&keys::HEADER_BYTES),
        url_bytes: settings.size(&keys::URL_BYTES),
        json_depth: settings.size(&keys::JSON_DEPTH),
        string_bytes: settings.size(&keys::STRING_BYTES),
        array_items: settings.size(&keys::ARRAY_ITEMS),
        connections: settings.size(&keys::CONNECTIONS),
        connections_per_address: settings.size(&keys::CONNECTIONS_PER_ADDRESS),
        concurrent_requests: settings.size(&keys::CONCURRENT_REQUESTS),
        handshake_timeout: settings.seconds(&keys::HANDSHAKE_TIMEOUT),
        head_timeout: settings.seconds(&keys::HEAD_TIMEOUT),
        idle_timeout: settings.seconds(&keys::IDLE_TIMEOUT),
        body_timeout: settings.seconds(&keys::BODY_TIMEOUT),
        request_timeout: settings.seconds(&keys::REQUEST_TIMEOUT),
        write_timeout: settings.seconds(&keys::WRITE_TIMEOUT),
        drain_timeout: settings.seconds(&keys::DRAIN_TIMEOUT),
        per_caller: Rate { per_minute: settings.times(&keys::CALLER_RATE), burst: settings.times(&keys::CALLER_BURST) },
        per_address: Rate {
            per_minute: settings.times(&keys::ADDRESS_RATE),
            burst: settings.times(&keys::ADDRESS_BURST),
        },
    }
}

fn provider(settings: &Settings, secrets: &Secrets, name: &str) -> Provider {
    Provider {
        name: name.to_owned(),
        issuer: settings.text(keys::ISSUER.of(name)).unwrap_or_default().to_owned(),
        audiences: settings.texts(keys::AUDIENCES.of(name)),
        algorithms: settings.texts(keys::ALGORITHMS_TAKEN.of(name)),
        token_types: settings.texts(keys::TOKEN_TYPES.of(name)).iter().map(|kind| kind.to_lowercase()).collect(),
        leeway: settings.seconds(keys::LEEWAY.of(name)),
        client: settings
            .text(keys::CLIENT_ID.of(name))
            .map(|id| Client { id: id.to_owned(), secret: secrets.get(keys::CLIENT_SECRET.of(name)).cloned() }),
        scopes_bound: settings.switch(keys::SCOPES_BOUND.of(name)),
        default_roles: settings.texts(keys::DEFAULT_ROLES.of(name)),
        name_claim: settings.text(keys::NAME_CLAIM.of(name)).unwrap_or_default().to_owned(),
        grants: settings.grants(keys::PROVIDER_GRANTS.of(name)).iter().map(grant).collect(),
    }
}

fn grant(grant: &crate::config::Grant) -> Grant {
    let crate::config::Grant { claim, value, roles, teams, .. } = grant.clone();
    Grant { claim, value, roles, teams }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Sources, load};

    #[test]
    fn with_nothing_said_the_server_gets_its_own_defaults() {
        let loaded = load(&Sources::default());
        assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
        let config = server_config(&loaded.settings, &Secrets::default());
        assert_eq!(format!("{config:#?}"), format!("{:#?}", Config::default()));
        assert_eq!(loaded.settings.policy(), domain::Policy::default());
    }
}
