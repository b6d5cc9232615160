//! Dropping the texts of old entries, as the policy of the house says. Their hashes stay, so that every proof stays good.

use audit::{Dropped, Entry, Ranges};
use domain::{Operation, Resource};
use schemars::JsonSchema;
use serde::Serialize;

use super::shown::age_ms;
use crate::audit::draft::encode;
use crate::authorise::authorise_change;
use crate::clock::{now_ms, rfc3339};
use crate::error::Error;
use crate::services::{Call, Services};

/// Entries of one transaction, so that nobody waits long for it.
const BATCH: u32 = 10_000;

/// What retention did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Retained {
    /// Whether anything was dropped: not in a rehearsal.
    pub applied: bool,
    /// Entries older than this: RFC 3339, UTC.
    pub before: String,
    /// Entries that lost their text, or would.
    pub dropped: u64,
    /// Entries that are as old and stay, because a hold is on them.
    pub held: u64,
}

/// Drops the texts of entries older than `age` (as `400d`); with `rehearse` it only says how many.
///
/// # Errors
/// When the caller may not, the age is wrong, or it cannot be recorded. What was dropped until then is told of in the log.
pub fn retain_audit(services: &Services, call: &Call<'_>, age: &str, rehearse: bool) -> Result<Retained, Error> {
    let draft = authorise_change(services, call, Operation::ManageAudit, Resource::default())?;
    let age = age_ms(age).filter(|age| *age > 0).ok_or_else(|| {
        Error::invalid(
            "olderThan",
            "This is no age.",
            "Give it as 400d; the law of your country may ask for a certain one.",
        )
    })?;
    let before_ms = now_ms().saturating_sub(age);
    let (mut dropped, held) = services.store.droppable_audit_texts(before_ms)?;
    if rehearse {
        services.audit.record(draft.on("retention", "rehearsed"))?;
    } else {
        dropped = 0;
        loop {
            let entry = draft.clone().on("retention", "dropped").into_entry();
            let tell = move |ranges: &Ranges| {
                let detail = Dropped::of(ranges, before_ms).detail().ok();
                encode(Entry { detail, at_ms: now_ms(), ..entry }).ok()
            };
            let now = services.store.drop_audit_texts(before_ms, BATCH, take, tell)?;
            if now == 0 {
                break;
            }
            dropped += now;
        }
    }
    Ok(Retained { applied: !rehearse, before: rfc3339(before_ms), dropped, held })
}

/// Takes a number where the entry that tells of it has room.
fn take(ranges: &mut Ranges, number: u64) -> bool {
    let room = ranges.has_room_for(number);
    if room {
        ranges.push(number);
    }
    room
}
