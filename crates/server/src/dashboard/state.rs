//! What all pages work with.

use std::sync::Arc;
use std::time::Duration;

use app::{Services, SessionTimes};

use crate::auth::{Authenticator, Provider};
use crate::config::{Client, Config, SignIn};

/// What all pages work with.
#[derive(Clone)]
pub(crate) struct Dashboard(Arc<Parts>);

/// The parts of [`Dashboard`].
pub(crate) struct Parts {
    /// The use cases.
    pub(super) services: Arc<Services>,
    /// Where people reach this server: scheme, host and port, nothing behind.
    pub(super) base: String,
    /// Judges tokens, and knows the identity providers.
    pub(super) authenticator: Arc<Authenticator>,
    /// Whether everybody must sign in.
    pub(super) required: bool,
    /// How long sessions live.
    pub(super) times: SessionTimes,
    /// How long a form may take to arrive.
    pub(super) body_timeout: Duration,
}

impl std::ops::Deref for Dashboard {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Dashboard {
    /// The dashboard that people reach at `base`.
    pub(crate) fn new(services: Arc<Services>, authenticator: Arc<Authenticator>, base: &str, config: &Config) -> Self {
        let SignIn { required, sessions, .. } = &config.sign_in;
        let base = url::Url::parse(base).map_or_else(|_| base.to_owned(), |url| url.origin().ascii_serialization());
        Self(Arc::new(Parts {
            services,
            base,
            authenticator,
            required: *required,
            times: SessionTimes { idle: sessions.idle, longest: sessions.longest, rotate: sessions.rotate },
            body_timeout: config.limits.body_timeout,
        }))
    }
}

impl Parts {
    /// The providers that this server is a client of.
    pub(super) fn providers(&self) -> impl Iterator<Item = (&Arc<Provider>, &Client)> {
        let all = self.authenticator.providers().iter();
        all.filter_map(|provider| Some((provider, provider.settings().client.as_ref()?)))
    }

    /// The one of them that the configuration calls `name`.
    pub(super) fn provider(&self, name: &str) -> Option<(&Arc<Provider>, &Client)> {
        self.providers().find(|(provider, _)| provider.settings().name == name)
    }
}
