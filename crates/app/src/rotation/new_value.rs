//! Makes the new value, and what has to be changed for it where the generator changes something itself.

use secrecy::SecretString;

use super::generator::Generator;
use super::postgres;
use crate::error::{Error, ErrorKind};
use crate::token;

/// A new value.
pub(super) struct NewValue {
    pub(super) value: SecretString,
    /// The other half of a key pair, which everybody may know.
    pub(super) public_key: Option<String>,
}

const PASSWORD: usize = 40;

/// Makes a value in place of `old`.
pub(super) fn make(generator: &Generator, old: &SecretString) -> Result<NewValue, Error> {
    let password = || vault::random_text(PASSWORD, vault::Alphabet::ALPHANUMERIC);
    let value = match generator {
        Generator::Token { bytes } => vault::random_token(*bytes)?,
        Generator::Text { length, alphabet } => vault::random_text(*length, alphabet.alphabet())?,
        Generator::KeyPair { algorithm } => {
            let pair = vault::generate_key_pair(algorithm.kind())?;
            return Ok(NewValue { value: pair.private, public_key: Some(pair.public) });
        }
        Generator::PostgresPassword { .. } => password()?,
        Generator::PostgresUrl { roles, .. } => {
            let role = next_role(roles, old)?;
            postgres::with_role(old, &role, &password()?).map_err(no_address)?
        }
        Generator::ApiToken { .. } => token::random_value()?,
    };
    Ok(NewValue { value, public_key: None })
}

/// Of two roles that take turns the one that is not in use; else the one that is.
fn next_role(roles: &[String], old: &SecretString) -> Result<String, Error> {
    let used = postgres::role_of(old).map_err(no_address)?;
    Ok(roles.iter().find(|role| **role != used).cloned().unwrap_or(used))
}

pub(super) fn no_address(fault: postgres::Fault) -> Error {
    let message = "The secret is not the address of a PostgreSQL database with a user in it.";
    let hint = "Set it first: postgres://USER:PASSWORD@HOST/DATABASE (smart-begin secret set).";
    Error::new(ErrorKind::Refused, message, hint).because(fault)
}
