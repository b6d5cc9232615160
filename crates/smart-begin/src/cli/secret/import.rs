//! `smart-begin secret import`: takes in a .env file, and then looks for what of it stays in the tree.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::{Call, Error, ErrorKind, ImportedSecrets, NewSecret, Services};
use clap::Args;
use serde_json::json;

use super::at::At;
use super::left_behind::{LeftBehind, look};
use super::value;
use crate::cli::answer::Format;
use crate::cli::output::{self, GOOD, QUIET, STRONG};
use crate::exit_code;

#[derive(Args)]
pub(super) struct Import {
    /// The .env file; - for stdin
    file: PathBuf,
    #[command(flatten)]
    at: At,
    /// The folder that nothing of it may stay in (default: the git work tree that the file is in)
    #[arg(long, value_name = "DIR")]
    check_tree: Option<PathBuf>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Import {
    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn run(self, services: &Services, call: &Call<'_>) -> Result<ExitCode, Error> {
        let piped = self.file == Path::new("-");
        let shown = self.file.display().to_string();
        let text = match piped {
            true => value::read(value::stdin()?, "stdin")?,
            false => value::read(open(&self.file)?, &shown)?,
        };
        let variables = vault::parse_dot_env(text.as_bytes()).map_err(|fault| {
            let hint = "Nothing was taken in. Mend the line, and import the file again.";
            Error::invalid("file", format!("{shown} cannot be read as a .env file: {fault}."), hint)
        })?;
        let new: Vec<_> = variables
            .into_iter()
            .map(|variable| NewSecret { name: variable.name, value: variable.value, line: variable.line })
            .collect();
        let imported = app::import_secrets(services, call, &self.at.place(), &new)?;
        let file = (!piped).then_some(self.file.as_path());
        let left = look(file, self.check_tree.as_deref(), &new)?;
        self.tell(&imported, left.as_ref())?;
        Ok(ExitCode::from(if left.is_some_and(|left| left.is_something()) {
            exit_code::FAILED
        } else {
            exit_code::DONE
        }))
    }

    fn tell(&self, imported: &ImportedSecrets, left: Option<&LeftBehind>) -> Result<(), Error> {
        if self.format == Format::Json {
            return output::print_json(&json!({ "imported": imported, "leftBehind": left }));
        }
        let names =
            imported.secrets.iter().map(|secret| format!("  {STRONG}{}{STRONG:#} v{}\n", secret.name, secret.version));
        let mut text =
            format!("{GOOD}Took in{GOOD:#} {} secrets to {}:\n", imported.secrets.len(), imported.environment);
        text.extend(names);
        match left {
            Some(left) => text.push_str(&left.told(&self.at.environment)),
            None => text.push_str(&format!(
                "{QUIET}Whether something of it stays in a tree was not looked at: name the tree with --check-tree.{QUIET:#}\n"
            )),
        }
        if self.file != Path::new("-") {
            let file = self.file.display();
            text.push_str(&format!(
                "{file} itself still holds the values: delete it when your program runs without it.\n"
            ));
        }
        output::print(&text)
    }
}

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|cause| {
        let message = format!("{} cannot be read: {cause}.", path.display());
        Error::new(ErrorKind::Invalid, message, "Name a .env file that you may read.").on("file").because(cause)
    })
}
