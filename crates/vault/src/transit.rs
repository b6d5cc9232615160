//! A key-encryption key in the transit engine of OpenBao or Vault: the server wraps and unwraps, the key stays there.
//!
//! What is wrapped is the data key and a digest of what it belongs to. The engine could authenticate that beside the
//! data key (`associated_data`), but its `rewrap` then fails: it ignores the parameter (OpenBao 2.7.2). Within what is
//! wrapped the digest is authenticated just as well, and `rewrap` carries it along without the data key leaving the
//! server.

use std::fmt;
use std::sync::OnceLock;

use aws_lc_rs::constant_time;
use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use data_encoding::BASE64;
use outbound::Client;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::aead::{DataKey, KEY_BYTES};
use crate::bao::{Bao, Reply};
use crate::error::Error;
use crate::kek_id::KekId;
use crate::sealed::{ALGORITHM, FORMAT};
use crate::secret_version::SecretVersion;
use crate::wrapped::{MAX_WRAPPED_BYTES, Wrapped};

const KINDS: [&str; 4] = ["aes256-gcm96", "aes128-gcm96", "chacha20-poly1305", "xchacha20-poly1305"];

/// Longest mount and longest name of a key; an id must hold both and the version.
const MAX_PART_BYTES: usize = 80;

/// Where the key is.
#[derive(Clone, Debug)]
pub struct TransitConfig {
    /// The server's address, such as `https://bao.example:8200`.
    pub address: String,
    /// Where the transit engine is mounted; a namespace stands before it, as in `team/transit`.
    pub mount: String,
    /// The name of the key. It must exist; it is never made.
    pub key: String,
}

/// A key-encryption key that a server holds.
pub struct Transit {
    bao: Box<Bao>,
    mount: String,
    key: String,
    /// `transit:MOUNT/NAME`.
    label: String,
    /// Whether the key was found to be there and usable. The engine makes a key that is missing when it is asked to
    /// encrypt and the token permits it, and then a misspelt name would go unnoticed.
    found: OnceLock<()>,
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

#[derive(Deserialize)]
struct Encrypted {
    ciphertext: String,
}

#[derive(Deserialize)]
struct Decrypted {
    plaintext: Zeroed,
}

/// Text that is erased when dropped.
#[derive(Deserialize)]
#[serde(from = "String")]
struct Zeroed(Zeroizing<String>);

impl From<String> for Zeroed {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

#[derive(Deserialize)]
struct Key {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    derived: bool,
    latest_version: u32,
}

#[derive(Deserialize)]
struct Refusals {
    errors: Vec<String>,
}

impl Transit {
    /// A key on a server that `client` may reach, used with `token`. Nothing is asked yet. The client's connections
    /// end with this value, so give it one of its own.
    ///
    /// # Errors
    /// When the configuration is wrong.
    pub fn new(config: &TransitConfig, token: SecretString, client: Client) -> Result<Self, Error> {
        let plain = |part: &str| {
            let fits = !part.is_empty() && !part.starts_with('.');
            fits && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        let (mount, key) = (config.mount.clone(), config.key.clone());
        if mount.len() > MAX_PART_BYTES || !mount.split('/').all(plain) {
            return Err(Error::TransitConfig("the mount is none"));
        }
        if key.len() > MAX_PART_BYTES || !plain(&key) {
            return Err(Error::TransitConfig("the name of the key is none"));
        }
        let bao = Box::new(Bao::new(client, &config.address, token)?);
        Ok(Self { bao, label: format!("transit:{mount}/{key}"), mount, key, found: OnceLock::new() })
    }

    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    pub(crate) fn holds(&self, id: &KekId) -> bool {
        self.version(id).is_some()
    }

    /// The newest version of the key; what is wrapped now bears it.
    pub(crate) fn current_id(&self) -> Result<KekId, Error> {
        let reply = self.ask("keys", None)?;
        if reply.status != 200 {
            return Err(self.fault(&reply));
        }
        let key: Key = self.data(&reply)?;
        if !KINDS.contains(&key.kind.as_str()) || key.derived {
            return Err(Error::TransitKeyKind(self.label.clone()));
        }
        if key.latest_version == 0 {
            return Err(self.unexpected("the key has no version"));
        }
        self.found.get_or_init(|| ());
        self.id(key.latest_version)
    }

    pub(crate) fn wrap(&self, key: &DataKey, of: &SecretVersion<'_>) -> Result<Wrapped, Error> {
        if self.found.get().is_none() {
            self.current_id()?;
        }
        let mut inner = Zeroizing::new([0_u8; KEY_BYTES + SHA256_OUTPUT_LEN]);
        let (place, bound) = inner.split_at_mut(KEY_BYTES);
        place.copy_from_slice(key.expose());
        bound.copy_from_slice(&belongs_to(of)?);
        let mut body = Zeroizing::new(String::with_capacity(256));
        body.push_str("{\"plaintext\":\"");
        BASE64.encode_append(&*inner, &mut body);
        body.push_str("\"}");
        let reply = self.ask("encrypt", Some(body.as_bytes()))?;
        self.wrapped(&reply).transpose().unwrap_or_else(|| Err(self.fault(&reply)))
    }

    pub(crate) fn unwrap(&self, wrapped: &Wrapped, of: &SecretVersion<'_>) -> Result<DataKey, Error> {
        let reply = self.ask("decrypt", Some(self.ciphertext(wrapped)?.as_bytes()))?;
        if reply.status != 200 {
            return Err(self.refusal(&reply, &wrapped.kek_id));
        }
        let text = self.data::<Decrypted>(&reply)?.plaintext.0;
        let inner = Zeroizing::new(BASE64.decode(text.as_bytes()).unwrap_or_default());
        let altered = || Error::Altered(wrapped.kek_id.clone());
        let (key, bound) = inner.split_at_checked(KEY_BYTES).ok_or_else(altered)?;
        constant_time::verify_slices_are_equal(bound, &belongs_to(of)?).map_err(|_| altered())?;
        DataKey::read(key).ok_or_else(altered)
    }

    /// The same data key under the newest version of the key, without unwrapping it here.
    pub(crate) fn rewrap(&self, wrapped: &Wrapped) -> Result<Wrapped, Error> {
        let reply = self.ask("rewrap", Some(self.ciphertext(wrapped)?.as_bytes()))?;
        self.wrapped(&reply).transpose().unwrap_or_else(|| Err(self.refusal(&reply, &wrapped.kek_id)))
    }

    fn ask(&self, what: &str, body: Option<&[u8]>) -> Result<Reply, Error> {
        let answer = self.bao.ask(&format!("{}/{what}/{}", self.mount, self.key), body);
        answer.map_err(|cause| match cause {
            Some(cause) => Error::TransitUnreachable(self.label.clone(), cause),
            None => Error::TransitUnexpected(self.label.clone(), "the request was given up"),
        })
    }

    fn id(&self, version: u32) -> Result<KekId, Error> {
        Ok(format!("{}:v{version}", self.label).parse()?)
    }

    /// The version in the id of a key, when it is one of this key.
    fn version(&self, id: &KekId) -> Option<u32> {
        version(id.as_str().strip_prefix(&self.label)?.strip_prefix(":v")?)
    }

    /// As the server wrote it. Only its bytes are kept, because base64 can say the same bytes in several ways.
    fn ciphertext(&self, wrapped: &Wrapped) -> Result<String, Error> {
        let missing = || Error::Altered(wrapped.kek_id.clone());
        let version = self.version(&wrapped.kek_id).ok_or_else(missing)?;
        Ok(format!("{{\"ciphertext\":\"vault:v{version}:{}\"}}", BASE64.encode(&wrapped.bytes)))
    }

    /// `None` when the server refused.
    fn wrapped(&self, reply: &Reply) -> Result<Option<Wrapped>, Error> {
        if reply.status != 200 {
            return Ok(None);
        }
        let text = self.data::<Encrypted>(reply)?.ciphertext;
        let parts = text.strip_prefix("vault:v").and_then(|rest| rest.split_once(':'));
        let parts = parts.and_then(|(number, base64)| Some((version(number)?, BASE64.decode(base64.as_bytes()).ok()?)));
        match parts {
            Some((version, bytes)) if (1..=MAX_WRAPPED_BYTES).contains(&bytes.len()) => {
                Ok(Some(Wrapped { kek_id: self.id(version)?, bytes }))
            }
            _ => Err(self.unexpected("the ciphertext is not of its form")),
        }
    }

    fn data<T: DeserializeOwned>(&self, reply: &Reply) -> Result<T, Error> {
        let data: Result<Data<T>, _> = serde_json::from_slice(&reply.body);
        data.map(|reply| reply.data).map_err(|_| self.unexpected("the answer is not of its form"))
    }

    fn unexpected(&self, why: &'static str) -> Error {
        Error::TransitUnexpected(self.label.clone(), why)
    }

    /// Why the server did not open something. Its own words are not passed on.
    fn refusal(&self, reply: &Reply, id: &KekId) -> Error {
        if reply.status != 400 || says(reply, "key not found") {
            self.fault(reply)
        } else if says(reply, "too old") {
            Error::TransitVersionRetired(id.clone())
        } else {
            Error::TransitRefused(id.clone())
        }
    }

    fn fault(&self, reply: &Reply) -> Error {
        let label = self.label.clone();
        match reply.status {
            403 => Error::TransitForbidden(label),
            404 => Error::TransitKeyMissing(label),
            400 if says(reply, "key not found") => Error::TransitKeyMissing(label),
            429 | 472 | 473 | 500.. => Error::TransitUnavailable(label, reply.status),
            _ => Error::TransitUnexpected(label, "a status that the interface does not have"),
        }
    }
}

impl fmt::Debug for Transit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Transit").field(&self.label).finish()
    }
}

fn belongs_to(of: &SecretVersion<'_>) -> Result<[u8; SHA256_OUTPUT_LEN], Error> {
    let mut hash = [0; SHA256_OUTPUT_LEN];
    hash.copy_from_slice(digest(&SHA256, &of.binds_data_key(FORMAT, ALGORITHM, None)?).as_ref());
    Ok(hash)
}

/// A version as the server writes it: no sign, no zero before it.
fn version(text: &str) -> Option<u32> {
    text.parse().ok().filter(|version: &u32| *version > 0 && version.to_string() == text)
}

fn says(reply: &Reply, words: &str) -> bool {
    let refusals: Option<Refusals> = serde_json::from_slice(&reply.body).ok();
    refusals.is_some_and(|refusals| refusals.errors.iter().any(|error| error.contains(words)))
}
