//! The configuration is read by the binary, which knows it; whether a caller may see it is decided here.

use domain::{Operation, Resource};

use crate::authorise::authorise;
use crate::error::Error;
use crate::services::{Call, Services};

/// Lets the caller see the configuration, or refuses it.
///
/// # Errors
/// When the caller may not.
pub fn allow_reading_configuration(services: &Services, call: &Call<'_>) -> Result<(), Error> {
    authorise(services, call, Operation::ReadConfiguration, Resource::default())
}
