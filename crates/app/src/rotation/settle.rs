//! Rotations that were not through when their process ended. Whether the new value holds is asked where it was to be
//! taken; where it does, it becomes the current one, else everything goes back.

use store::Secret;

use super::opened;
use super::outside::Outside;
use super::work::{APPLYING, Done, ROLLING_BACK, VERIFYING, Values, Work};
use crate::audit::Draft;
use crate::error::{Error, ErrorKind};
use crate::secret::missing_secret;
use crate::services::Services;

/// Settles the pending version of `secret`. It must be this process's: made here, or taken over. What came of it, where
/// it was carried through.
pub(super) fn settle(
    services: &Services,
    outside: &Outside,
    draft: &Draft<'_>,
    secret: &Secret,
    by: &str,
) -> Result<Option<Done>, Error> {
    let Some(pending) = secret.pending() else { return Ok(None) };
    let work = Work::of(services, outside, draft, secret, by)?;
    let before = secret.current().map(|current| current.version).ok_or_else(missing_secret)?;
    let open = |version| opened::version(services, draft, &secret.of, version)?.ok_or_else(missing_secret);
    let values = Values { version: pending.version, new: open(pending.version)?, before, old: open(before)? };
    match pending.stage.as_deref() {
        Some(APPLYING | VERIFYING) => match work.verify(&values) {
            Ok(()) => work.commit(&values).map(Some),
            Err(fault) => back(&work, &values, interrupted(&fault.message)),
        },
        Some(ROLLING_BACK) => back(&work, &values, interrupted("It was going back already.")),
        // Nothing was changed yet but the store.
        _ => work.withdraw(values.version, &interrupted("Nothing was changed yet.")).map(|()| None),
    }
}

/// Going back is what settles it; that the rotation failed is recorded, and no failure of settling it.
fn back(work: &Work<'_>, values: &Values, fault: Error) -> Result<Option<Done>, Error> {
    let told = work.go_back(values, fault);
    let left = work.services.store.secret(&work.of)?;
    if left.is_some_and(|secret| secret.pending().is_some_and(|pending| pending.version == values.version)) {
        return Err(told);
    }
    Ok(None)
}

fn interrupted(what: &str) -> Error {
    let message = format!("The rotation was cut short, and the value before is in force. {what}");
    Error::new(ErrorKind::Unavailable, message, "Rotate again.")
}
