//! Who has access, why, and how it ends.

mod erase;
mod explain;
mod list;
mod revoke;

pub use erase::{ErasedPerson, erase_person};
pub use explain::{Explanation, explain_access};
pub use list::{AccessList, PersonAccess, list_access};
pub use revoke::{RevokedAccess, revoke_access};
