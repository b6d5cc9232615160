//! The code that a person brought back is changed for an ID token, from this server to the provider's.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use crate::call::for_log;
use crate::config::Client;

/// All that is left bare in a form: what RFC 6749 asks for of id and secret before HTTP Basic.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*');

#[derive(Deserialize)]
struct Tokens {
    id_token: Option<String>,
}

#[derive(Deserialize)]
struct Fault {
    error: String,
}

/// Why no ID token came of a code.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// The provider was not reached, or sent nothing whole.
    #[error("the provider's token endpoint was not reached")]
    Unreachable(#[from] outbound::Error),
    /// The provider said no.
    #[error("the provider refused the code: {0}")]
    Refused(String),
    /// The provider said yes, and sent no ID token.
    #[error("the provider's answer holds no ID token")]
    NoToken,
}

impl Refusal {
    /// Whether the provider itself said no.
    pub(super) fn is_about_the_code(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

/// Changes `code` for the ID token.
pub(super) async fn exchange(
    client: &outbound::Client,
    endpoint: &str,
    who: &Client,
    code: &str,
    redirect: &str,
    verifier: &str,
) -> Result<String, Refusal> {
    let escape = |text: &str| utf8_percent_encode(text, FORM).to_string();
    let secret = who.secret.as_ref().map(|secret| (escape(&who.id), escape(secret.expose_secret())));
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect),
        ("code_verifier", verifier),
    ];
    if secret.is_none() {
        form.push(("client_id", &who.id));
    }
    let user = secret.as_ref().map(|(id, secret)| (id.as_str(), secret.as_str()));
    let answer = client.post_form(endpoint, &form, user).await?;
    if answer.status != 200 {
        let told = serde_json::from_slice::<Fault>(&answer.body).map(|fault| fault.error).unwrap_or_default();
        return Err(Refusal::Refused(format!("{} {}", answer.status, for_log(&told))));
    }
    let tokens: Tokens = serde_json::from_slice(&answer.body).map_err(|_| Refusal::NoToken)?;
    tokens.id_token.ok_or(Refusal::NoToken)
}
