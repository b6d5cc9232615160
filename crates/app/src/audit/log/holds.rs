//! Legal holds: what retention must not drop, however old it is.

use domain::{Operation, Resource, one_line};
use schemars::JsonSchema;
use serde::Serialize;
use store::LegalHold;

use super::shown::time_ms;
use crate::authorise::authorise_change;
use crate::clock::{now_ms, rfc3339};
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// The kind of the resource in entries.
const KIND: &str = "legal-hold";

/// A hold to be placed. What is not given does not matter; with nothing given it is on everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewHold {
    /// Its name, to release it by.
    pub name: String,
    /// On entries of this principal.
    pub caller: Option<String>,
    /// On entries of this project.
    pub project: Option<String>,
    /// Not before.
    pub since: Option<String>,
    /// Before.
    pub until: Option<String>,
}

/// The holds, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoldList {
    /// The holds.
    pub holds: Vec<HoldShown>,
}

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoldShown {
    /// Its name.
    pub name: String,
    /// The principal, as it stands in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Not before: RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// When it was placed.
    pub placed_at: String,
}

impl HoldShown {
    fn of(hold: LegalHold) -> Self {
        Self {
            name: hold.name,
            caller: hold.caller,
            project: hold.project,
            since: hold.since_ms.map(rfc3339),
            until: hold.until_ms.map(rfc3339),
            placed_at: rfc3339(hold.placed_at_ms),
        }
    }
}

/// Places a hold.
///
/// # Errors
/// When the caller may not, there is one of that name, or it cannot be recorded.
pub fn add_hold(services: &Services, call: &Call<'_>, new: &NewHold) -> Result<HoldShown, Error> {
    let draft = authorise_change(services, call, Operation::ManageAudit, Resource::default())?;
    let time = |field, typed: &Option<String>| typed.as_deref().map(|typed| time_ms(field, typed)).transpose();
    let hold = LegalHold {
        name: hold_name(&new.name)?,
        caller: new.caller.as_deref().map(|name| services.audit.name(name)),
        project: new.project.clone(),
        since_ms: time("since", &new.since)?,
        until_ms: time("until", &new.until)?,
        placed_at_ms: now_ms(),
    };
    let entry = draft.on(KIND, &hold.name).detail("placed").finish()?;
    if services.store.add_legal_hold(&hold, &entry)? {
        return Ok(HoldShown::of(hold));
    }
    let hint = "Choose another name, or release that one: smart-begin audit hold release NAME.";
    Err(Error::refused("There is a hold of this name.", hint).on("name"))
}

/// The holds.
///
/// # Errors
/// When the caller may not, or they cannot be read.
pub fn list_holds(services: &Services, call: &Call<'_>) -> Result<HoldList, Error> {
    super::read::open(services, call, "its holds")?;
    Ok(HoldList { holds: services.store.legal_holds()?.into_iter().map(HoldShown::of).collect() })
}

/// Ends a hold; what it held may be dropped from now on.
///
/// # Errors
/// When the caller may not, there is none of that name, or it cannot be recorded.
pub fn release_hold(services: &Services, call: &Call<'_>, name: &str) -> Result<(), Error> {
    let draft = authorise_change(services, call, Operation::ManageAudit, Resource::default())?;
    let name = hold_name(name)?;
    if services.store.release_legal_hold(&name, &draft.on(KIND, &name).detail("released").finish()?)? {
        return Ok(());
    }
    let hint = "smart-begin audit hold list shows those there are.";
    Err(Error::new(ErrorKind::NotFound, "There is no hold of this name.", hint).on("name"))
}

fn hold_name(typed: &str) -> Result<String, Error> {
    one_line(typed, 100).map_err(|fault| {
        let hint = "Give it a name of one line, for example the number of the case.";
        Error::invalid("name", format!("This cannot be the name of a hold: {fault}."), hint)
    })
}
