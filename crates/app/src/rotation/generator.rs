//! What makes the new value of a secret.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use vault::{Alphabet, KeyKind};

/// What makes the new value of a secret. It is kept as JSON, and written by people as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Generator {
    /// Random bytes in base64url: `token`, `token:48`.
    Token {
        /// How many bytes.
        bytes: usize,
    },
    /// Random text: `text:20`, `text:6:digits`.
    Text {
        /// How many characters.
        length: usize,
        /// Of which characters.
        alphabet: Letters,
    },
    /// A private key in PEM: `key-pair:ed25519`, `key-pair:ecdsa-p256`.
    KeyPair {
        /// Of which kind.
        algorithm: Algorithm,
    },
    /// The password of a PostgreSQL role, and the secret is the password alone: `postgres-password:ROLE@CONNECTION`,
    /// where CONNECTION is the secret with the address of whoever may change it.
    PostgresPassword {
        /// The role.
        role: String,
        /// The name of the secret with the address to connect to.
        connection: String,
    },
    /// The password of a PostgreSQL role, and the secret is the whole address (`postgres://…`). `postgres-url`: the role
    /// in it changes its own; `postgres-url:ONE,TWO@CONNECTION`: two roles take turns, so that the one before works on.
    PostgresUrl {
        /// The roles that take turns; none: the one in the address.
        roles: Vec<String>,
        /// The name of the secret with the address to connect to; none: this one.
        connection: Option<String>,
    },
    /// An API token of this server: `api-token:ID`.
    ApiToken {
        /// Its id.
        id: String,
    },
}

/// The characters of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Letters {
    /// Letters and digits.
    Alphanumeric,
    /// Digits.
    Digits,
    /// Hexadecimal digits.
    Hexadecimal,
}

/// The kind of a key pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// Ed25519.
    Ed25519,
    /// ECDSA on the curve P-256.
    EcdsaP256,
}

impl Letters {
    pub(super) fn alphabet(self) -> Alphabet<'static> {
        match self {
            Self::Alphanumeric => Alphabet::ALPHANUMERIC,
            Self::Digits => Alphabet::DIGITS,
            Self::Hexadecimal => Alphabet::HEXADECIMAL,
        }
    }
}

impl Algorithm {
    pub(super) fn kind(self) -> KeyKind {
        match self {
            Self::Ed25519 => KeyKind::Ed25519,
            Self::EcdsaP256 => KeyKind::EcdsaP256,
        }
    }
}

impl Default for Generator {
    fn default() -> Self {
        Self::Token { bytes: TOKEN_BYTES }
    }
}

const TOKEN_BYTES: usize = 32;
const MAX_NAME: usize = 63;

/// What people can write.
pub(super) const FORMS: &str = "token[:BYTES], text:LENGTH[:alphanumeric|digits|hexadecimal], key-pair:ed25519|ecdsa-p256, postgres-password:ROLE@SECRET, postgres-url[:ONE,TWO@SECRET], api-token:ID";

/// What is wrong with a generator, in words.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAGenerator(&'static str);

impl fmt::Display for NotAGenerator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

impl std::error::Error for NotAGenerator {}

impl FromStr for Generator {
    type Err = NotAGenerator;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, rest) = text.split_once(':').map_or((text, None), |(kind, rest)| (kind, Some(rest)));
        let needed = rest.ok_or(NotAGenerator("this kind needs more behind a colon"));
        let made = match kind {
            "token" => Self::Token { bytes: rest.map_or(Ok(TOKEN_BYTES), number)? },
            "text" => {
                let text = needed?;
                let (length, letters) = text.split_once(':').unwrap_or((text, "alphanumeric"));
                Self::Text { length: number(length)?, alphabet: word(letters, "there are no such characters")? }
            }
            "key-pair" => Self::KeyPair { algorithm: word(needed?, "there is no such kind of key pair")? },
            "postgres-password" => {
                let (role, connection) = needed?
                    .split_once('@')
                    .ok_or(NotAGenerator("the secret to connect with is missing: ROLE@SECRET"))?;
                Self::PostgresPassword { role: role.to_owned(), connection: connection.to_owned() }
            }
            "postgres-url" => {
                let (roles, connection) = rest.map_or((None, None), |rest| match rest.split_once('@') {
                    Some((roles, connection)) => (Some(roles), Some(connection.to_owned())),
                    None => (Some(rest), None),
                });
                let roles = roles.filter(|roles| !roles.is_empty());
                let roles = roles.map_or_else(Vec::new, |roles| roles.split(',').map(str::to_owned).collect());
                Self::PostgresUrl { roles, connection }
            }
            "api-token" => Self::ApiToken { id: needed?.to_owned() },
            _ => return Err(NotAGenerator("there is no such kind")),
        };
        made.checked()
    }
}

impl Generator {
    /// The generator, unless it could make nothing.
    pub(super) fn checked(self) -> Result<Self, NotAGenerator> {
        let role = |name: &String| (1..=MAX_NAME).contains(&name.len()) && !name.contains(['\0', '@', ',']);
        let fault = match &self {
            Self::Token { bytes } if !(16..=1024).contains(bytes) => "a token has 16 to 1024 bytes",
            Self::Text { length, .. } if !(1..=1024).contains(length) => "a text has 1 to 1024 characters",
            Self::Text { length, alphabet } if alphabet.bits() * length < 16 * 4 => {
                "a text so short could be guessed: take more characters"
            }
            Self::PostgresPassword { role: name, connection } if !role(name) || connection.is_empty() => {
                "the role, or the secret to connect with, is none"
            }
            Self::PostgresUrl { roles, .. } if roles.len() == 1 || roles.len() > 2 || !roles.iter().all(role) => {
                "two roles can take turns; without any it is the role in the address"
            }
            Self::PostgresUrl { roles, .. } if roles.len() == 2 && roles.first() == roles.last() => {
                "the two roles are one"
            }
            Self::PostgresUrl { roles, connection: None } if !roles.is_empty() => {
                "two roles that take turns need the secret of one who may change both: ONE,TWO@SECRET"
            }
            Self::ApiToken { id } if id.is_empty() || id.len() > 64 => "the id of the token is none",
            _ => return Ok(self),
        };
        Err(NotAGenerator(fault))
    }

    /// Whether it changes something outside the store, as whoever runs the server.
    pub(super) fn reaches_out(&self) -> bool {
        matches!(self, Self::PostgresPassword { .. } | Self::PostgresUrl { .. })
    }
}

impl Letters {
    /// Whole bits of a character.
    fn bits(self) -> usize {
        match self {
            Self::Alphanumeric => 5,
            Self::Digits => 3,
            Self::Hexadecimal => 4,
        }
    }
}

fn number(text: &str) -> Result<usize, NotAGenerator> {
    text.parse().map_err(|_| NotAGenerator("a number is expected behind the colon"))
}

fn word<T: for<'de> Deserialize<'de>>(text: &str, fault: &'static str) -> Result<T, NotAGenerator> {
    serde_json::from_value(text.into()).map_err(|_| NotAGenerator(fault))
}

/// As people write it.
impl fmt::Display for Generator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = |letters: &Letters| match letters {
            Letters::Alphanumeric => "alphanumeric",
            Letters::Digits => "digits",
            Letters::Hexadecimal => "hexadecimal",
        };
        match self {
            Self::Token { bytes } => write!(out, "token:{bytes}"),
            Self::Text { length, alphabet } => write!(out, "text:{length}:{}", letters(alphabet)),
            Self::KeyPair { algorithm: Algorithm::Ed25519 } => out.write_str("key-pair:ed25519"),
            Self::KeyPair { algorithm: Algorithm::EcdsaP256 } => out.write_str("key-pair:ecdsa-p256"),
            Self::PostgresPassword { role, connection } => write!(out, "postgres-password:{role}@{connection}"),
            Self::PostgresUrl { roles, connection } => {
                out.write_str("postgres-url")?;
                if !roles.is_empty() || connection.is_some() {
                    write!(out, ":{}", roles.join(","))?;
                }
                connection.as_ref().map_or(Ok(()), |connection| write!(out, "@{connection}"))
            }
            Self::ApiToken { id } => write!(out, "api-token:{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_read_shown_and_kept_alike() {
        for (text, shown) in [
            ("token", "token:32"),
            ("token:48", "token:48"),
            ("text:20", "text:20:alphanumeric"),
            ("text:22:digits", "text:22:digits"),
            ("key-pair:ed25519", "key-pair:ed25519"),
            ("key-pair:ecdsa-p256", "key-pair:ecdsa-p256"),
            ("postgres-password:app@ADMIN_URL", "postgres-password:app@ADMIN_URL"),
            ("postgres-url", "postgres-url"),
            ("postgres-url:@ADMIN_URL", "postgres-url:@ADMIN_URL"),
            ("postgres-url:blue,green@ADMIN_URL", "postgres-url:blue,green@ADMIN_URL"),
            ("api-token:tok_1", "api-token:tok_1"),
        ] {
            let generator: Generator = text.parse().unwrap();
            assert_eq!(generator.to_string(), shown);
            assert_eq!(shown.parse(), Ok(generator.clone()));
            let json = serde_json::to_string(&generator).unwrap();
            assert_eq!(serde_json::from_str::<Generator>(&json).unwrap(), generator, "{json}");
        }
    }

    #[test]
    fn what_could_make_nothing_good_is_refused() {
        for text in [
            "",
            "tokens",
            "token:",
            "token:8",
            "token:4096",
            "text",
            "text:x",
            "text:6:digits",
            "text:20:emoji",
            "key-pair",
            "key-pair:rsa",
            "postgres-password",
            "postgres-password:app",
            "postgres-password:@X",
            "postgres-password:app@",
            "postgres-url:one@X",
            "postgres-url:one,one@X",
            "postgres-url:one,two",
            "postgres-url:a,b,c@X",
            "api-token:",
            "api-token",
        ] {
            assert!(text.parse::<Generator>().is_err(), "{text}");
        }
    }
}
