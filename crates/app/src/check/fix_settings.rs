//! What the operator lets a fix do.

use std::ffi::OsString;
use std::fmt;

/// What a fix may run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FixAllowed {
    /// Nothing: upgrades are planned and told.
    #[default]
    Plan,
    /// The package managers, without any code of the project.
    Refresh,
    /// The project's own gates as well: its code runs.
    Gates,
}

/// What of it may use the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FixNetwork {
    /// Nothing.
    #[default]
    Nothing,
    /// The package managers, to ask their registries.
    Refresh,
    /// The project's own gates as well.
    Gates,
}

/// What a fix may do. What a caller asks for can narrow it, never widen it; running anything takes the permission `execute`
/// besides.
#[derive(Clone, Default)]
pub struct FixSettings {
    /// What may be run.
    pub allowed: FixAllowed,
    /// What of it may use the network.
    pub network: FixNetwork,
    /// The variables of this process, of which programs get the few that they need.
    pub variables: Vec<(OsString, OsString)>,
}

/// What is in the variables is nobody's business.
impl fmt::Debug for FixSettings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("FixSettings")
            .field("allowed", &self.allowed)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}
