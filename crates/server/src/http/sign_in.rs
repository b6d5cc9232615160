//! Who calls over HTTP: shows what a request brings along to `auth`, and leaves the [`Caller`] with the request.
//! Everything behind this only reads the `Caller` and refuses a request that has none.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::{Caller, Credential, RequestId};
use observe::{RequestRefused, SignInMethod, SignInOutcome};
use serde_json::Value;

use super::live::Live;
use crate::auth::{Authenticator, Refusal, Shown, SignedIn, operations};
use crate::client::{ClientAddress, PeerCertificate};

/// What the layer needs.
#[derive(Clone)]
pub(crate) struct SignIn {
    pub(crate) live: Arc<Live>,
    pub(crate) authenticator: Arc<Authenticator>,
}

/// Lets callers in, or answers with a challenge.
pub(crate) async fn layer(State(sign_in): State<SignIn>, mut request: Request, next: Next) -> Response {
    if request.extensions().get::<Caller>().is_some() {
        // A session showed who it is.
        return next.run(request).await;
    }
    let Some(id) = request.extensions().get::<RequestId>().cloned() else {
        return sign_in.authenticator.response(&Refusal::Unavailable, request.uri().path(), Value::Null);
    };
    let certificate = request.extensions().get::<PeerCertificate>().and_then(|shown| shown.0.first().cloned());
    let shown = Shown {
        headers: request.headers(),
        query: request.uri().query(),
        address: request.extensions().get::<ClientAddress>().map(|address| address.0),
        certificate: certificate.as_deref(),
        request: &id,
    };
    let decided = sign_in.authenticator.authenticate(shown).await;
    sign_in.count(request.headers(), &decided);
    match decided {
        Ok(signed_in) => {
            let asked = operations::of_route(request.uri().path());
            if let Some((by_role, operation)) = signed_in.by_role.zip(asked)
                && let Err(refusal) = sign_in.authenticator.admit(&signed_in.caller, by_role, operation)
            {
                sign_in.live.metrics.request_refused(RequestRefused::Forbidden);
                let caller = &signed_in.caller;
                sign_in.authenticator.tell_refused(&refusal, Some(&caller.name), caller.address, &id);
                return sign_in.authenticator.response(&refusal, request.uri().path(), Value::Null);
            }
            let extensions = request.extensions_mut();
            extensions.insert::<Caller>(signed_in.caller);
            if let Some(by_role) = signed_in.by_role {
                extensions.insert(by_role);
            }
            next.run(request).await
        }
        Err(refusal) => sign_in.authenticator.response(&refusal, request.uri().path(), Value::Null),
    }
}

impl SignIn {
    fn count(&self, headers: &HeaderMap, decided: &Result<SignedIn, Refusal>) {
        let metrics = &self.live.metrics;
        let (outcome, reason) = match decided {
            Ok(_) => (SignInOutcome::Accepted, None),
            Err(Refusal::Locked(_)) => (SignInOutcome::LockedOut, Some(RequestRefused::Lockout)),
            Err(Refusal::ProviderDown(_) | Refusal::Unavailable) => (SignInOutcome::Unavailable, None),
            Err(Refusal::NoRole { .. } | Refusal::Scope { .. }) => {
                (SignInOutcome::Accepted, Some(RequestRefused::Forbidden))
            }
            Err(Refusal::NoCredential | Refusal::Misplaced(_) | Refusal::NotGood | Refusal::Audience { .. }) => {
                (SignInOutcome::Refused, Some(RequestRefused::SignIn))
            }
        };
        if let Some(reason) = reason {
            metrics.request_refused(reason);
        }
        if let Some(method) = method(headers, decided) {
            metrics.sign_in(method, outcome);
        }
    }
}

/// How somebody signed in, or tried to; none where nothing was shown.
fn method(headers: &HeaderMap, decided: &Result<SignedIn, Refusal>) -> Option<SignInMethod> {
    match decided {
        Ok(signed_in) => Some(match signed_in.caller.credential {
            Credential::AccessToken(_) => SignInMethod::AccessToken,
            Credential::ApiToken(_) => SignInMethod::ApiToken,
            Credential::Session(_) => SignInMethod::Session,
            Credential::Certificate => SignInMethod::Certificate,
            Credential::Loopback | Credential::DataFolder => SignInMethod::Local,
        }),
        Err(_) => {
            let shown = headers.get(header::AUTHORIZATION)?.as_bytes();
            let of_ours = shown.windows(4).any(|window| window == b" sb_");
            Some(if of_ours { SignInMethod::ApiToken } else { SignInMethod::AccessToken })
        }
    }
}
