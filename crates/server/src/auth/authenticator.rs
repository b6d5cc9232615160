//! Decides which credential of a request counts, and who its holder is.
//!
//! One credential counts. A token in `Authorization` decides alone, also where the connection shows a client certificate:
//! the certificate adds nothing to it, and a token that is bound to a certificate is good with that one only. Without a
//! token a certificate decides, if a grant names it. Without either, sign-in must be off and the client on this machine.
//! Cookies are no credential here: whatever a browser sends by itself, other sites could make it send.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{LockoutRule, Services};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{Caller, Credential, Face, Operation, PermissionSet, Policy, RequestId};
use outbound::{Client, Rules};
use serde_json::Value;

use super::access_token::{MAX_BYTES, Parsed};
use super::bearer::Bearer;
use super::certificate;
use super::challenge::Refusal;
use super::door::{self, ByRole};
use super::grants::Person;
use super::invalid::Invalid;
use super::lockout::{self, Lockout};
use super::memory::Memory;
use super::metadata::Metadata;
use super::provider::Provider;
use crate::config::{Config, Grant};
use crate::error::Error;

/// What API tokens begin with.
const API_TOKEN: &str = "sb_";

/// Refusals of a credential are answered when this has passed, whatever was wrong with it: by the time nobody can tell a
/// token that is malformed from one that is unknown, revoked or badly signed. Far more than any of these takes.
const REFUSED_AFTER: Duration = Duration::from_millis(10);

/// How often at most it is written down that somebody was here.
const REMEMBERED: Duration = Duration::from_secs(60);

/// What a request shows of who makes it.
pub(crate) struct Shown<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) query: Option<&'a str>,
    /// The client's own address; none where it is not known.
    pub(crate) address: Option<IpAddr>,
    /// The certificate (DER) that the client showed, checked by the TLS handshake.
    pub(crate) certificate: Option<&'a [u8]>,
    /// Names the request in the log.
    pub(crate) request: &'a RequestId,
}

/// Somebody who was let in.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) caller: Caller,
    /// There where the token allows less than the roles do.
    pub(crate) by_role: Option<ByRole>,
    /// A name to show, where the credential tells one.
    display: Option<String>,
}

/// Lets callers in, or says how they would get in.
pub(crate) struct Authenticator {
    services: Option<Arc<Services>>,
    required: bool,
    providers: Vec<Arc<Provider>>,
    certificate_grants: Vec<Grant>,
    lockout: Lockout,
    remembered: Memory<String, ()>,
    metadata: Metadata,
}

impl Authenticator {
    /// `base` is the address of this server, without a path. Providers are asked for their keys in the background.
    ///
    /// # Errors
    /// When the file of authorities cannot be read.
    pub(crate) fn new(config: &Config, services: Option<Arc<Services>>, base: &str) -> Result<Arc<Self>, Error> {
        let sign_in = &config.sign_in;
        let metadata = Metadata::new(base, &sign_in.providers);
        let mut providers = Vec::new();
        if !sign_in.providers.is_empty() {
            let http = Client::new(&Rules {
                private_networks: sign_in.private_networks.clone(),
                authorities: sign_in.authorities.clone(),
                ..Rules::default()
            })?;
            let provider = |settings: &crate::config::Provider| {
                Arc::new(Provider::new(settings.clone(), &metadata.resource, http.clone()))
            };
            providers = sign_in.providers.iter().map(provider).collect();
            providers.iter().for_each(Provider::warm_up);
        }
        let rule = LockoutRule {
            attempts: sign_in.lockout.attempts,
            first: sign_in.lockout.first,
            longest: sign_in.lockout.longest,
        };
        Ok(Arc::new(Self {
            lockout: Lockout::new(services.clone(), rule),
            services,
            remembered: Memory::default(),
            required: sign_in.required,
            providers,
            certificate_grants: sign_in.certificate_grants.clone(),
            metadata,
        }))
    }

    /// The providers, for signing in to the dashboard.
    pub(crate) fn providers(&self) -> &[Arc<Provider>] {
        &self.providers
    }

    /// The document that says how one signs in.
    pub(crate) fn metadata(&self) -> Response {
        self.metadata.response()
    }

    /// The answer to a request that was not let in.
    pub(crate) fn response(&self, refusal: &Refusal, path: &str, id: Value) -> Response {
        refusal.response(&self.metadata, path, id)
    }

    /// Whether the message may go on to its handler, as far as the scopes of the caller's token are concerned.
    pub(crate) fn admit_message(&self, caller: &Caller, by_role: ByRole, message: &[u8]) -> Result<(), Refusal> {
        door::check_message(caller, by_role, message)
    }

    /// The same for a route.
    pub(crate) fn admit(&self, caller: &Caller, by_role: ByRole, operation: Operation) -> Result<(), Refusal> {
        door::check(caller, by_role, operation)
    }

    /// Finds out who makes a request.
    ///
    /// # Errors
    /// When nobody who may come in does.
    pub(crate) async fn authenticate(&self, shown: Shown<'_>) -> Result<SignedIn, Refusal> {
        let decided = match self.decide(&shown).await {
            Ok(signed_in) => self.write_down(signed_in, &shown).await,
            Err(refusal) => Err(refusal),
        };
        decided.inspect_err(|refusal| self.tell_refused(refusal, None, shown.address, shown.request))
    }

    /// Writes down that somebody signed in, before anything is done for them.
    async fn write_down(&self, mut signed_in: SignedIn, shown: &Shown<'_>) -> Result<SignedIn, Refusal> {
        signed_in.caller.address = shown.address;
        let Some(services) = self.services.clone() else { return Ok(signed_in) };
        let local = signed_in.caller.credential == Credential::Loopback;
        if local || !app::is_new_sign_in(&services, &signed_in.caller) {
            return Ok(signed_in);
        }
        let (caller, request) = (signed_in.caller.clone(), shown.request.clone());
        let write = move || app::record_sign_in(&services, &caller, &request);
        match tokio::task::spawn_blocking(write).await {
            Ok(Ok(())) => Ok(signed_in),
            Ok(Err(error)) => {
                tracing::warn!(cause = ?error.source, "a sign-in could not be written down: {}", error.message);
                Err(Refusal::Unavailable)
            }
            Err(_) => Err(Refusal::Unavailable),
        }
    }

    /// Writes down that somebody was not let in; `principal` where it is known who.
    pub(crate) fn tell_refused(
        &self,
        refusal: &Refusal,
        principal: Option<&str>,
        address: Option<IpAddr>,
        request: &RequestId,
    ) {
        let (Some(services), Some(reason)) = (&self.services, refusal.reason()) else { return };
        let principal = if let Refusal::NoRole { who, .. } = refusal { Some(who.as_str()) } else { principal };
        app::record_sign_in_refused(services, app::RefusedSignIn { address, principal, reason }, request);
    }

    async fn decide(&self, shown: &Shown<'_>) -> Result<SignedIn, Refusal> {
        let started = Instant::now();
        let decided = match Bearer::read(shown.headers, shown.query) {
            Bearer::None => return self.without_token(shown),
            Bearer::OtherScheme => return Err(Refusal::NoCredential),
            Bearer::Misplaced(what) => return Err(Refusal::Misplaced(what)),
            Bearer::Malformed => self.with_token("", shown).await,
            Bearer::Token(token) => self.with_token(token, shown).await,
        };
        if decided.is_err() {
            tokio::time::sleep_until((started + REFUSED_AFTER).into()).await;
        }
        decided
    }

    fn without_token(&self, shown: &Shown<'_>) -> Result<SignedIn, Refusal> {
        let policy = self.policy();
        let holder = shown.certificate.and_then(|shown| certificate::holder(shown, &self.certificate_grants));
        if let Some(holder) = holder {
            let mut caller = Caller::new(&policy, holder.principal, holder.roles, Face::Http, Credential::Certificate);
            caller.teams = holder.teams;
            self.remember(&caller.name, None);
            return Ok(SignedIn { caller, by_role: None, display: None });
        }
        if !self.required && shown.address.is_some_and(|address| address.to_canonical().is_loopback()) {
            return Ok(SignedIn { caller: Caller::local(&policy), by_role: None, display: None });
        }
        Err(Refusal::NoCredential)
    }

    async fn with_token(&self, token: &str, shown: &Shown<'_>) -> Result<SignedIn, Refusal> {
        let address = shown.address.map(lockout::of_address);
        let locked = match &address {
            Some(address) => self.lockout.of_address(address).await?,
            None => None,
        };
        let decided = if token.starts_with(API_TOKEN) {
            self.api_token(token).await
        } else {
            self.access_token(token, shown.certificate).await
        };
        match (decided, locked, &address) {
            (Ok(signed_in), Some(wait), Some(address)) => {
                let acquainted = self.lockout.is_acquainted(address, &signed_in.caller.name);
                if acquainted { self.let_in(signed_in, Some(address)).await } else { Err(Refusal::Locked(wait)) }
            }
            (Ok(signed_in), _, address) => self.let_in(signed_in, address.as_deref()).await,
            (Err(Failure::Forged | Failure::Refused(_)), Some(wait), _) => Err(Refusal::Locked(wait)),
            (Err(Failure::Refused(refusal)), None, _) => Err(refusal),
            (Err(Failure::Forged), None, address) => {
                if let Some(address) = address {
                    self.lockout.address_failed(address);
                }
                Err(Refusal::NotGood)
            }
        }
    }

    /// Lets somebody in whose credential is good, unless they are locked out or have no role.
    async fn let_in(&self, signed_in: SignedIn, address: Option<&str>) -> Result<SignedIn, Refusal> {
        let principal = &signed_in.caller.name;
        if let Some(wait) = self.lockout.of_principal(principal).await? {
            return Err(Refusal::Locked(wait));
        }
        let by_role = signed_in.by_role.map_or(signed_in.caller.permissions, |by_role| by_role.0);
        if by_role == PermissionSet::NONE {
            self.lockout.principal_failed(principal);
            return Err(no_role(&signed_in.caller));
        }
        self.lockout.succeeded(address, principal).await;
        if let Some(display) = &signed_in.display {
            self.remember(principal, Some(display.clone()));
        }
        Ok(signed_in)
    }

    /// Writes down, now and then and behind the request's back, that somebody was here.
    fn remember(&self, principal: &str, display: Option<String>) {
        let Some(services) = self.services.clone() else { return };
        let principal = principal.to_owned();
        if self.remembered.get(&principal, REMEMBERED).is_some() {
            return;
        }
        self.remembered.put(principal.clone(), ());
        tokio::task::spawn_blocking(move || {
            let display = display.filter(|display| *display != principal).unwrap_or_default();
            if let Err(error) = app::remember_person(&services, &principal, &display) {
                tracing::warn!(cause = ?error.source, "a sign-in could not be written down: {}", error.message);
            }
        });
    }

    async fn api_token(&self, token: &str) -> Result<SignedIn, Failure> {
        let Some(services) = self.services.clone().filter(|_| token.len() <= MAX_BYTES) else {
            return Err(Failure::Forged);
        };
        let token = token.to_owned();
        let look = move || app::sign_in_with_token(&services, Face::Http, &token);
        match tokio::task::spawn_blocking(look).await {
            Ok(Ok(Some(caller))) => Ok(SignedIn { caller, by_role: None, display: None }),
            Ok(Ok(None)) => {
                tracing::info!("an API token was refused: malformed, unknown, expired or revoked");
                Err(Failure::Forged)
            }
            Ok(Err(error)) => {
                tracing::warn!(cause = ?error.source, "an API token could not be looked up: {}", error.message);
                Err(Failure::Refused(Refusal::Unavailable))
            }
            Err(_) => Err(Failure::Refused(Refusal::Unavailable)),
        }
    }

    async fn access_token(&self, token: &str, certificate: Option<&[u8]>) -> Result<SignedIn, Failure> {
        let decided = self.check_access_token(token, certificate).await;
        decided.map_err(|(invalid, provider)| {
            let provider = provider.map(Arc::as_ref);
            let name = provider.map_or("", |provider: &Provider| provider.settings().name.as_str());
            tracing::info!(provider = name, reason = invalid.to_string(), "an access token was refused");
            refusal(invalid, provider)
        })
    }

    async fn check_access_token<'a>(
        &'a self,
        token: &str,
        certificate: Option<&[u8]>,
    ) -> Result<SignedIn, (Invalid, Option<&'a Arc<Provider>>)> {
        let parsed = Parsed::read(token).map_err(|invalid| (invalid, None))?;
        let issuer = parsed.claims.get("iss").and_then(Value::as_str);
        let mut providers = self.providers.iter();
        let provider = providers.find(|provider| Some(provider.settings().issuer.as_str()) == issuer);
        let Some(provider) = provider else { return Err((Invalid::Issuer, None)) };
        let because = |invalid| (invalid, Some(provider));
        let fingerprint = certificate.map(certificate::fingerprint);
        let claims = provider.access_token(parsed, fingerprint.as_deref()).await.map_err(because)?;
        let person = Person::new(provider.settings(), &claims).map_err(because)?;
        Ok(self.signed_in(provider, person))
    }

    fn signed_in(&self, provider: &Provider, person: Person) -> SignedIn {
        let credential = Credential::AccessToken(provider.settings().name.clone());
        let mut caller = Caller::new(&self.policy(), person.principal, person.roles, Face::Http, credential);
        caller.teams = person.teams;
        let by_role = person.bound.map(|bound| {
            let by_role = ByRole(caller.permissions);
            caller.permissions = caller.permissions.and(bound);
            by_role
        });
        SignedIn { caller, by_role, display: Some(person.display) }
    }

    fn policy(&self) -> Arc<Policy> {
        self.services.as_ref().map_or_else(Arc::default, |services| services.policy.get())
    }
}

enum Failure {
    /// Nobody who is trusted made it, or nobody could tell.
    Forged,
    /// It is good, or may be, and refused all the same.
    Refused(Refusal),
}

fn refusal(invalid: Invalid, provider: Option<&Provider>) -> Failure {
    match (invalid, provider) {
        (Invalid::Audience(found), Some(provider)) => Failure::Refused(Refusal::Audience {
            found,
            wanted: provider.audiences().to_vec(),
            of: provider.settings().name.clone(),
        }),
        (Invalid::NoKeys(name), _) => Failure::Refused(Refusal::ProviderDown(name)),
        // The signature was good: these are what honest clients show when they are late, early or at the wrong door.
        (Invalid::Expired | Invalid::TooEarly | Invalid::Bound | Invalid::Kind(_) | Invalid::Claim(_), _) => {
            Failure::Refused(Refusal::NotGood)
        }
        _ => Failure::Forged,
    }
}

fn no_role(caller: &Caller) -> Refusal {
    let how = match &caller.credential {
        Credential::AccessToken(provider) => format!(
            "Ask the operator of this server to add a grant for one of your claims to sign_in.providers.{provider}.grants, \
             or ask the administrator of the provider to put you into a group or role that has one."
        ),
        _ => "Ask the operator of this server for a token with a role that exists.".to_owned(),
    };
    Refusal::NoRole { who: caller.name.clone(), how }
}
