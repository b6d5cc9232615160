//! Erases what is known of somebody. Counts stay, names do not.

use domain::{Operation, Resource};
use schemars::JsonSchema;
use serde::Serialize;

use crate::authorise::authorise_change;
use crate::clock::now_ms;
use crate::error::Error;
use crate::principal::{ERASED, known_principal};
use crate::security_log;
use crate::services::{Call, Services};

/// What was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasedPerson {
    /// API tokens.
    pub tokens: u64,
    /// Sessions.
    pub sessions: u64,
    /// Projects whose owner, name, answers and folder are not known any more. Files on disk stay.
    pub projects: u64,
    /// Events that name nobody any more.
    pub events: u64,
}

/// Erases the person: their tokens, sessions, failures and name; their projects stay as counts that tell nothing of
/// anybody. Should they sign in again, they begin anew.
///
/// # Errors
/// When the caller may not, a project of theirs is being written, or the store cannot be written: nothing is erased then.
pub fn erase_person(services: &Services, call: &Call<'_>, person: &str) -> Result<ErasedPerson, Error> {
    let draft = authorise_change(
        services,
        call,
        Operation::ErasePerson,
        Resource { owner: Some(person), ..Resource::default() },
    )?;
    let principal = known_principal("person", person)?;
    // An entry stays as it is: it names the one who asked, and not the one who is gone.
    let entry = draft.on("person", ERASED).finish()?;
    // What waits to be written would name them afterwards.
    services.audit.settle();
    let erased = services.store.erase_person(&principal, &services.audit.name(&principal), ERASED, now_ms(), &entry)?;
    // The log of today names them no more than it must: the one who asked is named, the one who is gone is not.
    security_log::tell(call, "person-erased", ERASED, "a person");
    Ok(ErasedPerson {
        tokens: erased.tokens,
        sessions: erased.sessions,
        projects: erased.projects,
        events: erased.events,
    })
}
