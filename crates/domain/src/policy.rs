//! What an operator decided on access.

use crate::face::Face;
use crate::permission::{Permission, PermissionSet};
use crate::role::RoleTable;

/// What an operator decided on access. It bounds what any credential can bring along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Which role has which permissions.
    pub roles: RoleTable,
    /// Whether everything that changes projects or grants access is refused.
    pub read_only: bool,
    /// Whether projects' code may be run for callers over HTTP.
    pub execute_over_http: bool,
    /// What one caller may keep here.
    pub quota: Quota,
}

/// What one caller may keep here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Projects on record, finished or being written.
    pub projects: u64,
    /// Bytes of all their files, as planned.
    pub bytes: u64,
}

impl Default for Quota {
    fn default() -> Self {
        Self { projects: 1_000, bytes: 1 << 30 }
    }
}

impl Policy {
    /// What somebody with `roles` may do through `face`.
    #[must_use]
    pub fn permissions<S: AsRef<str>>(&self, roles: &[S], face: Face) -> PermissionSet {
        let granted = self.roles.union(roles);
        if face == Face::Http && !self.execute_over_http { granted.without(Permission::Execute) } else { granted }
    }
}
