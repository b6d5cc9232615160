//! Where a value comes from, so that whoever wonders finds the place.

use std::fmt;
use std::sync::Arc;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nobody said anything.
    Default,
    /// Nobody said anything, and it follows from this key.
    Follows(&'static str),
    /// A line of a file.
    File(Arc<str>, usize),
    /// An environment variable.
    Variable(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl Origin {
    /// The file, where it is one.
    pub(crate) fn file(&self) -> Option<&str> {
        if let Self::File(file, _) = self { Some(file) } else { None }
    }

    /// The line of the file.
    pub(crate) fn line(&self) -> Option<usize> {
        if let Self::File(_, line) = self { Some(*line) } else { None }
    }

    /// The same place, at another line where it is a file.
    pub(crate) fn at_line(&self, line: Option<usize>) -> Self {
        match (self, line) {
            (Self::File(file, _), Some(line)) => Self::File(Arc::clone(file), line),
            _ => self.clone(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::Follows(key) => write!(out, "follows from {key}"),
            Self::File(file, line) => write!(out, "{file}:{line}"),
            Self::Variable(name) => write!(out, "variable {name}"),
            Self::Flag(name) => write!(out, "flag {name}"),
        }
    }
}
