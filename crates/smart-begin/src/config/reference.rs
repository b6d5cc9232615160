//! Where a secret is. Configuration holds references alone, so that it can be shown, compared and kept in a repository.

use std::fmt;
use std::path::PathBuf;

/// Why there is no secret: what is wrong, and what to do. Never a part of it.
pub(crate) type Wrong = (String, String);

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// A file that nobody else may read.
    File(PathBuf),
    /// A file of this name in `$CREDENTIALS_DIRECTORY`, where systemd puts them.
    Credential(String),
    /// A field of a secret in OpenBao or Vault, version 2 of its key-value engine.
    Bao {
        /// Where the engine is mounted.
        mount: String,
        /// The secret's path beneath it.
        path: String,
        /// The field.
        field: String,
    },
}

impl Reference {
    /// Reads a reference. What is none may be the secret itself, so the refusal does not repeat it.
    pub(crate) fn read(text: &str) -> Result<Self, (&'static str, &'static str)> {
        let (kind, rest) = text.split_once(':').unwrap_or(("", text));
        match kind {
            "file" => file(rest),
            "cred" => credential(rest),
            "bao" => bao(rest),
            _ => Err((
                "this is no reference, and a secret does not belong here",
                "Put the secret into a file that only this program's user can read, and write file:/path/of/the/file here; or cred:NAME, or bao:PATH#FIELD. If it was a real secret, renew it.",
            )),
        }
    }
}

fn file(path: &str) -> Result<Reference, (&'static str, &'static str)> {
    let path = PathBuf::from(path);
    if path.is_absolute() && !path.components().any(|part| part == std::path::Component::ParentDir) {
        return Ok(Reference::File(path));
    }
    Err((
        "the path after file: does not start at the root, or goes up",
        "Write the whole path, as file:/etc/smart-begin/client-secret.",
    ))
}

fn credential(name: &str) -> Result<Reference, (&'static str, &'static str)> {
    let fits = !name.is_empty() && name.len() <= 128 && !name.starts_with('.') && name.chars().all(is_plain);
    if fits {
        return Ok(Reference::Credential(name.to_owned()));
    }
    Err((
        "the name after cred: cannot be one",
        "Use the name of LoadCredential= in the systemd unit: letters, digits, dots, hyphens and underscores.",
    ))
}

fn bao(rest: &str) -> Result<Reference, (&'static str, &'static str)> {
    let parts = rest.split_once('#').and_then(|(path, field)| Some((path.split_once('/')?, field)));
    if let Some(((mount, path), field)) = parts {
        let segments = path.split('/').chain([mount, field]);
        if segments.into_iter().all(|part| !part.is_empty() && !part.starts_with('.') && part.chars().all(is_plain)) {
            let (mount, path, field) = (mount.to_owned(), path.to_owned(), field.to_owned());
            return Ok(Reference::Bao { mount, path, field });
        }
    }
    Err((
        "what follows bao: is not PATH#FIELD",
        "Write it as bao:secret/smart-begin/company#client_secret: the mount, the path beneath it, and the field.",
    ))
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || "._-".contains(character)
}

impl fmt::Display for Reference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(out, "file:{}", path.display()),
            Self::Credential(name) => write!(out, "cred:{name}"),
            Self::Bao { mount, path, field } => write!(out, "bao:{mount}/{path}#{field}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_and_shown_alike() {
        for text in
            ["file:/etc/smart-begin/secret", "cred:client-secret", "bao:secret/smart-begin/company#client_secret"]
        {
            assert_eq!(Reference::read(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_none_is_refused_without_being_repeated() {
        let canary = "s3cr3t-canary";
        let none = [
            "s3cr3t-canary",
            "",
            "file:s3cr3t-canary",
            "file:",
            "file:/a/../s3cr3t-canary",
            "cred:",
            "cred:../s3cr3t-canary",
            "cred:a/s3cr3t-canary",
            "cred:.s3cr3t-canary",
            "cred:a\0s3cr3t-canary",
            "bao:s3cr3t-canary",
            "bao:s3cr3t-canary#f",
            "bao:secret/#s3cr3t-canary",
            "bao:secret/a",
            "bao:secret/../s3cr3t-canary#f",
            "bao:secret/a?b#s3cr3t-canary",
            "bao:secret/a#s3cr3t#canary",
            "env:s3cr3t-canary",
            "FILE:/s3cr3t-canary",
            " file:/s3cr3t-canary",
        ];
        for text in none {
            let (message, hint) = Reference::read(text).expect_err(text);
            assert!(!message.contains(canary) && !hint.contains(canary), "{text}");
        }
    }
}
