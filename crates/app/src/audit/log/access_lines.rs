//! Looking at the access log: what was looked at and planned.

use audit::CsvExport;
use schemars::JsonSchema;
use serde::Serialize;

use super::read::open;
use super::shown::AuditQuery;
use crate::clock::rfc3339;
use crate::error::Error;
use crate::services::{Call, Services};

/// Lines of the access log, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessLineList {
    /// The lines.
    pub lines: Vec<AccessLineShown>,
    /// Whether there are more than the list shows.
    pub more: bool,
}

/// A line of the access log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessLineShown {
    /// When: RFC 3339, UTC.
    pub time: String,
    /// What.
    pub action: String,
    /// How it went.
    pub outcome: String,
    /// Who.
    pub caller: String,
    /// Through which face of the program.
    pub face: String,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The project it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The request it belongs to.
    pub request: String,
}

/// The newest lines that are asked for, oldest first.
///
/// # Errors
/// When the caller may not, the query is wrong, or the log cannot be read.
pub fn query_access(
    services: &Services,
    call: &Call<'_>,
    query: &AuditQuery,
    limit: u32,
) -> Result<AccessLineList, Error> {
    open(services, call, &format!("access log {}", query.told()))?;
    let limit = limit.clamp(1, 10_000);
    let mut found = services.store.access_newest(&query.filter(&services.audit)?, limit + 1)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    found.reverse();
    let shown = |line: store::AccessLine| AccessLineShown {
        time: rfc3339(line.at_ms),
        action: line.action,
        outcome: line.outcome,
        caller: line.caller,
        face: line.face,
        address: line.address,
        project: line.project,
        request: line.request,
    };
    Ok(AccessLineList { lines: found.into_iter().map(shown).collect(), more })
}

/// Lines for a spreadsheet.
///
/// # Errors
/// Never; an error is a fault of this program.
pub fn access_csv(list: &AccessLineList) -> Result<String, Error> {
    let names = ["time", "action", "outcome", "caller", "face", "address", "project", "request"];
    let mut text = Vec::new();
    let mut csv = CsvExport::with_columns(&mut text, names).map_err(Error::internal)?;
    for line in &list.lines {
        let (address, project) = (line.address.as_deref(), line.project.as_deref());
        let [address, project] = [address, project].map(Option::unwrap_or_default);
        let cells =
            [&line.time, &line.action, &line.outcome, &line.caller, &line.face, address, project, &line.request];
        csv.cells(cells).map_err(Error::internal)?;
    }
    csv.finish().map_err(Error::internal)?;
    String::from_utf8(text).map_err(Error::internal)
}
