//! Notes: each has an owner, who alone can see it.

pub mod routes;
pub mod store;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::problem::{FieldError, Problem};
use crate::tokens::Caller;

/// The longest title, in characters.
pub const MAX_TITLE: usize = 200;
/// The longest body, in characters.
pub const MAX_BODY: usize = 10_000;

/// A note as it is stored and shown.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// A version 7 UUID: sorted by id is sorted by age.
    pub id: String,
    /// The subject of the caller who made it.
    pub owner: String,
    /// 1 to 200 characters.
    pub title: String,
    /// 0 to 10,000 characters.
    pub body: String,
    /// When it was made, to the millisecond.
    #[serde(serialize_with = "milliseconds")]
    pub created_at: Timestamp,
}

/// What a caller sends to make a note.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
}

impl NewNote {
    /// Checks every field and makes the note.
    pub fn by(self, owner: &Caller) -> Result<Note, Problem> {
        let mut errors = Vec::new();
        if !(1..=MAX_TITLE).contains(&self.title.chars().count()) {
            errors.push(FieldError::new("title", format!("must have 1 to {MAX_TITLE} characters")));
        }
        if self.body.chars().count() > MAX_BODY {
            errors.push(FieldError::new("body", format!("must have at most {MAX_BODY} characters")));
        }
        if !errors.is_empty() {
            return Err(Problem::invalid(errors));
        }
        Ok(Note {
            id: Uuid::now_v7().to_string(),
            owner: owner.subject().to_owned(),
            title: self.title,
            body: self.body,
            created_at: Timestamp::now(),
        })
    }
}

fn milliseconds<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{time:.3}"))
}
