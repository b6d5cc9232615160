//! The one HTTP client out: which addresses may be reached, how long it waits, how much it reads.
//!
//! A server that fetches what a configuration, a provider's document or a user names can be made to fetch from the
//! network it stands in (SSRF). So every address is judged here, after the name was resolved and before a connection is
//! made; redirects are not followed, proxies of the environment are not used, and nothing is remembered between requests.

mod address;
mod client;
mod error;
mod resolver;
mod rules;
mod stream;

pub use address::is_public;
pub use client::{Answer, Client};
pub use error::Error;
pub use rules::Rules;
pub use stream::Stream;
