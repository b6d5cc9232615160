//! What the store keeps of the audit log and the access log, as plain data.

/// An entry of the audit log about to be added: the bytes that are hashed, and what is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// When, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// The name of the action.
    pub action: String,
    /// The name of the principal, or a pseudonym.
    pub caller: String,
    /// The project it concerns.
    pub project: Option<String>,
    /// The request it belongs to.
    pub request: String,
    /// One line of JSON.
    pub body: String,
}

/// A line of the access log: something that was looked at or planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessLine {
    /// When, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// The name of the action.
    pub action: String,
    /// How it went.
    pub outcome: String,
    /// The name of the principal, or a pseudonym.
    pub caller: String,
    /// The face of the program.
    pub face: String,
    /// The client's address, or a pseudonym.
    pub address: Option<String>,
    /// The project it concerns.
    pub project: Option<String>,
    /// The request it belongs to.
    pub request: String,
}

/// An entry of the audit log as it is kept, for whoever takes it elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedEntry {
    /// Its number.
    pub number: u64,
    /// The hash of its leaf.
    pub leaf_sha256: [u8; 32],
    /// When, in milliseconds since 1970 (UTC); 0 where retention dropped the body.
    pub at_ms: i64,
    /// The name of the action; empty where retention dropped the body.
    pub action: String,
    /// One line of JSON; none where retention dropped it.
    pub body: Option<String>,
}
