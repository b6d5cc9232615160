//! Columns that hold what SQLite has no type for: lists, as JSON text, and counts.

use domain::{Permission, PermissionSet, ProjectId};
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};

pub(super) fn to_json<T: Serialize + ?Sized>(list: &T) -> Result<String, Error> {
    serde_json::to_string(list)
        .map_err(|cause| Error::new(ErrorKind::Internal, "A list could not be written.").because(cause))
}

pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    parse(column, &row.get::<_, String>(column)?)
}

/// A count or a size, which is never negative.
pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}

/// A project's id.
pub(super) fn project_id(row: &Row<'_>, column: usize) -> rusqlite::Result<ProjectId> {
    row.get::<_, String>(column)?
        .parse()
        .map_err(|cause| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause)))
}

/// Projects that a credential is bound to.
pub(super) fn projects(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Vec<ProjectId>>> {
    row.get::<_, Option<String>>(column)?.map(|text| parse(column, &text)).transpose()
}

pub(super) fn permissions_to_json(permissions: PermissionSet) -> Result<String, Error> {
    to_json(&permissions.iter().collect::<Vec<_>>())
}

/// A name that this version does not know allows nothing.
pub(super) fn permissions(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<PermissionSet>> {
    let Some(text) = row.get::<_, Option<String>>(column)? else { return Ok(None) };
    let names: Vec<String> = parse(column, &text)?;
    Ok(Some(names.iter().filter_map(|name| name.parse::<Permission>().ok()).collect()))
}

fn parse<T: DeserializeOwned>(column: usize, text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text)
        .map_err(|cause| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause)))
}
