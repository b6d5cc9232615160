//! What a provider says about itself (OpenID Connect Discovery), as far as it is believed.

use outbound::Client;
use serde_json::{Map, Value};

use super::keys::KeySet;
use super::strict_json;

/// Why a provider could not be asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unavailable {
    /// No answer, or none that may be read.
    #[error("{0} was not answered")]
    NoAnswer(&'static str, #[source] outbound::Error),
    /// Another status than 200.
    #[error("{0} was answered with status {1}")]
    Status(&'static str, u16),
    /// It is not what it should be.
    #[error("{0}")]
    Document(&'static str),
    /// It was asked a moment ago.
    #[error("it was asked a moment ago, without success")]
    TooSoon,
}

/// Where a provider is asked for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoints {
    /// Where people are sent to sign in.
    pub(crate) authorization: Option<String>,
    /// Where codes become tokens.
    pub(crate) token: Option<String>,
    /// Where people are sent to sign out there too.
    pub(crate) end_session: Option<String>,
    /// Whether it says that the issuer stands beside each code (RFC 9207), and so must be checked.
    pub(crate) issuer_beside_code: bool,
    jwks: String,
}

const DISCOVERY: &str = "its discovery document";
const KEYS: &str = "its list of keys";

/// Asks `issuer` where it is asked for what.
pub(super) async fn endpoints(http: &Client, issuer: &str) -> Result<Endpoints, Unavailable> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let body = get(http, &address, DISCOVERY).await?;
    let document = strict_json::object(&body).ok_or(Unavailable::Document("its discovery document is not JSON"))?;
    read(http, issuer, &document)
}

/// Asks for the keys.
pub(super) async fn keys(http: &Client, endpoints: &Endpoints) -> Result<KeySet, Unavailable> {
    let body = get(http, &endpoints.jwks, KEYS).await?;
    KeySet::read(&body).ok_or(Unavailable::Document("its list of keys holds none that can be used"))
}

async fn get(http: &Client, address: &str, what: &'static str) -> Result<Vec<u8>, Unavailable> {
    let answer = http.get(address).await.map_err(|cause| Unavailable::NoAnswer(what, cause))?;
    if answer.status == 200 { Ok(answer.body) } else { Err(Unavailable::Status(what, answer.status)) }
}

fn read(http: &Client, issuer: &str, document: &Map<String, Value>) -> Result<Endpoints, Unavailable> {
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    if text("issuer") != Some(issuer) {
        return Err(Unavailable::Document(
            "its discovery document names another issuer than sign_in.providers says; the two must be equal to the letter",
        ));
    }
    // A document may lead to places that are out of bounds as well as a configuration may.
    let address = |name: &str, wrong: &'static str| match text(name) {
        Some(address) if http.check(address).is_err() => Err(Unavailable::Document(wrong)),
        found => Ok(found.map(str::to_owned)),
    };
    let jwks = address("jwks_uri", "its jwks_uri may not be asked")?;
    Ok(Endpoints {
        authorization: address("authorization_endpoint", "its authorization_endpoint may not be asked")?,
        token: address("token_endpoint", "its token_endpoint may not be asked")?,
        end_session: address("end_session_endpoint", "its end_session_endpoint may not be asked")?,
        issuer_beside_code: document.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
        jwks: jwks.ok_or(Unavailable::Document("its discovery document has no jwks_uri"))?,
    })
}
