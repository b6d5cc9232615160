//! `smart-begin completions`: shell completions, generated from the command line itself.

use clap::Args;
use clap_complete::Shell;

use super::answer::Outcome;
use super::output;

/// Print completions for a shell, for example: smart-begin completions bash > /etc/bash_completion.d/smart-begin
#[derive(Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, mut definition: clap::Command) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut definition, "smart-begin", &mut script);
        let mut script = String::from_utf8_lossy(&script).into_owned();
        if self.shell == Shell::Bash {
            // clap issue 6421: a dash in the program's name gets lost in half of the labels, and with it every subcommand.
            script = script.replace("smart__subcmd__begin", "smart__begin");
        }
        output::print(&script)
    }
}
