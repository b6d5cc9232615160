//! What a generator changes itself, outside the store or in it: taken, tried and undone like what a hook does.

use domain::ProjectId;
use secrecy::SecretString;
use store::SecretName;

use super::generator::Generator;
use super::new_value::no_address;
use super::opened;
use super::postgres::{self, Fault};
use crate::audit::Draft;
use crate::error::{Error, ErrorKind};
use crate::services::Services;
use crate::token;

/// What is changed, with all that it takes.
pub(super) struct Effect<'a> {
    pub(super) services: &'a Services,
    pub(super) draft: &'a Draft<'a>,
    pub(super) of: &'a SecretName,
    pub(super) generator: &'a Generator,
    pub(super) grace_minutes: u32,
    pub(super) new: &'a SecretString,
    pub(super) old: &'a SecretString,
}

impl Effect<'_> {
    /// Makes the new value hold.
    pub(super) fn apply(&self) -> Result<(), Error> {
        match self.generator {
            Generator::PostgresPassword { role, connection } => {
                let connection = self.secret(connection)?;
                postgres::set_password(&[&connection], role, self.new).map_err(|fault| database(role, fault))
            }
            Generator::PostgresUrl { connection, .. } => self.put_role(connection.as_deref(), self.new),
            Generator::ApiToken { id } => {
                let entry = self.draft.clone().on("token", id).detail(format!("as {}", self.of.name)).finish()?;
                token::put_value(self.services, id, self.new, self.grace_minutes, &entry)
            }
            Generator::Token { .. } | Generator::Text { .. } | Generator::KeyPair { .. } => Ok(()),
        }
    }

    /// Whether the new value holds.
    pub(super) fn verify(&self) -> Result<(), Error> {
        let holds = match self.generator {
            Generator::PostgresPassword { role, connection } => {
                let address = postgres::with_role(&self.secret(connection)?, role, self.new).map_err(no_address)?;
                postgres::can_sign_in(&address).map_err(|fault| database(role, fault))?
            }
            Generator::PostgresUrl { .. } => {
                postgres::can_sign_in(self.new).map_err(|fault| database(&self.role_of(self.new), fault))?
            }
            Generator::ApiToken { id } => token::holds(self.services, id, self.new)?,
            Generator::Token { .. } | Generator::Text { .. } | Generator::KeyPair { .. } => true,
        };
        let message = "The new value was set and does not work.";
        let hint = "The value before is in force. Look at the other side, then rotate again.";
        if holds { Ok(()) } else { Err(Error::new(ErrorKind::Unavailable, message, hint)) }
    }

    /// Makes the value before hold again.
    pub(super) fn undo(&self) -> Result<(), Error> {
        match self.generator {
            Generator::PostgresPassword { role, connection } => {
                let connection = self.secret(connection)?;
                postgres::set_password(&[&connection], role, self.old).map_err(|fault| database(role, fault))
            }
            // The role that the value before names was not touched.
            Generator::PostgresUrl { roles, .. } if !roles.is_empty() => Ok(()),
            Generator::PostgresUrl { connection, .. } => self.put_role(connection.as_deref(), self.old),
            Generator::ApiToken { id } => {
                let entry = self.draft.clone().on("token", id).detail(format!("back, as {}", self.of.name)).finish()?;
                token::take_back_value(self.services, id, self.new, self.old, &entry)
            }
            Generator::Token { .. } | Generator::Text { .. } | Generator::KeyPair { .. } => Ok(()),
        }
    }

    /// Gives the role in the address `wanted` the password in it. Without a secret to connect with, the role does it
    /// itself, by whichever password holds at the moment.
    fn put_role(&self, connection: Option<&str>, wanted: &SecretString) -> Result<(), Error> {
        let role = self.role_of(wanted);
        let password = postgres::password_of(wanted).map_err(no_address)?;
        let named = connection.map(|name| self.secret(name)).transpose()?;
        let connections = named.as_ref().map_or_else(|| vec![self.old, self.new], |named| vec![named]);
        postgres::set_password(&connections, &role, &password).map_err(|fault| database(&role, fault))
    }

    fn role_of(&self, address: &SecretString) -> String {
        postgres::role_of(address).unwrap_or_default()
    }

    /// Another secret, of the same place.
    fn secret(&self, name: &str) -> Result<SecretString, Error> {
        beside(self.services, self.draft, self.of, name)
    }
}

/// The present value of the secret `name` in the place where `of` is.
pub(super) fn beside(
    services: &Services,
    draft: &Draft<'_>,
    of: &SecretName,
    name: &str,
) -> Result<SecretString, Error> {
    let named = SecretName { name: name.to_owned(), ..of.clone() };
    let project = of.project.as_ref().map_or("no project", ProjectId::as_str);
    opened::current(services, draft, &named)?.ok_or_else(|| {
        let message =
            format!("The secret {name} of {project} in {}, which rotation needs, is not there.", of.environment);
        Error::new(ErrorKind::Refused, message, "Set it first: smart-begin secret set.")
    })
}

fn database(role: &str, fault: Fault) -> Error {
    let message =
        format!("The password of the PostgreSQL role {} could not be changed or tried: {fault}.", role.escape_debug());
    let hint = "Look whether the database runs, and at the secret that rotation connects with; then rotate again.";
    Error::new(ErrorKind::Unavailable, message, hint).because(fault)
}
