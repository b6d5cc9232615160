//! Who has been here, so that an operator can see and end their access.

use crate::clock::now_ms;
use crate::error::Error;
use crate::services::Services;

const LONGEST_NAME: usize = 120;

/// Notes that `principal` signed in, shown as `display`. Written once a minute at most.
///
/// # Errors
/// When the store cannot be read or written.
pub fn remember_person(services: &Services, principal: &str, display: &str) -> Result<(), Error> {
    let display: String = display.chars().filter(|character| !character.is_control()).take(LONGEST_NAME).collect();
    Ok(services.store.see_person(principal, (!display.is_empty()).then_some(&display), now_ms())?)
}
