//! Roles: names for sets of permissions. Five are shipped; an operator may define others and redefine these.

use std::collections::BTreeMap;

use crate::permission::{Permission, PermissionSet};

/// The roles that are there without any configuration, with their permissions.
const SHIPPED: [(&str, &[Permission]); 4] = {
    use Permission::*;
    [
        ("viewer", &[ReadBlueprints, ReadProjects, UseAccount]),
        (
            "member",
            &[
                ReadBlueprints,
                BeginProjects,
                ReadProjects,
                ManageProjects,
                UseAccount,
                CreateTokens,
                ReadSecrets,
                WriteSecrets,
                CheckProjects,
            ],
        ),
        (
            "operator",
            &[
                ReadBlueprints,
                UseAccount,
                CreateTokens,
                ManageTokens,
                ReadAccess,
                RevokeAccess,
                ReadConfiguration,
                ReadAudit,
                RotateKeys,
                ReadCompliance,
                CheckProjects,
                ManageAdvisories,
                ManageJobs,
            ],
        ),
        (
            "auditor",
            &[ReadBlueprints, ReadAllProjects, UseAccount, ReadAccess, ReadConfiguration, ReadAudit, ReadCompliance],
        ),
    ]
};

/// The role that has every permission, also those that later versions bring.
pub const ADMIN: &str = "admin";

/// Which role has which permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleTable(BTreeMap<String, PermissionSet>);

impl RoleTable {
    /// The shipped roles: viewer, member, operator, auditor and admin.
    #[must_use]
    pub fn shipped() -> Self {
        let named =
            SHIPPED.iter().map(|(name, permissions)| ((*name).to_owned(), permissions.iter().copied().collect()));
        Self(named.chain([(ADMIN.to_owned(), PermissionSet::all())]).collect())
    }

    /// Defines `role`, or defines it anew.
    #[must_use]
    pub fn with(mut self, role: impl Into<String>, permissions: PermissionSet) -> Self {
        self.0.insert(role.into(), permissions);
        self
    }

    /// What `role` may do; none when there is no such role.
    #[must_use]
    pub fn get(&self, role: &str) -> Option<PermissionSet> {
        self.0.get(role).copied()
    }

    /// What somebody with all of `roles` may do. Roles that do not exist allow nothing.
    #[must_use]
    pub fn union<S: AsRef<str>>(&self, roles: &[S]) -> PermissionSet {
        let each = roles.iter().filter_map(|role| self.get(role.as_ref()));
        each.fold(PermissionSet::NONE, PermissionSet::or)
    }

    /// Each role with its permissions, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, PermissionSet)> {
        self.0.iter().map(|(name, permissions)| (name.as_str(), *permissions))
    }
}

impl Default for RoleTable {
    fn default() -> Self {
        Self::shipped()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_has_everything_and_an_unknown_role_nothing() {
        let roles = RoleTable::shipped();
        assert_eq!(roles.get(ADMIN), Some(PermissionSet::all()));
        assert_eq!(roles.union(&["nobody"]), PermissionSet::NONE);
        let both = roles.union(&["viewer", "auditor"]);
        assert!(both.has(Permission::ReadProjects) && both.has(Permission::ReadAllProjects));
    }

    #[test]
    fn no_shipped_role_but_admin_runs_other_peoples_code() {
        for (name, permissions) in RoleTable::shipped().iter() {
            assert_eq!(permissions.has(Permission::Execute), name == ADMIN, "{name}");
        }
    }
}
