//! API tokens: made for programs and people, shown once, kept as hashes.

mod create;
mod grant;
mod list;
mod revoke;
mod rotate;
mod scheduled;
mod sign_in;
mod summary;
mod value;

pub use create::{CreatedToken, DEFAULT_LIFETIME_DAYS, NewToken, create_token};
pub use list::list_tokens;
pub use revoke::revoke_token;
pub use rotate::rotate_token;
pub use sign_in::sign_in_with_token;
pub use summary::{TokenList, TokenSummary};

pub(crate) use scheduled::{allow_value, holds, put_value, random_value, take_back_value};
