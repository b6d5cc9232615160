//! The single things that can be allowed, and sets of them.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($(#[doc = $what:literal])+ $variant:ident = $name:literal,)+) => {
        /// One thing that can be allowed or refused. Roles are made of these; see [`RoleTable`](crate::RoleTable).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission {
            $($(#[doc = $what])+ #[serde(rename = $name)] $variant,)+
        }

        impl Permission {
            /// All there are, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in configuration, in tokens' scopes and in answers.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What it allows, in plain words.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($what),+).trim_ascii()),+ }
            }
        }
    };
}

permissions! {
    /// See what can be begun.
    ReadBlueprints = "blueprint:read",
    /// Plan and begin projects.
    BeginProjects = "project:begin",
    /// Read one's own projects and those of one's teams.
    ReadProjects = "project:read",
    /// Read everybody's projects.
    ReadAllProjects = "project:read-all",
    /// Delete one's own projects and hand them to others.
    ManageProjects = "project:manage",
    /// Delete everybody's projects and hand them to others.
    ManageAllProjects = "project:manage-all",
    /// See and end one's own tokens and sessions.
    UseAccount = "account:use",
    /// Make and renew API tokens for oneself.
    CreateTokens = "token:create",
    /// Make and renew API tokens for others.
    ManageTokens = "token:manage",
    /// See who has access, and why something is allowed or not.
    ReadAccess = "access:read",
    /// End other people's tokens and sessions.
    RevokeAccess = "access:revoke",
    /// Erase what is known of a person.
    ErasePeople = "person:erase",
    /// See the configuration; secrets are never shown.
    ReadConfiguration = "configuration:read",
    /// Read the audit log, and take it out.
    ReadAudit = "audit:read",
    /// Sign checkpoints of the audit log, drop old entries, hold them, replace its keys.
    ManageAudit = "audit:manage",
    /// Read the secrets of one's own projects and of one's teams' projects.
    ReadSecrets = "secret:read",
    /// Set, rotate and delete the secrets of one's own projects.
    WriteSecrets = "secret:write",
    /// Read and change everybody's secrets, and those of no project.
    ManageAllSecrets = "secret:manage-all",
    /// Put the secrets under another key-encryption key.
    RotateKeys = "key:rotate",
    /// See how the server stands to its requirements.
    ReadCompliance = "compliance:read",
    /// Check and analyse files, and one's own and one's teams' projects.
    CheckProjects = "project:check",
    /// Take in new advisories.
    ManageAdvisories = "advisories:manage",
    /// See and run what runs by itself.
    ManageJobs = "job:manage",
    /// Run code of projects: verification and patching.
    Execute = "execute",
}

impl std::str::FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|permission| permission.as_str() == text);
        found.copied().ok_or_else(|| UnknownPermission(text.to_owned()))
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A word that names no permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPermission(pub String);

impl fmt::Display for UnknownPermission {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "there is no permission {:?}", self.0)
    }
}

impl std::error::Error for UnknownPermission {}

/// A set of permissions.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct PermissionSet(u32);

impl PermissionSet {
    /// None.
    pub const NONE: Self = Self(0);

    /// All there are.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// Whether `permission` is among them.
    #[must_use]
    pub fn has(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    /// What is in either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// All but `permission`.
    #[must_use]
    pub fn without(self, permission: Permission) -> Self {
        Self(self.0 & !(1 << permission as u32))
    }

    /// Each of them, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.has(*permission))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<T: IntoIterator<Item = Permission>>(permissions: T) -> Self {
        Self(permissions.into_iter().fold(0, |bits, permission| bits | 1 << permission as u32))
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.iter().map(Permission::as_str)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_told_apart() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(*permission));
            assert!(permission.meaning().ends_with('.'), "{permission}");
            assert!(PermissionSet::from_iter([*permission]).iter().eq([*permission]));
        }
        assert_eq!(PermissionSet::all().iter().count(), Permission::ALL.len());
        assert_eq!("project:Begin".parse::<Permission>(), Err(UnknownPermission("project:Begin".to_owned())));
    }
}
