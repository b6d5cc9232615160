//! Stands in for the lead's audit core until that is merged; same shape.

/// What an audit entry is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// When, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// What was done.
    pub action: String,
    /// Who did it.
    pub caller: String,
    /// The project it was done to.
    pub project: Option<String>,
    /// In which request.
    pub request: String,
    /// One line of OCSF JSON.
    pub body: String,
}
