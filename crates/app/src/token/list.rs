//! The API tokens that a caller may see.

use domain::{Operation, Resource};

use super::summary::TokenSummary;
use crate::authorise::authorise;
use crate::clock::now_ms;
use crate::error::Error;
use crate::principal::EVERYBODY;
use crate::services::{Call, Services};

/// The most that one list shows.
const MOST: u32 = 10_000;

/// The API tokens of `principal`, newest first, ended ones of the last 30 days included; the caller's own where it is
/// none, everybody's where it is `*`.
///
/// # Errors
/// When the caller may not see them, or the store cannot be read.
pub fn list_tokens(services: &Services, call: &Call<'_>, principal: Option<&str>) -> Result<Vec<TokenSummary>, Error> {
    let principal = principal.unwrap_or(&call.caller.name);
    authorise(services, call, Operation::ListTokens, Resource { owner: Some(principal), ..Resource::default() })?;
    let found = services.store.tokens((principal != EVERYBODY).then_some(principal), MOST)?;
    let now = now_ms();
    Ok(found.into_iter().map(|token| TokenSummary::of(token, now)).collect())
}
