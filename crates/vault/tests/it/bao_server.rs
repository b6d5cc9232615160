//! A real OpenBao in development mode, for as long as a test holds it.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use outbound::{Client, Rules};
use secrecy::SecretString;
use serde_json::{Value, json};
use vault::{Kek, Transit, TransitConfig};

const TOKEN: &str = "x-vault-token";
const ROOT: &str = "root-of-the-test";

static SHARED: Mutex<Weak<Bao>> = Mutex::new(Weak::new());

pub(crate) struct Bao {
    child: Child,
    address: String,
    client: Client,
    runtime: tokio::runtime::Runtime,
    _home: testkit::TempDir,
}

/// A client that reaches this machine.
pub(crate) fn client() -> Client {
    let here = vec!["127.0.0.0/8".parse().unwrap()];
    Client::new(&Rules { private_networks: here, timeout: Duration::from_secs(20), ..Rules::default() }).unwrap()
}

impl Bao {
    /// The server that tests share, each with keys of its own; `None` when the program is missing.
    pub(crate) fn shared() -> Option<Arc<Self>> {
        let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return Some(running);
        }
        let started = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&started);
        Some(started)
    }

    /// A server of its own, its transit engine mounted at `transit`.
    pub(crate) fn start() -> Option<Self> {
        let program = testkit::tool("bao")?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let home = testkit::folder();
        let child = Command::new(program)
            .args(["server", "-dev", "-dev-no-store-token"])
            .args([format!("-dev-listen-address=127.0.0.1:{port}"), format!("-dev-root-token-id={ROOT}")])
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("bao starts");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let address = format!("http://127.0.0.1:{port}");
        let bao = Self { child, address, client: client(), runtime, _home: home };
        bao.wait_until_ready();
        assert_eq!(bao.post("sys/mounts/transit", &json!({"type": "transit"})).0, 204);
        Some(bao)
    }

    fn wait_until_ready(&self) {
        let end = Instant::now() + Duration::from_secs(60);
        while self.get("sys/health").is_none_or(|(status, _)| status != 200) {
            assert!(Instant::now() < end, "bao is not ready after a minute");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn get(&self, path: &str) -> Option<(u16, Value)> {
        let url = format!("{}/v1/{path}", self.address);
        let answer = self.runtime.block_on(self.client.get_with_secret(&url, TOKEN, ROOT)).ok()?;
        Some((answer.status, serde_json::from_slice(&answer.body).unwrap_or_default()))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/v1/{path}", self.address);
        let body = body.to_string().into_bytes();
        let answer = self.runtime.block_on(self.client.post_json_with_secret(&url, TOKEN, ROOT, body)).unwrap();
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    pub(crate) fn make_key(&self, key: &str) {
        assert_eq!(self.post(&format!("transit/keys/{key}"), &json!({})).0, 200);
    }

    pub(crate) fn rotate(&self, key: &str) {
        assert_eq!(self.post(&format!("transit/keys/{key}/rotate"), &json!({})).0, 200);
    }

    /// The key as root sees it.
    pub(crate) fn transit(&self, key: &str) -> Kek {
        self.transit_as(key, ROOT)
    }

    pub(crate) fn transit_as(&self, key: &str, token: &str) -> Kek {
        let config = TransitConfig { address: self.address.clone(), mount: "transit".to_owned(), key: key.to_owned() };
        Kek::Transit(Transit::new(&config, SecretString::from(token), client()).unwrap())
    }

    /// A token with this policy.
    pub(crate) fn token(&self, name: &str, policy: &str) -> String {
        assert_eq!(self.post(&format!("sys/policies/acl/{name}"), &json!({ "policy": policy })).0, 204);
        let (_, made) = self.post("auth/token/create", &json!({"policies": [name], "no_default_policy": true}));
        made["auth"]["client_token"].as_str().unwrap().to_owned()
    }
}

impl Drop for Bao {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
