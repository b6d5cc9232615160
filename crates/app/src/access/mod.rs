//! Who has access, why, and how it ends.

mod erase;
mod explain;
mod list;
mod revoke;
mod roles;

pub use erase::{ErasedPerson, erase_person};
pub use explain::{Explanation, explain_access};
pub use list::{AccessList, PersonAccess, list_access};
pub use revoke::{RevokedAccess, revoke_access};
pub use roles::{PermissionSummary, RoleList, RoleSummary, list_roles};
