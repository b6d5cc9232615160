//! A report on health: what it consists of, and what it comes to.

use serde::{Deserialize, Serialize};

/// How a part is, the worst at last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Well.
    Ok,
    /// Nobody could look.
    Unknown,
    /// It works, and somebody should look before it does not.
    Degraded,
    /// It does not work.
    Failed,
}

impl Status {
    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Degraded => "degraded",
            Self::Failed => "failed",
        }
    }
}

/// One thing that the program needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it is: `store`, `disk`, …
    pub name: String,
    /// How it is.
    pub status: Status,
    /// Why, in plain words.
    pub reason: String,
    /// What to do; empty where there is nothing to do.
    #[serde(rename = "whatToDo", default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// Whether calls fail without it.
    pub needed: bool,
}

impl Part {
    pub(crate) fn ok(name: &str, needed: bool, reason: impl Into<String>) -> Self {
        Self { name: name.to_owned(), status: Status::Ok, reason: reason.into(), hint: String::new(), needed }
    }

    pub(crate) fn not_ok(
        name: &str,
        needed: bool,
        status: Status,
        reason: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { name: name.to_owned(), status, reason: reason.into(), hint: hint.into(), needed }
    }
}

/// All parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// In the order in which they are shown.
    pub parts: Vec<Part>,
}

impl Health {
    /// The worst of all parts; without parts nothing is known.
    #[must_use]
    pub fn status(&self) -> Status {
        self.parts.iter().map(|part| part.status).max().unwrap_or(Status::Unknown)
    }

    /// Whether calls would succeed: nothing that they need has failed, and nothing that they need is unknown.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.parts.is_empty()
            && self.parts.iter().all(|part| !part.needed || matches!(part.status, Status::Ok | Status::Degraded))
    }

    /// What somebody should look at, the worst first.
    #[must_use]
    pub fn complaints(&self) -> Vec<&Part> {
        let mut all: Vec<&Part> = self.parts.iter().filter(|part| part.status != Status::Ok).collect();
        all.sort_by_key(|part| std::cmp::Reverse((part.status, part.needed)));
        all
    }
}
