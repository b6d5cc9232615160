//! Who asks, through which face of the program, and what that role may do.

use serde::{Deserialize, Serialize};

/// The face of the program a call came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Face {
    /// The command line.
    Cli,
    /// MCP over the standard streams of a process that the caller started.
    Stdio,
    /// MCP over HTTP.
    Http,
}

/// What a caller is, from which follows what they may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Begins projects and reads their own.
    Member,
    /// May do everything, on everybody's projects.
    Admin,
}

/// One thing that can be allowed or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Begin a project, or plan one.
    BeginProject,
    /// Read projects that the caller began.
    ReadOwnProjects,
    /// Read projects of everybody.
    ReadAllProjects,
}

impl Role {
    /// Whether this role has `permission`. The one table of who may do what.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        match (self, permission) {
            (Self::Admin, _) => true,
            (Self::Member, Permission::BeginProject | Permission::ReadOwnProjects) => true,
            (Self::Member, Permission::ReadAllProjects) => false,
        }
    }
}

/// The authenticated origin of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Stable name of the principal, for example `local`.
    pub name: String,
    /// What the principal may do.
    pub role: Role,
    /// The face the call came through.
    pub face: Face,
}

impl Caller {
    /// The operating-system user who owns the data folder: admin on the command line and on stdio.
    #[must_use]
    pub fn data_owner(face: Face) -> Self {
        Self { name: "owner".to_owned(), role: Role::Admin, face }
    }

    /// Whoever reaches a loopback HTTP listener without sign-in, in development only.
    #[must_use]
    pub fn local() -> Self {
        Self { name: "local".to_owned(), role: Role::Member, face: Face::Http }
    }

    /// Whether this caller may read a project that `owner` began.
    #[must_use]
    pub fn may_read_project_of(&self, owner: &str) -> bool {
        self.role.allows(Permission::ReadAllProjects)
            || (self.role.allows(Permission::ReadOwnProjects) && self.name == owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_reads_only_their_own_projects() {
        let local = Caller::local();
        assert!(local.may_read_project_of("local"));
        assert!(!local.may_read_project_of("owner"));
        assert!(Caller::data_owner(Face::Cli).may_read_project_of("local"));
    }
}
