//! Where secrets are, as people say it on the command line.

use app::SecretPlace;
use clap::Args;

/// Where secrets are.
#[derive(Args)]
pub(crate) struct At {
    /// The environment, for example development, staging or production
    #[arg(long = "environment", id = "of_environment", value_name = "ENV")]
    pub(super) environment: String,
    /// The project's id; without it, secrets of no project
    #[arg(long, value_name = "ID")]
    project: Option<String>,
}

impl At {
    pub(crate) fn place(&self) -> SecretPlace<'_> {
        SecretPlace { project: self.project.as_deref(), environment: &self.environment }
    }
}
