//! What a rule says, before anything is compiled.

use domain::{Confidence, Severity};

use super::check::Check;

/// One kind of credential and how it is recognised.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name, the same as gitleaks' where both know the credential.
    pub id: String,
    /// What the credential is, in words.
    pub description: String,
    /// What to do about one that is found, where that differs from the usual.
    pub hint: Option<String>,
    /// How bad a leak is.
    pub severity: Severity,
    /// How sure a match is.
    pub confidence: Confidence,
    /// Texts that must be found, made by the templates that the tests expand.
    pub examples: Vec<String>,
    /// Texts that must not be found.
    pub counter_examples: Vec<String>,
    pub(crate) shape: Shape,
    pub(crate) keywords: Vec<String>,
    pub(crate) entropy: Option<f64>,
    pub(crate) path: Option<String>,
    pub(crate) check: Option<Check>,
    pub(crate) allowlists: Vec<AllowText>,
    pub(crate) required: Vec<Required>,
    pub(crate) skip_report: bool,
    pub(crate) shipped: bool,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// A self-evident token: stands by itself, no letter or digit before or after it.
    Token { text: String },
    /// An expression in Go's syntax, as gitleaks has it.
    Pattern { regex: String, group: Option<usize> },
    /// A value that is assigned to a name with one of the keywords in it.
    Assigned { value: String, unquoted: bool },
    /// Any value assigned to a name that promises a secret; judged by entropy and word lists.
    Generic { kind: GenericKind },
    /// A file that should not be there, by its path alone.
    PathOnly,
}

/// The generic rules differ in what they take for a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GenericKind {
    /// Made by a machine: long and without words.
    Key,
    /// Made by a person: short, mixed, assigned to something called a password.
    Password,
    /// The values of a Kubernetes `Secret`.
    Kubernetes,
}

/// An allowlist as written.
#[derive(Debug, Clone, Default)]
pub(crate) struct AllowText {
    pub(crate) description: Option<String>,
    pub(crate) all: bool,
    pub(crate) paths: Vec<String>,
    pub(crate) regexes: Vec<String>,
    pub(crate) target: Target,
    pub(crate) stopwords: Vec<String>,
    pub(crate) commits: Vec<String>,
    pub(crate) rules: Vec<String>,
    pub(crate) shipped: bool,
}

/// What the expressions of an allowlist are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Target {
    #[default]
    Secret,
    Match,
    Line,
}

/// Another rule that must have matched nearby.
#[derive(Debug, Clone)]
pub(crate) struct Required {
    pub(crate) id: String,
    pub(crate) within_lines: Option<usize>,
    pub(crate) within_columns: Option<usize>,
}

impl Shape {
    /// Which finding yields to which where two lie on the same text: the more a rule knows, the more it counts.
    pub(crate) fn rank(&self, id: &str) -> u8 {
        match self {
            Self::Token { .. } | Self::PathOnly => 3,
            Self::Pattern { .. } if id.to_ascii_lowercase().contains("generic") => 0,
            Self::Pattern { .. } => 3,
            // A name and a beginning of its own: `CLERK_SECRET_KEY=sk_live_…` is Clerk's, though others begin so too.
            Self::Assigned { value, .. } if value.starts_with(|c: char| c.is_ascii_alphabetic()) => 4,
            Self::Assigned { .. } => 2,
            Self::Generic { kind: GenericKind::Key | GenericKind::Kubernetes } => 1,
            Self::Generic { kind: GenericKind::Password } => 0,
        }
    }
}
