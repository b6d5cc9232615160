//! The HTTP routes of the notes.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::json_body::JsonBody;
use crate::notes::{NewNote, Note};
use crate::problem::{FieldError, Problem};
use crate::tokens::Caller;

const DEFAULT_LIMIT: u8 = 20;
const MAX_LIMIT: u8 = 100;

/// What `GET /v1/notes` takes after the `?`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    limit: Option<String>,
    cursor: Option<String>,
}

/// One page of notes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    items: Vec<Note>,
    next_cursor: Option<String>,
}

/// `POST /v1/notes`
pub async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    JsonBody(new): JsonBody<NewNote>,
) -> Result<impl IntoResponse, Problem> {
    let note = app.notes.create(new.by(&caller)?).await?;
    let location = format!("/v1/notes/{}", note.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(note)))
}

/// `GET /v1/notes?limit=20&cursor=…`, newest first.
pub async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<Page>, Problem> {
    let Query(paging) =
        paging.map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "Only limit and cursor can be given, each once."))?;
    let (limit, before) = paging.checked()?;
    // One more than is shown tells whether there is a next page.
    let mut items = app.notes.list(&caller, limit + 1, before).await?;
    let more = items.len() > usize::from(limit);
    items.truncate(limit.into());
    let next_cursor = items.last().filter(|_| more).map(|note| note.id.clone());
    Ok(Json(Page { items, next_cursor }))
}

/// `GET /v1/notes/{id}`
pub async fn read(
    State(app): State<Arc<App>>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Note>, Problem> {
    app.notes.find(&caller, note_id(id)?).await?.map(Json).ok_or_else(Problem::not_found)
}

/// `DELETE /v1/notes/{id}`
pub async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let deleted = app.notes.delete(&caller, note_id(id)?).await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}

impl Paging {
    fn checked(self) -> Result<(u8, Option<Uuid>), Problem> {
        let mut errors = Vec::new();
        let limit = self.limit.map_or(Some(DEFAULT_LIMIT), |text| text.parse().ok());
        let limit = limit.filter(|limit| (1..=MAX_LIMIT).contains(limit));
        if limit.is_none() {
            errors.push(FieldError::new("limit", format!("must be a whole number from 1 to {MAX_LIMIT}")));
        }
        let before = self.cursor.map(|text| text.parse()).transpose();
        if before.is_err() {
            errors.push(FieldError::new("cursor", "must be the nextCursor of an earlier answer"));
        }
        match (limit, before) {
            (Some(limit), Ok(before)) => Ok((limit, before)),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

/// What is no id at all is answered like the id of a note that does not exist.
fn note_id(id: Result<Path<String>, PathRejection>) -> Result<Uuid, Problem> {
    id.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Problem::not_found)
}
