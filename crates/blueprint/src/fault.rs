//! What can be wrong with answers, and what can be wrong with a blueprint itself.

/// An answer that cannot be used: which, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message} {hint}")]
pub struct Fault {
    /// The argument at fault, by its name in `smart_begin`.
    pub field: &'static str,
    /// Why it cannot be used, in plain words.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Fault {
    pub(crate) fn new(field: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { field, message: message.into(), hint: hint.into() }
    }
}

/// A blueprint that lies or is broken: a fault of its author.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueFault {
    /// A file that must be there is not.
    #[error("{0} is missing")]
    Missing(String),
    /// Two layers give the same file.
    #[error("{0} is given by two layers")]
    Twice(String),
    /// A path that leads outside of the project or that some systems cannot hold.
    #[error("{0:?} is no path for a project's file")]
    Path(String),
    /// Two paths that are one on systems that ignore case.
    #[error("{0} and {1} differ only in case")]
    SameButCase(String, String),
    /// A data file that cannot be read.
    #[error("{file} cannot be read")]
    Data {
        /// The file.
        file: String,
        /// The cause.
        #[source]
        source: toml::de::Error,
    },
    /// A file that is not text where text is needed.
    #[error("{0} is not UTF-8 text")]
    NotText(String),
    /// A template that cannot be rendered.
    #[error("{file} cannot be rendered")]
    Template {
        /// The template.
        file: String,
        /// The cause.
        #[source]
        source: minijinja::Error,
    },
    /// A template that prints what a person typed without an encoder, so that it could break the file around it.
    #[error("{0} prints free text without an encoder (json, toml, yaml, md, link, text, python, rust)")]
    Unencoded(String),
    /// More output than any blueprint needs.
    #[error("{file} renders to more than {limit} bytes")]
    TooLarge {
        /// The template.
        file: String,
        /// The most bytes there may be.
        limit: usize,
    },
    /// The plan could not be turned into archives or git objects.
    #[error("{what} could not be made")]
    Encoding {
        /// What was being made.
        what: &'static str,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A frozen blueprint version that cannot be read.
    #[error("the frozen version {0} cannot be read")]
    Frozen(String),
}
