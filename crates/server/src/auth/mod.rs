//! Who calls over HTTP. The one place that turns what a request shows (an access token of a provider, an API token, a
//! client certificate) into a `Caller`, or into the challenge that says how to get in.
//!
//! `authenticator` decides which credential counts and what its holder is; `provider` knows an OpenID Connect provider:
//! where it is and which keys it signs with; `operations` is the one table of what each message and route asks for.

mod access_token;
mod authenticator;
mod bearer;
mod certificate;
mod challenge;
mod claims;
mod discovery;
mod door;
mod grants;
mod invalid;
mod keys;
mod lockout;
mod memory;
mod metadata;
pub(crate) mod operations;
mod provider;
mod strict_json;

pub(crate) use authenticator::{Authenticator, Shown, SignedIn};
pub(crate) use challenge::Refusal;
pub(crate) use door::ByRole;
pub(crate) use grants::Person;
pub(crate) use metadata::PATHS as METADATA_PATHS;
pub(crate) use provider::Provider;
