//! What a rule found.

use std::fmt;

/// One breach of a rule.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Fault {
    /// The file, from the root of the repository.
    pub file: String,
    /// The line, where one can be told.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub says: String,
}

impl Fault {
    /// A fault of a whole file.
    pub fn of(file: impl Into<String>, says: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, says: says.into() }
    }

    /// A fault in a line.
    pub fn at(file: impl Into<String>, line: usize, says: impl Into<String>) -> Self {
        Self { file: file.into(), line: Some(line), says: says.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.file, self.says),
            None => write!(out, "{}: {}", self.file, self.says),
        }
    }
}
