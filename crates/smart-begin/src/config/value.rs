//! The values that keys can have, read from text and checked by kind.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use domain::Permission;
use ipnet::IpNet;
use serde_json::{Value as Json, json};
use tracing_subscriber::EnvFilter;
use url::Url;

use super::fault::meant;
use super::key::Kind;
use super::reference::Reference;

/// The value of a key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Yes or no.
    Switch(bool),
    /// A number.
    Whole(u64),
    /// Anything that stays text.
    Text(String),
    /// Where something listens.
    Address(SocketAddr),
    /// Addresses that begin alike.
    Network(IpNet),
    /// A file or folder.
    Path(PathBuf),
    /// Where a secret is.
    Secret(Reference),
    /// Several.
    List(Vec<Value>),
    /// Claims with what they give.
    Grants(Vec<Grant>),
}

/// What a claim with a value gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The claim.
    pub(crate) claim: String,
    /// The value it must have.
    pub(crate) value: String,
    /// The roles that this gives.
    pub(crate) roles: Vec<String>,
    /// The teams that this gives.
    pub(crate) teams: Vec<String>,
    /// The line it stands at, in a file.
    pub(crate) line: Option<usize>,
}

/// The key-encryption key that OpenBao or Vault keeps.
pub(crate) const TRANSIT: &str = "transit";

/// Why a text is no such value: what is wrong, and what to do.
pub(crate) type Wrong = (String, String);

fn wrong(message: impl Into<String>, hint: impl Into<String>) -> Wrong {
    (message.into(), hint.into())
}

impl Value {
    /// Reads one value of `kind`, whose relative paths begin at `base`.
    pub(crate) fn read(kind: &Kind, text: &str, base: &Path) -> Result<Self, Wrong> {
        if let Kind::Secret = kind {
            let reference = Reference::read(text).map_err(|(message, hint)| wrong(message, hint));
            return reference.map(Self::Secret);
        }
        if let Kind::VaultKey = kind {
            return vault_key(text);
        }
        if text.len() > 4_096 || text.chars().any(char::is_control) {
            return Err(wrong("the text is too long or has control characters in it", "Write it on one line."));
        }
        match kind {
            Kind::Address => text.parse().map(Self::Address).map_err(|_| not(kind, text)),
            Kind::Network => network(text).map(Self::Network).ok_or_else(|| not(kind, text)),
            Kind::Path => path(text, base),
            Kind::Url => whole_address(kind, text).and_then(without_path).map(Self::Text),
            Kind::Service => whole_address(kind, text).and_then(without_path).map(Self::Text),
            Kind::Issuer | Kind::Receiver => issuer(kind, text),
            Kind::Choice(words) => choice(words, text),
            Kind::Permission => permission(text),
            Kind::Host if is_host(text) => Ok(Self::Text(text.to_owned())),
            Kind::WebOrigin if is_origin(text) => Ok(Self::Text(text.to_owned())),
            Kind::Line | Kind::Role if !text.trim().is_empty() => Ok(Self::Text(text.to_owned())),
            Kind::Filter if EnvFilter::try_new(text).is_ok() && !text.is_empty() => Ok(Self::Text(text.to_owned())),
            _ => Err(not(kind, text)),
        }
    }

    /// How it is shown, and compared.
    pub(crate) fn shown(&self) -> Json {
        match self {
            Self::Switch(switch) => json!(switch),
            Self::Whole(number) => json!(number),
            Self::Text(text) => json!(text),
            Self::Address(address) => json!(address.to_string()),
            Self::Network(network) => json!(network.to_string()),
            Self::Path(path) => json!(path.display().to_string()),
            Self::Secret(reference) => json!(reference.to_string()),
            Self::List(values) => values.iter().map(Self::shown).collect(),
            Self::Grants(grants) => grants.iter().map(Grant::shown).collect(),
        }
    }
}

impl Grant {
    fn shown(&self) -> Json {
        json!({ "claim": self.claim, "value": self.value, "roles": self.roles, "teams": self.teams })
    }
}

fn not(kind: &Kind, text: &str) -> Wrong {
    wrong(format!("{text:?} cannot be used here"), format!("Give {}.", kind.describe()))
}

fn network(text: &str) -> Option<IpNet> {
    let alone = || text.parse::<std::net::IpAddr>().ok().map(IpNet::from);
    text.parse::<IpNet>().ok().or_else(alone).map(|network| network.trunc())
}

fn path(text: &str, base: &Path) -> Result<Value, Wrong> {
    if text.starts_with('~') {
        return Err(wrong("a path is not expanded here, so ~ means nothing", "Write the whole path."));
    }
    Ok(Value::Path(base.join(text)))
}

/// An address over HTTP. Nothing of it is repeated: it may hold a password.
fn whole_address(kind: &Kind, text: &str) -> Result<Url, Wrong> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.ok_or_else(|| {
        wrong("this is no address that begins with https:// or http://", format!("Give {}.", kind.describe()))
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "an address with a name or password in it",
            "Leave out what stands before the @. If it was a real password, renew it.",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("an address with ? or # in it", format!("Give {}.", kind.describe())));
    }
    Ok(url)
}

fn without_path(url: Url) -> Result<String, Wrong> {
    if url.path() == "/" {
        return Ok(url.origin().ascii_serialization());
    }
    Err(wrong("an address with a path", "Leave out what follows the host and port."))
}

/// An issuer is compared byte by byte, so it stays as it was written.
fn issuer(kind: &Kind, text: &str) -> Result<Value, Wrong> {
    whole_address(kind, text).map(|_| Value::Text(text.to_owned()))
}

fn choice(words: &[&str], text: &str) -> Result<Value, Wrong> {
    if words.contains(&text) {
        return Ok(Value::Text(text.to_owned()));
    }
    Err(unknown("value", text, words))
}

fn permission(text: &str) -> Result<Value, Wrong> {
    if text.parse::<Permission>().is_ok() {
        return Ok(Value::Text(text.to_owned()));
    }
    let all: Vec<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    Err(unknown("permission", text, &all))
}

/// Says that there is no such `what`, and which was probably meant.
pub(crate) fn unknown(what: &str, text: &str, known: &[&str]) -> Wrong {
    let hint = match meant(text, known.iter().copied()) {
        Some(word) => format!("Did you mean {word:?}?"),
        None => format!("There are: {}.", known.join(", ")),
    };
    wrong(format!("there is no {what} {text:?}"), hint)
}

/// Where a key is. What is no place may be the key itself, so the refusal does not repeat it.
fn vault_key(text: &str) -> Result<Value, Wrong> {
    let place = text == TRANSIT || matches!(Reference::read(text), Ok(Reference::File(_) | Reference::Credential(_)));
    if place {
        return Ok(Value::Text(text.to_owned()));
    }
    Err(wrong(
        "this is no place of a key, and a key does not belong here",
        "Write file:/path/of/the/key, cred:NAME, or transit for a key that OpenBao keeps. If it was a real key, make another.",
    ))
}

fn is_host(text: &str) -> bool {
    let bare = text != "*" && !text.contains(['/', '@', '?', '#', ' ', '*']);
    bare && Url::parse(&format!("http://{text}/")).is_ok_and(|url| url.has_host())
}

fn is_origin(text: &str) -> bool {
    let any_port = text.strip_suffix(":*").unwrap_or(text);
    let host = any_port.strip_prefix("https://").or_else(|| any_port.strip_prefix("http://"));
    host.is_some_and(is_host)
}
