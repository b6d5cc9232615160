//! Reads and writes `.env` files.
//!
//! There is no standard for them: shells, Docker, npm's dotenv and Rust's dotenvy disagree on dollar signs, backslashes,
//! inner spaces and `#`. A secret read a little wrong is found out in production, so what they read differently is
//! refused here with a hint how to write it. The one well-kept crate, dotenvy, does not fit: it puts variables of this
//! process into values and cannot be told not to, keeps copies of all values that are never erased, and repeats the
//! line in its errors. The tests compare with it.

use std::collections::BTreeSet;

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::error::Error;

/// Largest file that is read.
pub const MAX_DOT_ENV_BYTES: usize = 1 << 18;

const MAX_VARIABLES: usize = 1000;
const MAX_NAME_BYTES: usize = 256;
const BLANKS: [char; 2] = [' ', '\t'];

/// A variable of the file.
#[derive(Debug)]
pub struct Variable {
    /// Its name: letters, digits, `_` and `.`, the first no digit and no `.`.
    pub name: String,
    /// Its value.
    pub value: SecretString,
    /// The line it starts on; the first is 1.
    pub line: usize,
}

/// Why a file was not read. Nothing of the file is repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DotEnvFault {
    /// The file is too large.
    #[error("the file is larger than {MAX_DOT_ENV_BYTES} bytes, or has more than {MAX_VARIABLES} variables")]
    TooLarge,
    /// A line is not UTF-8.
    #[error("line {0} is not UTF-8")]
    NotUtf8(usize),
    /// A line has no name, or none that can be.
    #[error("line {0} does not start with a name and `=`: letters, digits and `_`, the first no digit")]
    Name(usize),
    /// A name comes a second time.
    #[error("line {0} sets a variable that a line before it set")]
    Twice(usize),
    /// A dollar sign outside single quotes.
    #[error(
        "line {0} has a `$` outside single quotes, which some programs replace by a variable: write the value in single quotes, or fill in what should stand there"
    )]
    Dollar(usize),
    /// A character without quotes that programs read differently.
    #[error("line {0} has a value that programs read differently: write it in single quotes")]
    Unquoted(usize),
    /// An escape that is unknown, or a backslash before the closing quote.
    #[error(
        "line {0} has a backslash that programs read differently: in double quotes write \\\\ for it, in single quotes not as the last character"
    )]
    Escape(usize),
    /// A quote that does not end.
    #[error("line {0} opens a quote that is not closed")]
    Open(usize),
    /// A character that no variable can hold.
    #[error("line {0} has a character that no variable can hold (NUL)")]
    Nul(usize),
}

/// Reads a file.
///
/// # Errors
/// At the first line that is wrong, or that programs read differently.
pub fn parse_dot_env(file: &[u8]) -> Result<Vec<Variable>, DotEnvFault> {
    if file.len() > MAX_DOT_ENV_BYTES {
        return Err(DotEnvFault::TooLarge);
    }
    let text = std::str::from_utf8(file).map_err(|fault| DotEnvFault::NotUtf8(line_of(file, fault.valid_up_to())))?;
    let mut reader = Reader { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1 };
    let mut found = Vec::new();
    let mut names = BTreeSet::new();
    while reader.find_variable() {
        let line = reader.line;
        let name = reader.name()?;
        if !names.insert(name) {
            return Err(DotEnvFault::Twice(line));
        }
        let value = reader.value()?;
        if found.len() == MAX_VARIABLES {
            return Err(DotEnvFault::TooLarge);
        }
        found.push(Variable { name: name.to_owned(), value, line });
    }
    Ok(found)
}

/// The value as it stands behind `NAME=` in a file, quoted so that programs agree on it.
///
/// # Errors
/// When it holds a NUL, which no variable can.
pub fn quote_dot_env(value: &str) -> Result<SecretString, Error> {
    if value.contains('\0') {
        return Err(Error::Generator("a value with a NUL cannot stand in a .env file"));
    }
    if !value.contains('\'') && !value.ends_with('\\') {
        let mut quoted = Zeroizing::new(String::with_capacity(value.len() + 2));
        for part in ["'", value, "'"] {
            quoted.push_str(part);
        }
        return Ok(SecretString::from(quoted.as_str()));
    }
    let mut quoted = Zeroizing::new(String::with_capacity(2 * value.len() + 2));
    quoted.push('"');
    for character in value.chars() {
        if ['\\', '"', '$'].contains(&character) {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    Ok(SecretString::from(quoted.as_str()))
}

fn line_of(file: &[u8], position: usize) -> usize {
    1 + file.iter().take(position).filter(|byte| **byte == b'\n').count()
}

/// What is not read yet.
struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    /// Goes to the next line that is neither blank nor a comment; `false` at the end.
    fn find_variable(&mut self) -> bool {
        loop {
            self.skip_blanks();
            if self.rest.starts_with('#') {
                self.rest = self.rest.find('\n').and_then(|end| self.rest.get(end..)).unwrap_or_default();
            }
            if !self.skip_line_end() {
                return !self.rest.is_empty();
            }
        }
    }

    /// The name, with `export` before it and `=` after it.
    fn name(&mut self) -> Result<&'a str, DotEnvFault> {
        let fault = DotEnvFault::Name(self.line);
        let exported = self.rest.strip_prefix("export").filter(|rest| rest.starts_with(BLANKS));
        // `export = …` sets a variable of that name.
        if let Some(exported) =
            exported.map(|rest| rest.trim_start_matches(BLANKS)).filter(|rest| !rest.starts_with('='))
        {
            self.rest = exported;
        }
        let end = self.rest.find(|character: char| !(character.is_ascii_alphanumeric() || "_.".contains(character)));
        let Some((name, rest)) = self.rest.split_at_checked(end.unwrap_or(self.rest.len())) else { return Err(fault) };
        let starts = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let rest = rest.trim_start_matches(BLANKS).strip_prefix('=');
        match rest {
            Some(rest) if starts && name.len() <= MAX_NAME_BYTES => {
                self.rest = rest;
                Ok(name)
            }
            _ => Err(fault),
        }
    }

    /// The value, with the end of its line.
    fn value(&mut self) -> Result<SecretString, DotEnvFault> {
        let apart = self.skip_blanks();
        let value = if let Some(rest) = self.rest.strip_prefix('\'') {
            self.single(rest)?
        } else if let Some(rest) = self.rest.strip_prefix('"') {
            self.double(rest)?
        } else if apart && self.rest.starts_with('#') {
            SecretString::default()
        } else {
            self.unquoted()?
        };
        let apart = self.skip_blanks() || apart;
        if apart && self.rest.starts_with('#') {
            self.rest = self.rest.find('\n').and_then(|end| self.rest.get(end..)).unwrap_or_default();
        }
        if self.rest.is_empty() || self.skip_line_end() { Ok(value) } else { Err(DotEnvFault::Unquoted(self.line)) }
    }

    fn unquoted(&mut self) -> Result<SecretString, DotEnvFault> {
        let end = self.rest.find(|character: char| BLANKS.contains(&character) || "\r\n".contains(character));
        let (value, rest) = self.rest.split_at_checked(end.unwrap_or(self.rest.len())).unwrap_or_default();
        self.check(value)?;
        if value.contains('$') {
            return Err(DotEnvFault::Dollar(self.line));
        }
        let differs =
            |character: char| "'\"`\\#".contains(character) || character.is_whitespace() || character.is_control();
        if value.contains(differs) {
            return Err(DotEnvFault::Unquoted(self.line));
        }
        self.rest = rest;
        Ok(SecretString::from(value))
    }

    fn single(&mut self, rest: &'a str) -> Result<SecretString, DotEnvFault> {
        let (value, rest) = rest.split_once('\'').ok_or(DotEnvFault::Open(self.line))?;
        self.check(value)?;
        if value.ends_with('\\') {
            return Err(DotEnvFault::Escape(self.line));
        }
        self.line += value.matches('\n').count();
        self.rest = rest;
        Ok(SecretString::from(value))
    }

    fn double(&mut self, rest: &'a str) -> Result<SecretString, DotEnvFault> {
        let mut escaped = false;
        let end = rest.find(|character| {
            let closes = character == '"' && !escaped;
            escaped = character == '\\' && !escaped;
            closes
        });
        let (written, rest) = end.and_then(|end| rest.split_at_checked(end)).ok_or(DotEnvFault::Open(self.line))?;
        // Large enough from the start: a text that moves would leave a copy behind.
        let mut value = Zeroizing::new(String::with_capacity(written.len()));
        let mut characters = written.chars();
        while let Some(character) = characters.next() {
            value.push(match character {
                '$' => return Err(DotEnvFault::Dollar(self.line)),
                '\\' => match characters.next() {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some(same @ ('\\' | '"' | '$')) => same,
                    _ => return Err(DotEnvFault::Escape(self.line)),
                },
                other => other,
            });
            self.line += usize::from(character == '\n');
        }
        self.check(&value)?;
        self.rest = rest.strip_prefix('"').unwrap_or_default();
        Ok(SecretString::from(value.as_str()))
    }

    fn check(&self, value: &str) -> Result<(), DotEnvFault> {
        if value.contains('\0') { Err(DotEnvFault::Nul(self.line)) } else { Ok(()) }
    }

    /// Whether there were any.
    fn skip_blanks(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_start_matches(BLANKS);
        self.rest.len() < before
    }

    /// Whether there was one.
    fn skip_line_end(&mut self) -> bool {
        let after = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n'));
        self.rest = after.unwrap_or(self.rest);
        self.line += usize::from(after.is_some());
        after.is_some()
    }
}
