//! `smart-begin completions`: shell completions, generated from the command line itself.

use clap::Args;
use clap_complete::Shell;

use super::{Outcome, definition, output};

/// Print completions for a shell, for example: smart-begin completions bash > /etc/bash_completion.d/smart-begin
#[derive(Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut definition(), "smart-begin", &mut script);
        output::print(&String::from_utf8_lossy(&script))
    }
}
