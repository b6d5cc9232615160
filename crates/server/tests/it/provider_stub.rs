//! An OpenID Connect provider as small as can be, that does as a test says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use server::{Client, Config, Grant, Provider, SignIn};
use tokio::net::TcpListener;

pub(crate) const CLIENT: &str = "dash board";

/// The provider.
#[derive(Clone)]
pub(crate) struct ProviderStub(Arc<Inner>);

struct Inner {
    address: SocketAddr,
    key: EcdsaKeyPair,
    /// What the next ID token says, over what a good one would.
    claims: Mutex<Value>,
    nonce: Mutex<String>,
    answer: Mutex<Option<(u16, Value)>>,
    asked: Mutex<Vec<Asked>>,
}

/// What came to the token endpoint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) user: Option<String>,
    pub(crate) fields: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

impl ProviderStub {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref()).unwrap();
        let stub = Self(Arc::new(Inner {
            address,
            key,
            claims: Mutex::new(json!({})),
            nonce: Mutex::default(),
            answer: Mutex::default(),
            asked: Mutex::default(),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(stub.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stub
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// A server that people must sign in to, with this provider.
    pub(crate) fn config(&self, secret: Option<&str>) -> Config {
        let client = Client { id: CLIENT.to_owned(), secret: secret.map(Into::into) };
        let grant = Grant {
            claim: "groups".to_owned(),
            value: "builders".to_owned(),
            roles: vec!["member".to_owned()],
            teams: vec!["platform".to_owned()],
        };
        let provider = Provider {
            name: "company".to_owned(),
            issuer: self.issuer(),
            audiences: Vec::new(),
            algorithms: vec!["ES256".to_owned()],
            token_types: Vec::new(),
            leeway: Duration::from_secs(60),
            client: Some(client),
            scopes_bound: true,
            scopes: Vec::new(),
            default_roles: vec!["viewer".to_owned()],
            name_claim: "name".to_owned(),
            grants: vec![grant],
        };
        let sign_in = SignIn {
            required: true,
            providers: vec![provider],
            private_networks: vec!["127.0.0.0/8".parse().unwrap()],
            ..SignIn::default()
        };
        Config { sign_in, ..Config::default() }
    }

    /// The nonce that stood in the address people were sent to.
    pub(crate) fn expects(&self, nonce: &str) {
        *self.0.nonce.lock().unwrap() = nonce.to_owned();
    }

    /// What the next ID tokens say beside, or instead of, what they should. `null` takes a claim out.
    pub(crate) fn claims(&self, claims: Value) {
        *self.0.claims.lock().unwrap() = claims;
    }

    /// What the token endpoint answers instead.
    pub(crate) fn answers(&self, answer: Option<(u16, Value)>) {
        *self.0.answer.lock().unwrap() = answer;
    }

    /// What the token endpoint was asked, in order.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.0.asked.lock().unwrap().clone()
    }

    fn id_token(&self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut claims = json!({
            "iss": self.issuer(), "aud": CLIENT, "sub": "ada", "iat": now, "exp": now + 60, "name": "Ada Lovelace",
            "nonce": self.0.nonce.lock().unwrap().clone(),
        });
        for (name, value) in self.0.claims.lock().unwrap().as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        let header = json!({ "alg": "ES256", "kid": "one" });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = self.0.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

async fn discovery(State(stub): State<ProviderStub>) -> Json<Value> {
    let issuer = stub.issuer();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize?tenant=1"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(stub): State<ProviderStub>) -> Json<Value> {
    let point = stub.0.key.public_key().as_ref();
    let (x, y) = point[1..].split_at(32);
    let [x, y] = [x, y].map(|part| URL_SAFE_NO_PAD.encode(part));
    Json(json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "x": x, "y": y }] }))
}

async fn token(State(stub): State<ProviderStub>, request: Request) -> (StatusCode, Json<Value>) {
    let basic = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let user = basic.map(|basic| STANDARD.decode(basic.strip_prefix("Basic ").unwrap()).unwrap());
    let user = user.map(|user| String::from_utf8(user).unwrap());
    let body = axum::body::to_bytes(request.into_body(), 1 << 16).await.unwrap();
    let fields = url::form_urlencoded::parse(&body).into_owned().collect();
    stub.0.asked.lock().unwrap().push(Asked { user, fields });
    if let Some((status, body)) = stub.0.answer.lock().unwrap().clone() {
        return (StatusCode::from_u16(status).unwrap(), Json(body));
    }
    let tokens = json!({ "access_token": "secret-access-token", "token_type": "Bearer", "id_token": stub.id_token() });
    (StatusCode::OK, Json(tokens))
}
