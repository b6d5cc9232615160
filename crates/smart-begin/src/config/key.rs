//! What is known of a key of the configuration.

use std::borrow::Cow;

/// What a value of a key looks like.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `true` or `false`.
    Switch,
    /// A whole number within bounds.
    Whole {
        /// The smallest.
        least: u64,
        /// The largest.
        most: u64,
    },
    /// An IP address with a port.
    Address,
    /// An address as people type it into a browser, without a path.
    Url,
    /// The address of an identity provider.
    Issuer,
    /// The address of OpenBao.
    Service,
    /// The address of a receiver, with a path.
    Receiver,
    /// A file or folder.
    Path,
    /// One word of these.
    Choice(&'static [&'static str]),
    /// A line of text.
    Line,
    /// The name of a role.
    Role,
    /// The name of a permission.
    Permission,
    /// A value of `Host`.
    Host,
    /// A value of `Origin`.
    WebOrigin,
    /// Addresses that begin alike, as `10.1.2.0/24`.
    Network,
    /// What is logged.
    Filter,
    /// Where a secret is; never the secret.
    Secret,
    /// Where a key-encryption key is; never the key.
    VaultKey,
    /// Any number of these.
    List(&'static Kind),
    /// Claims with what they give.
    Grants,
}

/// When a changed value takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// When the configuration is read again (SIGHUP).
    Reload,
    /// At the next start.
    Restart,
}

impl Effect {
    /// Its name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Reload => "reload",
            Self::Restart => "restart",
        }
    }
}

/// A key of the configuration.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name from the top, with dots; `NAME` stands for a name that the operator chooses.
    pub(crate) path: &'static str,
    /// What a value looks like.
    pub(crate) kind: Kind,
    /// What holds when nobody says anything, as TOML; empty when there is nothing then.
    pub(crate) default: &'static str,
    /// What holds then, in words, where it is no fixed value.
    pub(crate) otherwise: &'static str,
    /// When a changed value takes effect.
    pub(crate) effect: Effect,
    /// What it is for.
    pub(crate) meaning: &'static str,
}

/// The part of a path that stands for a name that the operator chooses.
pub(crate) const NAME: &str = "NAME";

/// A key, with the name that the operator chose where its path has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a>(pub(crate) &'static Key, pub(crate) &'a str);

impl Key {
    /// The key of what the operator called `name`.
    pub(crate) fn of<'a>(&'static self, name: &'a str) -> At<'a> {
        At(self, name)
    }

    /// Whether its path has a name that the operator chooses.
    pub(crate) fn is_named(&self) -> bool {
        self.path.split('.').any(|part| part == NAME)
    }

    /// The environment variable that sets it.
    pub(crate) fn variable(&self) -> String {
        format!("SMART_BEGIN_{}", self.path.to_uppercase().replace('.', "__"))
    }
}

impl At<'_> {
    /// The path with the name in it.
    pub(crate) fn path(&self) -> String {
        let parts = self.0.path.split('.').map(|part| if part == NAME { self.1 } else { part });
        parts.collect::<Vec<_>>().join(".")
    }
}

impl From<&'static Key> for At<'static> {
    fn from(key: &'static Key) -> Self {
        At(key, "")
    }
}

impl Kind {
    /// What a value looks like, for people.
    pub(crate) fn describe(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Switch => "true or false",
            Self::Whole { least, most } => return format!("a whole number from {least} to {most}").into(),
            Self::Address => "an IP address with a port, as 127.0.0.1:8080 or [::1]:8080",
            Self::Url => "an address without a path, as https://begin.example",
            Self::Issuer => "the address of the provider, as https://sso.example/realms/company",
            Self::Service => "an address, as https://bao.example:8200",
            Self::Receiver => "an address, as https://siem.example/hooks/audit",
            Self::Path => "a path",
            Self::Choice(words) => return format!("one of {}", words.join(", ")).into(),
            Self::Line => "a line of text",
            Self::Role => "the name of a role",
            Self::Permission => "the name of a permission",
            Self::Host => "a host name or address, with or without a port",
            Self::WebOrigin => "scheme://host or scheme://host:port, with * for any port",
            Self::Network => "a network, as 10.1.2.0/24, or a single address",
            Self::Filter => "error, warn, info, debug or trace, or per module as in info,store=debug",
            Self::Secret => "a reference: file:/path, cred:NAME or bao:PATH#FIELD",
            Self::VaultKey => "file:/path, cred:NAME, or transit for the key of [vault.transit]",
            Self::List(each) => return format!("a list, each {}", each.describe()).into(),
            Self::Grants => "tables with claim, value, roles and teams",
        })
    }
}
