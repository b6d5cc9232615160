//! The decision whether a caller may do something to something, with its reason. Pure: no clock, no store.

use std::fmt;

use crate::ProjectId;
use crate::caller::Caller;
use crate::operation::{Operation, Ownership};
use crate::permission::Permission;
use crate::policy::Policy;

/// What something is done to: whose it is, and which project where it is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resource<'a> {
    /// The principal whose it is; none for what is nobody's in particular.
    pub owner: Option<&'a str>,
    /// The team it belongs to.
    pub team: Option<&'a str>,
    /// The project it is, where it is one.
    pub project: Option<&'a ProjectId>,
}

/// Why something is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// None of the permissions that would allow it is there.
    Lacks(&'static [Permission]),
    /// The credential is good for certain projects only, and this is none of them.
    OtherProject,
    /// The server is in read-only mode.
    ReadOnly,
}

impl fmt::Display for Denial {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lacks(needed) => {
                let names: Vec<_> = needed.iter().map(|permission| permission.as_str()).collect();
                write!(out, "it needs the permission {}", names.join(" or "))
            }
            Self::OtherProject => write!(out, "the token is good for other projects only"),
            Self::ReadOnly => write!(out, "the server is in read-only mode"),
        }
    }
}

impl Caller {
    /// Whose `resource` is, seen from this caller.
    #[must_use]
    pub fn ownership(&self, resource: Resource<'_>) -> Ownership {
        match (resource.owner, resource.team) {
            (None, None) => Ownership::Own,
            (Some(owner), _) if owner == self.name => Ownership::Own,
            (_, Some(team)) if self.teams.iter().any(|own| own == team) => Ownership::Team,
            _ => Ownership::Other,
        }
    }

    /// Decides. A success names the permission that allows it.
    ///
    /// # Errors
    /// When it is not allowed, with the reason.
    pub fn may(&self, policy: &Policy, operation: Operation, resource: Resource<'_>) -> Result<Permission, Denial> {
        let needed = operation.needs(self.ownership(resource));
        let by = needed.iter().find(|permission| self.permissions.has(**permission));
        let by = *by.ok_or(Denial::Lacks(needed))?;
        if let (Some(project), Some(only)) = (resource.project, &self.only_projects)
            && !only.contains(project)
        {
            return Err(Denial::OtherProject);
        }
        if self.only_projects.is_some() && !operation.fits_one_project() {
            return Err(Denial::OtherProject);
        }
        if policy.read_only && operation.is_refused_when_read_only() {
            return Err(Denial::ReadOnly);
        }
        Ok(by)
    }
}
