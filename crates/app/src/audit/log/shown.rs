//! How entries are asked for, and how they look.

use schemars::JsonSchema;
use serde::Serialize;
use store::{AuditFilter, ReadEntry};

use crate::audit::Auditor;
use crate::clock::{now_ms, rfc3339};
use crate::error::Error;

/// Which entries are asked for; times are RFC 3339, or an age as `7d`, `24h`, `30m`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Not before.
    pub since: Option<String>,
    /// Before.
    pub until: Option<String>,
    /// Of this principal.
    pub caller: Option<String>,
    /// With this action.
    pub action: Option<String>,
    /// Of this project.
    pub project: Option<String>,
    /// Of this request.
    pub request: Option<String>,
}

impl AuditQuery {
    /// What the store is asked for; names are looked for as they stand in the log.
    pub(super) fn filter(&self, auditor: &Auditor) -> Result<AuditFilter, Error> {
        let time = |field, typed: &Option<String>| typed.as_deref().map(|typed| time_ms(field, typed)).transpose();
        if let Some(action) = &self.action
            && action.parse::<domain::AuditAction>().is_err()
        {
            let hint = "docs/audit.md lists the actions, for example begin-project or sign-in-refused.";
            return Err(Error::invalid("action", "There is no such action.", hint));
        }
        Ok(AuditFilter {
            since_ms: time("since", &self.since)?,
            until_ms: time("until", &self.until)?,
            caller: self.caller.as_deref().map(|name| auditor.name(name)),
            action: self.action.clone(),
            project: self.project.clone(),
            request: self.request.clone(),
        })
    }

    /// What was asked for, without names of people. What is no time, action or id is not repeated: it may be anything,
    /// and an entry stays.
    pub(super) fn told(&self) -> String {
        let given = [
            ("since", &self.since),
            ("until", &self.until),
            ("action", &self.action),
            ("project", &self.project),
            ("request", &self.request),
        ];
        let given = given.into_iter().filter_map(|(name, value)| {
            let value = value.as_deref()?;
            Some(if is_sound(name, value) { format!("{name} {value}") } else { format!("{name} that is none") })
        });
        let mut told: Vec<String> = given.collect();
        if self.caller.is_some() {
            told.push("of one caller".to_owned());
        }
        told.join(", ")
    }
}

fn is_sound(name: &'static str, value: &str) -> bool {
    match name {
        "action" => value.parse::<domain::AuditAction>().is_ok(),
        "project" => value.parse::<domain::ProjectId>().is_ok(),
        "request" => value.parse::<domain::RequestId>().is_ok(),
        _ => time_ms(name, value).is_ok(),
    }
}

/// A time, or an age before now.
pub(super) fn time_ms(field: &'static str, typed: &str) -> Result<i64, Error> {
    if let Ok(time) = typed.parse::<jiff::Timestamp>() {
        return Ok(time.as_millisecond());
    }
    age_ms(typed).map(|age| now_ms().saturating_sub(age)).ok_or_else(|| {
        let hint = "Give a time as 2026-11-23T13:15:00Z, or an age as 7d, 24h or 30m.";
        Error::invalid(field, "This is no time.", hint)
    })
}

/// `400d`, `24h`, `30m`, in milliseconds.
pub(super) fn age_ms(typed: &str) -> Option<i64> {
    let units = [('d', 86_400_000), ('h', 3_600_000), ('m', 60_000)];
    let (digits, unit) = units.into_iter().find_map(|(letter, unit)| Some((typed.strip_suffix(letter)?, unit)))?;
    let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse::<i64>().ok().filter(|_| whole)?.checked_mul(unit)
}

/// Entries, in the order of the question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntryList {
    /// The entries.
    pub entries: Vec<AuditEntryShown>,
    /// Whether there are more than the list shows.
    pub more: bool,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntryShown {
    /// Its number, from 0.
    pub number: u64,
    /// The hash of its leaf in the Merkle tree.
    pub leaf_hash: String,
    /// When: RFC 3339, UTC; absent with all that follows where retention dropped the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// What.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The project it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The request it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// All of it: an event of OCSF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<serde_json::Value>,
    /// The very bytes that were hashed.
    #[serde(skip)]
    pub body: Option<String>,
}

impl AuditEntryShown {
    pub(super) fn of(entry: ReadEntry) -> Self {
        let ReadEntry { number, leaf, text } = entry;
        let leaf_hash = leaf.to_string();
        match text {
            None => Self {
                number,
                leaf_hash,
                time: None,
                action: None,
                caller: None,
                project: None,
                request: None,
                event: None,
                body: None,
            },
            Some(text) => Self {
                number,
                leaf_hash,
                time: Some(rfc3339(text.at_ms)),
                action: Some(text.action),
                caller: Some(text.caller),
                project: text.project,
                request: Some(text.request),
                event: serde_json::from_str(&text.body).ok(),
                body: Some(text.body),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_ages_or_rfc_3339() {
        assert_eq!(time_ms("since", "1970-01-01T00:00:01Z").unwrap(), 1_000);
        assert_eq!(
            (age_ms("7d"), age_ms("24h"), age_ms("30m")),
            (Some(604_800_000), Some(86_400_000), Some(1_800_000))
        );
        for wrong in ["", "d", "-7d", "7", "7w", "1.5d", "99999999999999999999d", "yesterday", "2026-11-23"] {
            let error = time_ms("since", wrong).unwrap_err();
            assert_eq!(error.field, Some("since"), "{wrong}");
        }
    }
}
