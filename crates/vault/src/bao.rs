//! Requests to OpenBao or Vault.

use std::sync::mpsc;
use std::time::Duration;

use outbound::{Answer, Client};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::runtime::{Builder, Runtime};
use zeroize::Zeroizing;

use crate::error::Error;

const TOKEN: &str = "x-vault-token";
const PAUSE: Duration = Duration::from_millis(200);

/// The server, as whoever the token belongs to. Its requests run on a thread of their own, so that whoever waits may be
/// inside an asynchronous runtime or outside.
pub(crate) struct Bao {
    client: Client,
    address: String,
    token: SecretString,
    runtime: Option<Runtime>,
}

/// What the server answered. The body may hold a data key.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

impl Bao {
    pub(crate) fn new(client: Client, address: &str, token: SecretString) -> Result<Self, Error> {
        let url = client.check(address).map_err(|cause| Error::TransitUnreachable(address.to_owned(), cause))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Error::TransitConfig("the address has more than a host and a path"));
        }
        let printable = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        if !printable(token.expose_secret()) {
            return Err(Error::TransitConfig("the token is empty, or has characters that none has"));
        }
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("vault-transit").enable_all().build();
        let runtime = Some(runtime.map_err(Error::Thread)?);
        Ok(Self { client, address: url.as_str().trim_end_matches('/').to_owned(), token, runtime })
    }

    /// Asks for `path`, with a body where there is one. A post that fails for a reason that may pass is made once more,
    /// because none of those made here changes anything; a get the client repeats itself.
    pub(crate) fn ask(&self, path: &str, body: Option<&[u8]>) -> Result<Reply, Option<outbound::Error>> {
        let mut answer = self.once(path, body);
        let again = match &answer {
            Ok(answer) => answer.status >= 500 || answer.status == 429,
            Err(Some(error)) => error.may_pass(),
            Err(None) => false,
        };
        if again && body.is_some() {
            std::thread::sleep(PAUSE);
            answer = self.once(path, body);
        }
        answer.map(|answer| Reply { status: answer.status, body: Zeroizing::new(answer.body) })
    }

    fn once(&self, path: &str, body: Option<&[u8]>) -> Result<Answer, Option<outbound::Error>> {
        let url = format!("{}/v1/{path}", self.address);
        let (client, token, body) = (self.client.clone(), self.token.clone(), body.map(<[u8]>::to_vec));
        let (done, wait) = mpsc::sync_channel(1);
        self.runtime.as_ref().ok_or(None)?.spawn(async move {
            let token = token.expose_secret();
            let answer = match body {
                Some(body) => client.post_json_with_secret(&url, TOKEN, token, body).await,
                None => client.get_with_secret(&url, TOKEN, token).await,
            };
            // Nobody waits any more when the process ends.
            let _ = done.send(answer);
        });
        wait.recv().map_err(|_| None)?.map_err(Some)
    }
}

impl Drop for Bao {
    fn drop(&mut self) {
        // Dropping a runtime waits, which is forbidden inside another; this does not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
