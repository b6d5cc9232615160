//! What the configuration says about access, as the policy that every use case asks.

use domain::{Policy, Quota, RoleTable};

use super::keys::{EXECUTE_OVER_HTTP, PERMISSIONS, PROJECT_BYTES, PROJECTS, READ_ONLY};
use super::settings::Settings;

impl Settings {
    /// The policy.
    pub(crate) fn policy(&self) -> Policy {
        Policy {
            roles: self.roles(),
            read_only: self.switch(&READ_ONLY),
            execute_over_http: self.switch(&EXECUTE_OVER_HTTP),
            quota: Quota { projects: self.whole(&PROJECTS), bytes: self.whole(&PROJECT_BYTES) },
        }
    }

    fn roles(&self) -> RoleTable {
        self.names(&PERMISSIONS).into_iter().fold(RoleTable::shipped(), |roles, name| {
            let permissions = self.texts(PERMISSIONS.of(&name));
            let permissions = permissions.iter().filter_map(|permission| permission.parse().ok()).collect();
            roles.with(name, permissions)
        })
    }
}
