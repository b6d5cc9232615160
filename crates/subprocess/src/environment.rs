//! The variables that a program gets: those it is given, and no others.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroize as _;

use crate::error::Error;

/// What most programs need to find others, their own files, and to speak the user's language. Nothing of it is secret.
const COMMON: [&str; 13] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
];

/// The variables of a program that is to be started.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<OsString, Value>);

#[derive(Clone)]
enum Value {
    Plain(OsString),
    Secret(SecretString),
}

impl Environment {
    /// None at all.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Of `variables` those that most programs need: `PATH`, `HOME`, the language, the time zone and the like.
    #[must_use]
    pub fn common(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self::only(variables, |name| COMMON.into_iter().any(|common| name == common))
    }

    /// Those of `variables` whose names `keep` lets pass.
    #[must_use]
    pub fn only(variables: impl IntoIterator<Item = (OsString, OsString)>, keep: impl Fn(&OsStr) -> bool) -> Self {
        let kept = variables.into_iter().filter(|(name, _)| keep(name));
        Self(kept.map(|(name, value)| (name, Value::Plain(value))).collect())
    }

    /// These and `others`, which count where both have one of a name.
    #[must_use]
    pub fn and(mut self, mut others: Self) -> Self {
        self.0.append(&mut others.0);
        self
    }

    /// Takes a variable away. Whether there was one.
    pub fn remove(&mut self, name: impl AsRef<OsStr>) -> bool {
        self.0.remove(name.as_ref()).is_some()
    }

    /// Sets a variable, in place of one of the same name.
    ///
    /// # Errors
    /// When the name or the value is none that a variable can have.
    pub fn set(&mut self, name: &str, value: impl Into<OsString>) -> Result<(), Error> {
        let value = value.into();
        check(name, value.as_encoded_bytes())?;
        self.0.insert(name.into(), Value::Plain(value));
        Ok(())
    }

    /// Sets a variable whose value nobody else should see.
    ///
    /// # Errors
    /// When the name or the value is none that a variable can have.
    pub fn set_secret(&mut self, name: &str, value: SecretString) -> Result<(), Error> {
        check(name, value.expose_secret().as_bytes())?;
        self.0.insert(name.into(), Value::Secret(value));
        Ok(())
    }

    pub(crate) fn give_to(&self, command: &mut std::process::Command) {
        command.env_clear();
        for (name, value) in &self.0 {
            match value {
                Value::Plain(value) => command.env(name, value),
                Value::Secret(value) => command.env(name, value.expose_secret()),
            };
        }
    }
}

fn check(name: &str, value: &[u8]) -> Result<(), Error> {
    if name.is_empty() || name.contains(['=', '\0']) {
        return Err(Error::VariableName(name.chars().take(100).collect()));
    }
    if value.contains(&0) {
        return Err(Error::VariableValue(name.to_owned()));
    }
    Ok(())
}

/// The names alone: what a plain variable holds is nobody's business either.
impl fmt::Debug for Environment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        // A secret erases itself.
        if let Self::Plain(value) = self {
            let mut bytes = std::mem::take(value).into_encoded_bytes();
            bytes.zeroize();
        }
    }
}
