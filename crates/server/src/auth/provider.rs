//! An OpenID Connect provider: what it says of itself, its keys, and which of its tokens are good.
//!
//! It is asked when it is needed, by one at a time, and not more often than the rule below allows: whoever makes up names
//! of keys must not be able to make this server ask it for each. What is known stays known while it cannot be asked, so
//! that a provider that is down keeps nobody out who has a token.

use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jsonwebtoken::Algorithm;
use outbound::Client;
use serde_json::Value;
use tokio::sync::Mutex;

use super::access_token::{Parsed, asymmetric};
use super::claims::{self, Claims, Expected};
use super::discovery::{self, Endpoints, Unavailable};
use super::invalid::Invalid;
use super::keys::KeySet;
use crate::config;
use crate::fault::chain;

/// After this its keys are asked for again, while the known ones still count.
const FRESH: Duration = Duration::from_secs(5 * 60);
/// It is asked three times at once at most, and then once in this time.
const INTERVAL: Duration = Duration::from_secs(10);
const AT_ONCE: NonZeroU32 = NonZeroU32::new(3).unwrap();
/// How long a request waits for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// A provider, as it is configured and as it is known.
pub(crate) struct Provider {
    settings: config::Provider,
    audiences: Vec<String>,
    algorithms: Vec<Algorithm>,
    http: Client,
    known: RwLock<Option<Arc<Known>>>,
    /// When it was last asked; held while it is.
    asking: Mutex<Option<Instant>>,
    allowance: DefaultDirectRateLimiter,
}

struct Known {
    endpoints: Arc<Endpoints>,
    keys: KeySet,
    since: Instant,
}

impl Provider {
    /// `resource` is the audience where the configuration names none.
    pub(super) fn new(settings: config::Provider, resource: &str, http: Client) -> Self {
        let audiences =
            if settings.audiences.is_empty() { vec![resource.to_owned()] } else { settings.audiences.clone() };
        let algorithms = settings.algorithms.iter().filter_map(|name| asymmetric(name)).collect();
        let quota = Quota::with_period(INTERVAL).unwrap_or(Quota::per_minute(AT_ONCE)).allow_burst(AT_ONCE);
        Self {
            settings,
            audiences,
            algorithms,
            http,
            known: RwLock::new(None),
            asking: Mutex::new(None),
            allowance: RateLimiter::direct(quota),
        }
    }

    /// What the operator said about it.
    pub(crate) fn settings(&self) -> &config::Provider {
        &self.settings
    }

    /// The audiences of its access tokens; one is enough.
    pub(crate) fn audiences(&self) -> &[String] {
        &self.audiences
    }

    /// The client to ask it with, for example for the tokens behind a code.
    pub(crate) fn http(&self) -> &Client {
        &self.http
    }

    /// Where it is asked for what. Asks for that first, when it is not known yet.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub(crate) async fn endpoints(self: &Arc<Self>) -> Result<Arc<Endpoints>, Unavailable> {
        if let Some(known) = self.known() {
            return Ok(Arc::clone(&known.endpoints));
        }
        self.ask(Instant::now()).await?;
        self.known().map(|known| Arc::clone(&known.endpoints)).ok_or(Unavailable::TooSoon)
    }

    /// Begins to ask it, without waiting.
    pub(super) fn warm_up(self: &Arc<Self>) {
        let (this, asked) = (Arc::clone(self), Instant::now());
        tokio::spawn(async move { this.refresh(asked).await });
    }

    /// The claims of an access token that is good and for us. `certificate` is the SHA-256 of the one that the client
    /// showed.
    ///
    /// # Errors
    /// When it is not good, or is not for us.
    pub(super) async fn access_token(
        self: &Arc<Self>,
        token: Parsed<'_>,
        certificate: Option<&[u8]>,
    ) -> Result<Claims, Invalid> {
        let kind = token.kind.as_deref();
        let taken = match (&self.settings.token_types, kind) {
            (listed, Some(kind)) if !listed.is_empty() => listed.iter().any(|listed| listed == kind),
            (listed, None) => listed.is_empty(),
            (_, Some(kind)) => matches!(kind, "jwt" | "at+jwt"),
        };
        if !taken {
            return Err(Invalid::Header("typ"));
        }
        self.check_signature(&token).await?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            audiences: &self.audiences,
            leeway: self.settings.leeway.as_secs(),
        };
        is_access_token(&token.claims)?;
        is_shown_by_its_holder(&token.claims, certificate)?;
        claims::check(&token.claims, &expected, claims::now())?;
        Ok(token.claims)
    }

    /// The claims of an ID token that answers a sign-in of ours: signed by this provider for `client`, with the `nonce`
    /// that went out, issued not long ago.
    ///
    /// # Errors
    /// When it is anything else.
    pub(crate) async fn id_token(self: &Arc<Self>, token: &str, client: &str, nonce: &str) -> Result<Claims, Invalid> {
        let token = Parsed::read(token)?;
        if token.kind.as_deref().is_some_and(|kind| kind != "jwt") {
            return Err(Invalid::Header("typ"));
        }
        self.check_signature(&token).await?;
        let audiences = [client.to_owned()];
        let leeway = self.settings.leeway.as_secs();
        let expected = Expected { issuer: &self.settings.issuer, audiences: &audiences, leeway };
        claims::check(&token.claims, &expected, claims::now())?;
        let text = |name: &str| token.claims.get(name).and_then(Value::as_str);
        if nonce.is_empty() || text("nonce") != Some(nonce) {
            return Err(Invalid::Claim("nonce"));
        }
        let for_several = token.claims.get("aud").and_then(Value::as_array).is_some_and(|all| all.len() > 1);
        let party = token.claims.get("azp");
        if (for_several || party.is_some()) && text("azp") != Some(client) {
            return Err(Invalid::Claim("azp"));
        }
        if token.claims.get("typ").is_some_and(|kind| kind != "ID") {
            return Err(Invalid::Kind("no ID token"));
        }
        if !token.claims.contains_key("iat") {
            return Err(Invalid::Claim("iat"));
        }
        Ok(token.claims)
    }

    async fn check_signature(self: &Arc<Self>, token: &Parsed<'_>) -> Result<(), Invalid> {
        if !self.algorithms.contains(&token.algorithm) {
            return Err(Invalid::Algorithm);
        }
        let asked = Instant::now();
        let known = match self.known() {
            Some(known) => known,
            None => self.refresh(asked).await.ok_or_else(|| Invalid::NoKeys(self.settings.name.clone()))?,
        };
        if known.since.elapsed() > FRESH {
            self.warm_up();
        }
        match check_with(&known.keys, token) {
            // Its keys may have been changed. Without a key's name nobody can tell.
            Err(Invalid::Key) if token.key_id.is_some() => match self.refresh(asked).await {
                Some(newer) => check_with(&newer.keys, token),
                None => Err(Invalid::Key),
            },
            decided => decided,
        }
    }

    fn known(&self) -> Option<Arc<Known>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is known after it was asked, or while it cannot be.
    async fn refresh(self: &Arc<Self>, asked: Instant) -> Option<Arc<Known>> {
        if let Err(cause) = self.ask(asked).await
            && !matches!(cause, Unavailable::TooSoon)
        {
            let cause = chain(&cause);
            tracing::warn!(provider = self.settings.name, cause, "the provider could not be asked for its keys");
        }
        self.known()
    }

    /// Asks it, unless somebody did since `asked`. Who waits no longer leaves the asking to itself.
    async fn ask(self: &Arc<Self>, asked: Instant) -> Result<(), Unavailable> {
        let this = Arc::clone(self);
        let work = tokio::spawn(async move {
            let mut last = this.asking.lock().await;
            if last.is_some_and(|last| last >= asked) {
                return Ok(());
            }
            if this.allowance.check().is_err() {
                return Err(Unavailable::TooSoon);
            }
            let learnt = this.learn().await;
            *last = Some(Instant::now());
            let known = Arc::new(learnt?);
            *this.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
            Ok(())
        });
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(done)) => done,
            _ => Err(Unavailable::Document("it takes too long to answer")),
        }
    }

    async fn learn(&self) -> Result<Known, Unavailable> {
        let endpoints = discovery::endpoints(&self.http, &self.settings.issuer).await?;
        let keys = discovery::keys(&self.http, &endpoints).await?;
        tracing::info!(provider = self.settings.name, keys = keys.len(), "the provider's keys are known");
        Ok(Known { endpoints: Arc::new(endpoints), keys, since: Instant::now() })
    }
}

fn check_with(keys: &KeySet, token: &Parsed<'_>) -> Result<(), Invalid> {
    let mut found = false;
    for key in keys.find(token.key_id.as_deref(), token.algorithm).take(4) {
        found = true;
        let signed = token.signed.as_bytes();
        if jsonwebtoken::crypto::verify(token.signature, signed, &key.decoding, token.algorithm) == Ok(true) {
            return Ok(());
        }
    }
    Err(if found { Invalid::Signature } else { Invalid::Key })
}

/// Other tokens of the same provider have the same form, the same keys and sometimes the same audience.
fn is_access_token(claims: &Claims) -> Result<(), Invalid> {
    if ["at_hash", "c_hash", "s_hash", "nonce"].iter().any(|claim| claims.contains_key(*claim)) {
        return Err(Invalid::Kind("an ID token"));
    }
    if claims.contains_key("events") {
        return Err(Invalid::Kind("a token of an event"));
    }
    let is_another = |kind: &Value| !kind.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    if claims.get("typ").is_some_and(is_another) { Err(Invalid::Kind("no bearer token")) } else { Ok(()) }
}

/// A token may be bound to the certificate of its holder (RFC 8705). What else it can be bound to is not checked here,
/// so that such a token is refused: it would be taken from whoever stole it.
fn is_shown_by_its_holder(claims: &Claims, certificate: Option<&[u8]>) -> Result<(), Invalid> {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let Some(bound) = claims.get("cnf") else { return Ok(()) };
    let bound = bound.as_object().filter(|bound| bound.len() == 1).ok_or(Invalid::Bound)?;
    let to = bound.get("x5t#S256").and_then(Value::as_str).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    if to.is_some() && to.as_deref() == certificate { Ok(()) } else { Err(Invalid::Bound) }
}
