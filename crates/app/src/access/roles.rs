//! The roles there are, and what each may do.

use domain::{Operation, Resource};
use schemars::JsonSchema;
use serde::Serialize;

use crate::authorise::authorise;
use crate::error::Error;
use crate::services::{Call, Services};

/// Roles, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleList {
    /// The roles.
    pub roles: Vec<RoleSummary>,
}

/// A role, with what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleSummary {
    /// Its name.
    pub name: String,
    /// Its permissions, in the order of the table.
    pub permissions: Vec<PermissionSummary>,
}

/// A permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PermissionSummary {
    /// Its name.
    pub name: String,
    /// What it allows, in plain words.
    pub meaning: String,
}

/// The roles of the policy in force.
///
/// # Errors
/// When the caller may not see who has access.
pub fn list_roles(services: &Services, call: &Call<'_>) -> Result<RoleList, Error> {
    authorise(services, call, Operation::ExplainAccess, Resource::default())?;
    let policy = services.policy.get();
    let roles = policy.roles.iter().map(|(name, permissions)| RoleSummary {
        name: name.to_owned(),
        permissions: permissions
            .iter()
            .map(|permission| PermissionSummary {
                name: permission.as_str().to_owned(),
                meaning: permission.meaning().to_owned(),
            })
            .collect(),
    });
    Ok(RoleList { roles: roles.collect() })
}
