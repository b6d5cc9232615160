//! The form of a signed token (RFC 7515 compact), read more strictly than the standard asks, before any key is looked for.
//! Whatever a header could say to bring its own key along, or to make readers disagree, is refused and not ignored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use super::invalid::Invalid;
use super::strict_json;

/// Longest token that is looked at.
pub(super) const MAX_BYTES: usize = 8 << 10;
const MAX_KEY_ID: usize = 256;

/// Members of a header that are never taken: those that bring a key along or lead to one, those that must be understood,
/// those of encrypted, packed or nested tokens.
const REFUSED: [&str; 10] = ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc", "cty", "url"];

/// A token whose form is good, and nothing else yet.
pub(super) struct Parsed<'a> {
    pub(super) algorithm: Algorithm,
    /// In lower case, without `application/`.
    pub(super) kind: Option<String>,
    pub(super) key_id: Option<String>,
    pub(super) claims: Map<String, Value>,
    /// What was signed.
    pub(super) signed: &'a str,
    pub(super) signature: &'a str,
}

impl<'a> Parsed<'a> {
    /// Reads `token`.
    pub(super) fn read(token: &'a str) -> Result<Self, Invalid> {
        if token.len() > MAX_BYTES {
            return Err(Invalid::Malformed("it is too large"));
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Invalid::Malformed("it has no parts"))?;
        let (header, claims) = signed.split_once('.').ok_or(Invalid::Malformed("it has too few parts"))?;
        // The decoder refuses padding, white space, dots, letters of the other alphabet and loose bits at the end.
        let header = strict_json::object(&decode(header)?).ok_or(Invalid::Malformed("its header"))?;
        let claims = strict_json::object(&decode(claims)?).ok_or(Invalid::Malformed("its claims"))?;
        if decode(signature)?.is_empty() {
            return Err(Invalid::Malformed("it has no signature"));
        }
        if let Some(member) = REFUSED.iter().find(|member| header.contains_key(**member)) {
            return Err(Invalid::Header(member));
        }
        Ok(Self {
            algorithm: algorithm(&header)?,
            kind: kind(&header)?,
            key_id: key_id(&header)?,
            claims,
            signed,
            signature,
        })
    }
}

fn decode(part: &str) -> Result<Vec<u8>, Invalid> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Invalid::Malformed("it is not base64url"))
}

fn algorithm(header: &Map<String, Value>) -> Result<Algorithm, Invalid> {
    let named = header.get("alg").and_then(Value::as_str).and_then(asymmetric);
    named.ok_or(Invalid::Algorithm)
}

/// The algorithm of that name. With a symmetric one whoever can check a signature could make one, so there is none.
pub(super) fn asymmetric(name: &str) -> Option<Algorithm> {
    use jsonwebtoken::AlgorithmFamily::Hmac;
    name.parse().ok().filter(|algorithm: &Algorithm| algorithm.family() != Hmac)
}

fn kind(header: &Map<String, Value>) -> Result<Option<String>, Invalid> {
    let Some(kind) = header.get("typ") else { return Ok(None) };
    let kind = kind.as_str().ok_or(Invalid::Header("typ"))?.to_ascii_lowercase();
    Ok(Some(kind.strip_prefix("application/").unwrap_or(&kind).to_owned()))
}

fn key_id(header: &Map<String, Value>) -> Result<Option<String>, Invalid> {
    match header.get("kid") {
        None => Ok(None),
        Some(Value::String(id)) if !id.is_empty() && id.len() <= MAX_KEY_ID => Ok(Some(id.clone())),
        Some(_) => Err(Invalid::Header("kid")),
    }
}
