//! One entry: what happened, who did it, to what, from where, and how it went. Never the value of a secret.

use std::net::IpAddr;

use domain::{AuditAction, Outcome, RequestId};

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its kind, for example `token`.
    pub kind: &'static str,
    /// What names it among its kind.
    pub id: String,
}

/// One entry of the audit log, before it is bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, in milliseconds since 1970 (UTC), by the clock of the server.
    pub at_ms: i64,
    /// What.
    pub action: AuditAction,
    /// How it went.
    pub outcome: Outcome,
    /// Who: the name of the principal, or a pseudonym.
    pub caller: String,
    /// The kind of credential that showed who it is.
    pub credential: Option<&'static str>,
    /// What names the credential, where it has an id: a token's or a session's.
    pub credential_id: Option<String>,
    /// From where: the client's address, or a pseudonym; none on the same machine.
    pub address: Option<String>,
    /// Through which face of the program.
    pub face: Option<&'static str>,
    /// The request it belongs to.
    pub request: RequestId,
    /// The project it concerns.
    pub project: Option<String>,
    /// What it was done to.
    pub resource: Option<Resource>,
    /// What else there is to say.
    pub detail: Option<String>,
    /// How many times it happened: more than one where repetitions were folded.
    pub count: u64,
}

impl Entry {
    /// How an address stands in an entry.
    #[must_use]
    pub fn address_text(address: IpAddr) -> String {
        address.to_canonical().to_string()
    }
}
