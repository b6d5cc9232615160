//! An OpenID Connect provider within the test: keys that can be changed, documents that can lie, a count of who asked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{self, EcdsaKeyPair, KeyPair as _};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use server::{Config, Grant, Provider, SignIn};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The audience of all tests.
pub(crate) const AUDIENCE: &str = "https://begin.example/mcp";

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A key to sign with.
pub(crate) enum Key {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl Key {
    pub(crate) fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    pub(crate) fn ec() -> Self {
        Self::Ec(EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub(crate) fn sign(&self, message: &str) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&signature::RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).unwrap();
                signature
            }
            Self::Ec(key) => key.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec(),
        }
    }

    /// The public key, as it stands in a JWKS document.
    pub(crate) fn jwk(&self, id: &str) -> Value {
        match self {
            Self::Rsa(key) => {
                // SEQUENCE { INTEGER n, INTEGER e }, of 2048 bits.
                let der = key.public_key().as_ref();
                json!({ "kty": "RSA", "kid": id, "use": "sig", "alg": "RS256",
                        "n": base64url(&der[9..265]), "e": base64url(&der[267..]) })
            }
            Self::Ec(key) => {
                let point = key.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "kid": id, "use": "sig",
                        "x": base64url(&point[1..33]), "y": base64url(&point[33..]) })
            }
        }
    }
}

/// A token of these very texts, signed with `key`.
pub(crate) fn signed(header: &str, claims: &str, key: &Key) -> String {
    let message = format!("{}.{}", base64url(header), base64url(claims));
    format!("{message}.{}", base64url(key.sign(&message)))
}

struct Inner {
    documents: Mutex<HashMap<String, Value>>,
    asked: AtomicUsize,
    delay: Mutex<Duration>,
}

/// The provider.
pub(crate) struct IdentityProvider {
    pub(crate) issuer: String,
    pub(crate) key: Key,
    pub(crate) second: Key,
    inner: Arc<Inner>,
    task: JoinHandle<()>,
}

pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";
pub(crate) const JWKS: &str = "/jwks";

impl IdentityProvider {
    /// With two keys: `one` (RSA) and `two` (P-256).
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let issuer = format!("http://{address}");
        let (key, second) = (Key::rsa(), Key::ec());
        let inner =
            Arc::new(Inner { documents: Mutex::default(), asked: AtomicUsize::new(0), delay: Mutex::default() });
        let task = tokio::spawn(serve(listener, Arc::clone(&inner)));
        let provider = Self { issuer, key, second, inner, task };
        let discovery = json!({
            "issuer": provider.issuer,
            "jwks_uri": format!("{}{JWKS}", provider.issuer),
            "authorization_endpoint": format!("{}/auth", provider.issuer),
            "token_endpoint": format!("{}/token", provider.issuer),
        });
        provider.set(DISCOVERY, discovery);
        provider.publish(&[provider.key.jwk("one"), provider.second.jwk("two")]);
        provider
    }

    pub(crate) fn set(&self, path: &str, document: Value) {
        self.inner.documents.lock().unwrap().insert(path.to_owned(), document);
    }

    pub(crate) fn publish(&self, keys: &[Value]) {
        self.set(JWKS, json!({ "keys": keys }));
    }

    pub(crate) fn answer_slowly(&self, delay: Duration) {
        *self.inner.delay.lock().unwrap() = delay;
    }

    /// How often its keys were asked for.
    pub(crate) fn asked(&self) -> usize {
        self.inner.asked.load(Ordering::SeqCst)
    }

    /// Goes down, and stays so.
    pub(crate) fn stop(&self) {
        self.inner.documents.lock().unwrap().clear();
        self.task.abort();
    }

    /// Claims of an access token that is good.
    pub(crate) fn claims(&self) -> Value {
        json!({ "iss": self.issuer, "sub": "ada", "aud": AUDIENCE, "exp": now() + 300, "iat": now(),
                "roles": ["begin-member"], "preferred_username": "Ada" })
    }

    /// A good token, but for what `change` does to its header and claims.
    pub(crate) fn token_with(&self, change: impl FnOnce(&mut Value, &mut Value)) -> String {
        let mut header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": "one" });
        let mut claims = self.claims();
        change(&mut header, &mut claims);
        signed(&header.to_string(), &claims.to_string(), &self.key)
    }

    pub(crate) fn token(&self) -> String {
        self.token_with(|_, _| {})
    }

    /// What an operator would write about it.
    pub(crate) fn settings(&self) -> Provider {
        let grant = |value: &str, roles: &[&str], teams: &[&str]| Grant {
            claim: "roles".to_owned(),
            value: value.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            teams: teams.iter().map(|team| (*team).to_owned()).collect(),
        };
        Provider {
            name: "corp".to_owned(),
            issuer: self.issuer.clone(),
            audiences: Vec::new(),
            algorithms: vec!["RS256".to_owned(), "ES256".to_owned()],
            token_types: Vec::new(),
            leeway: Duration::from_secs(5),
            client: None,
            scopes_bound: false,
            scopes: Vec::new(),
            default_roles: Vec::new(),
            name_claim: "preferred_username".to_owned(),
            grants: vec![
                grant("begin-member", &["member"], &["platform"]),
                grant("begin-viewer", &["viewer"], &[]),
                grant("begin-auditor", &["auditor"], &[]),
            ],
        }
    }

    /// A server that takes its tokens, and nobody without one.
    pub(crate) fn config(&self) -> Config {
        self.config_with(|_| {})
    }

    pub(crate) fn config_with(&self, change: impl FnOnce(&mut Provider)) -> Config {
        let mut provider = self.settings();
        change(&mut provider);
        config_with(vec![provider])
    }
}

/// A server that takes the tokens of `providers`, which are on this machine.
pub(crate) fn config_with(providers: Vec<Provider>) -> Config {
    let private_networks = vec!["127.0.0.0/8".parse().unwrap()];
    let sign_in = SignIn { required: true, providers, private_networks, ..SignIn::default() };
    Config { public_url: Some("https://begin.example".to_owned()), sign_in, ..Config::default() }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, inner: Arc<Inner>) {
    let router = Router::new().fallback(answer).with_state(inner);
    let _ = axum::serve(listener, router).await;
}

async fn answer(State(inner): State<Arc<Inner>>, uri: Uri) -> Response {
    if uri.path() == JWKS {
        inner.asked.fetch_add(1, Ordering::SeqCst);
    }
    let delay = *inner.delay.lock().unwrap();
    tokio::time::sleep(delay).await;
    match inner.documents.lock().unwrap().get(uri.path()) {
        Some(document) => document.to_string().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
