//! What a rule says when it does not hold.

/// What does not hold.
pub(super) struct Complaint {
    /// The key that it is about.
    pub(super) path: String,
    /// The line, where it is another than that of the key.
    pub(super) line: Option<usize>,
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: String,
}

impl Complaint {
    /// Something that does not hold, told at `path`.
    pub(super) fn new(path: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { path: path.into(), line: None, message: message.into(), hint: hint.into() }
    }
}
