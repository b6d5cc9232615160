//! `smart-begin secret export`: all secrets of an environment, for programs that take them in another form.

use app::{Call, Error, OpenedSecret, Services};
use clap::{Args, ValueEnum};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use super::at::At;
use super::value;

#[derive(Args)]
pub(super) struct Export {
    #[command(flatten)]
    at: At,
    /// The form: a .env file, an object of JSON, or lines for a shell
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    /// Show them on a terminal too
    #[arg(long)]
    show: bool,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Form {
    /// `NAME='value'`, quoted so that readers of .env files agree on it
    #[default]
    Dotenv,
    /// One object
    Json,
    /// `export NAME='value'`, for `eval` in a POSIX shell
    Shell,
}

impl Export {
    pub(super) fn run(self, services: &Services, call: &Call<'_>) -> Result<(), Error> {
        value::refuse_terminal(self.show)?;
        let opened = app::open_environment(services, call, &self.at.place())?;
        value::write(&match self.form() {
            Form::Dotenv => lines(&opened, "", |value| Ok(vault::quote_dot_env(value)?))?,
            Form::Shell => lines(&opened, "export ", |value| Ok(quote_shell(value)))?,
            Form::Json => json(&opened)?,
        })
    }

    fn form(&self) -> Form {
        self.format
    }
}

fn lines(
    opened: &[OpenedSecret],
    before: &str,
    quote: impl Fn(&str) -> Result<SecretString, Error>,
) -> Result<SecretString, Error> {
    let quoted = opened.iter().map(|secret| quote(secret.value.expose_secret())).collect::<Result<Vec<_>, _>>()?;
    let parts = || {
        opened.iter().zip(&quoted).flat_map(|(secret, value)| [before, &secret.name, "=", value.expose_secret(), "\n"])
    };
    Ok(join(parts))
}

/// In one piece that is large enough from the start.
fn join<'a, I: Iterator<Item = &'a str>>(parts: impl Fn() -> I) -> SecretString {
    let mut text = Zeroizing::new(String::with_capacity(parts().map(str::len).sum()));
    parts().for_each(|part| text.push_str(part));
    SecretString::from(text.as_str())
}

/// Within single quotes a shell gives nothing a meaning but the quote itself.
fn quote_shell(value: &str) -> SecretString {
    let parts: Vec<&str> = value.split('\'').collect();
    join(|| {
        let last = parts.len() - 1;
        let each =
            parts.iter().enumerate().flat_map(move |(index, part)| [*part, if index < last { "'\\''" } else { "" }]);
        std::iter::once("'").chain(each).chain(["'"])
    })
}

fn json(opened: &[OpenedSecret]) -> Result<SecretString, Error> {
    // A character becomes six at most.
    let length =
        opened.iter().map(|secret| secret.name.len() + 6 * secret.value.expose_secret().len() + 16).sum::<usize>() + 2;
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    let mut writer = serde_json::Serializer::new(&mut *bytes);
    let pairs = opened.iter().map(|secret| (&secret.name, secret.value.expose_secret()));
    serde::Serializer::collect_map(&mut writer, pairs).map_err(Error::internal)?;
    bytes.push(b'\n');
    Ok(SecretString::from(std::str::from_utf8(&bytes).map_err(Error::internal)?))
}
