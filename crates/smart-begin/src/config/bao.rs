//! Reads secrets from OpenBao or Vault: version 2 of its key-value engine, over HTTP.

use outbound::{Answer, Client, Rules};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value as Json;

use super::keys::{AUTHORITIES, BAO_ADDRESS};
use super::reference::{Reference, Wrong};
use super::settings::Settings;

const TOKEN: &str = "x-vault-token";

/// A server of OpenBao, and the token to read with.
pub(crate) struct Bao {
    address: String,
    token: SecretString,
    client: Result<Client, String>,
    /// Why it is not asked again.
    gone: Option<Wrong>,
}

impl Bao {
    /// The one that `settings` name; none without an address or a token.
    pub(crate) fn new(settings: &Settings, token: Option<&SecretString>) -> Option<Self> {
        let address = settings.text(&BAO_ADDRESS)?.to_owned();
        // The operator names the address, and it is no more a stranger's than the data folder is.
        let everywhere = ["0.0.0.0/0", "::/0"].into_iter().filter_map(|network| network.parse().ok()).collect();
        let authorities = settings.path(&AUTHORITIES).map(Into::into);
        let rules = Rules { private_networks: everywhere, authorities, ..Rules::default() };
        let client = Client::new(&rules).map_err(|cause| cause.to_string());
        Some(Self { address, token: token?.clone(), client, gone: None })
    }

    /// The secret that `reference` leads to.
    pub(crate) fn read(&mut self, reference: &Reference) -> Result<SecretString, Wrong> {
        let Reference::Bao { mount, path, field } = reference else {
            return Err(wrong("This reference does not lead to OpenBao.", "Write it as bao:PATH#FIELD."));
        };
        if let Some(gone) = &self.gone {
            return Err(gone.clone());
        }
        let answer = match self.ask(&format!("{}/v1/{mount}/data/{path}", self.address)) {
            Ok(answer) => answer,
            Err(why) => {
                let message = format!("OpenBao at {} does not answer: {why}.", self.address);
                let gone = wrong(&message, "See that it runs, and that openbao.address is right.");
                self.gone = Some(gone.clone());
                return Err(gone);
            }
        };
        self.secret(&answer, &format!("{mount}/{path}"), field)
    }

    fn ask(&self, address: &str) -> Result<Answer, String> {
        let client = self.client.as_ref().map_err(Clone::clone)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|cause| cause.to_string())?;
        let asked = client.get_with_secret(address, TOKEN, self.token.expose_secret());
        runtime.block_on(asked).map_err(|cause| cause.to_string())
    }

    fn secret(&self, answer: &Answer, place: &str, field: &str) -> Result<SecretString, Wrong> {
        let address = &self.address;
        match answer.status {
            200 => {}
            404 => {
                let hint = format!("Put it there: bao kv put {place} {field}=…; the engine must be kv of version 2.");
                return Err(wrong(&format!("OpenBao at {address} has no secret {place}."), &hint));
            }
            403 => {
                let message = format!("OpenBao at {address} does not let the token read {place}.");
                return Err(wrong(&message, "Look at the token's policy, and whether it has ended."));
            }
            503 => {
                let message = format!("OpenBao at {address} is sealed, or not ready.");
                return Err(wrong(&message, "Unseal it: bao operator unseal."));
            }
            status => {
                let message = format!("OpenBao at {address} answers with status {status}.");
                return Err(wrong(&message, "Look at its log, and at openbao.address."));
            }
        }
        let body: Json = serde_json::from_slice(&answer.body).unwrap_or_default();
        match body["data"]["data"][field].as_str() {
            Some(secret) if !secret.is_empty() => Ok(SecretString::from(secret)),
            _ => {
                let message = format!("The secret {place} of OpenBao has no text in its field {field}.");
                Err(wrong(&message, "Look at the name after #, which is the name of a field."))
            }
        }
    }
}

fn wrong(message: &str, hint: &str) -> Wrong {
    (message.to_owned(), hint.to_owned())
}
