//! The server's own configuration, from ours.

use std::time::Duration;

use server::{Client, ClientCertificates, Config, Grant, Limits, Lockout, Provider, Rate, Sessions, SignIn, Tls};

use crate::config::{Secrets, Settings, keys};

/// What the server is told.
pub(in crate::cli) fn server_config(settings: &Settings, secrets: &Secrets) -> Config {
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
        scopes: settings.texts(keys::SCOPES.of(name)),
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
        let mut own = Config::default();
        // But that nobody is counted in development.
        own.limits.per_caller.per_minute = 0;
        own.limits.per_address.per_minute = 0;
        assert_eq!(format!("{config:#?}"), format!("{own:#?}"));
        assert_eq!(loaded.settings.policy(), domain::Policy::default());
    }

    /// A value for each key, other than its default; all at once they make no sense, and need not.
    fn sample(key: &crate::config::Key) -> String {
        use crate::config::Kind;
        let of_kind = |kind: &Kind| match kind {
            Kind::Switch => (key.default != "true").to_string(),
            Kind::Whole { least, .. } => (least + 7).to_string(),
            Kind::Address => "127.0.0.1:7".to_owned(),
            Kind::Url | Kind::Issuer | Kind::Service | Kind::Receiver | Kind::WebOrigin => {
                "https://seven.example".to_owned()
            }
            Kind::Choice(words) => words.last().copied().unwrap_or_default().to_owned(),
            Kind::Role => "viewer".to_owned(),
            Kind::Permission => "project:begin".to_owned(),
            Kind::Network => "10.7.0.0/16".to_owned(),
            Kind::Secret | Kind::VaultKey => "cred:seven".to_owned(),
            Kind::Filter => "warn".to_owned(),
            Kind::Grants => "[{ claim = \"a\", value = \"b\", teams = [\"c\"] }]".to_owned(),
            Kind::Path | Kind::Line | Kind::Host | Kind::List(_) => "/seven.example".trim_start_matches('/').to_owned(),
        };
        match &key.kind {
            Kind::List(each) => of_kind(each),
            kind => of_kind(kind),
        }
    }

    /// Keys whose values are read elsewhere than in the server's configuration and the policy.
    const ELSEWHERE: [&str; 8] = [
        "server.listen",
        "server.redirect_listen",
        "server.operations_listen",
        "server.roots",
        "openbao.address",
        "openbao.token",
        "data.folder",
        // Its secret is fetched first.
        "sign_in.providers.NAME.client_secret",
    ];

    /// What is not the server's at all: the jobs beside it, the vault, and what the use cases know by themselves.
    fn is_the_servers(path: &str) -> bool {
        !ELSEWHERE.contains(&path)
            && !["audit.", "vault.", "checks.", "log."].iter().any(|table| path.starts_with(table))
    }

    #[test]
    fn every_key_of_the_table_changes_what_the_server_is_told() {
        // What others need to have an effect.
        let ground = [
            ("SMART_BEGIN_SERVER__TLS__CERTIFICATE", "/c"),
            ("SMART_BEGIN_SERVER__TLS__KEY", "/k"),
            ("SMART_BEGIN_SERVER__TLS__CLIENT_CERTIFICATES", "optional"),
            ("SMART_BEGIN_SERVER__TLS__CLIENT_AUTHORITIES", "/a"),
            ("SMART_BEGIN_SIGN_IN__PROVIDERS__NAME__ISSUER", "https://sso.example"),
            ("SMART_BEGIN_ACCESS__ROLES__NAME__PERMISSIONS", "project:read"),
        ];
        let told = |more: Option<(String, String)>| {
            let ground = ground.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let own = more.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
            let variables = ground.filter(|(name, _)| !own.contains(name)).chain(more);
            let variables = variables.map(|(name, value)| (name, value.into())).collect();
            let settings = load(&Sources { variables, ..Sources::default() }).settings;
            format!("{:?} {:?}", server_config(&settings, &Secrets::default()), settings.policy())
        };
        let before = told(None);
        for key in keys::ALL.iter().filter(|key| is_the_servers(key.path)) {
            let after = told(Some((key.variable(), sample(key))));
            assert_ne!(before, after, "{} = {}", key.path, sample(key));
        }
    }

    #[test]
    fn what_the_server_cannot_change_needs_a_restart_in_the_table_too() {
        use crate::config::Effect::{Reload, Restart};
        let effect = |path: &str| keys::ALL.iter().find(|key| key.path == path).map(|key| key.effect);
        for path in server::Reload::NEEDS_RESTART {
            assert_eq!(effect(path), Some(Restart), "{path}");
        }
        for key in keys::ALL.iter().filter(|key| key.path.starts_with("limits.")) {
            let restart =
                server::Reload::NEEDS_RESTART.contains(&key.path) || key.path == "limits.drain_timeout_seconds";
            assert_eq!(key.effect, if restart { Restart } else { Reload }, "{}", key.path);
        }
        for key in keys::ALL.iter().filter(|key| key.path.starts_with("sign_in.")) {
            assert_eq!(key.effect, Restart, "{}", key.path);
        }
    }
}
