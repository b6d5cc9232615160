//! One call of a use case from the command line.

use app::{Call, Error, Quiet, Services};
use domain::{Face, RequestId};
use safe_fs::Roots;

use super::answer::Outcome;
use crate::config::Settings;
use crate::{caller, wire};

/// Runs `work` on the services, as whoever calls.
pub(super) fn with_call(settings: &Settings, work: impl FnOnce(&Services, &Call<'_>) -> Outcome) -> Outcome {
    with_answer(settings, work)
}

/// The same for work that has something to tell.
pub(super) fn with_answer<T>(
    settings: &Settings,
    work: impl FnOnce(&Services, &Call<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let services = wire::services(settings, Roots::none())?;
    let caller = caller::caller(&services, Face::Cli)?;
    let request = RequestId::random().map_err(Error::internal)?;
    work(&services, &Call { caller: &caller, request: &request, watch: &Quiet })
}

/// Whoever may read the configuration's files may see what is in them; a token is asked for what it may.
pub(super) fn allow_reading_configuration(settings: &Settings) -> Outcome {
    if !caller::has_token() {
        return Ok(());
    }
    with_call(settings, app::allow_reading_configuration)
}
