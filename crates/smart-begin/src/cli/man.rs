//! `smart-begin man`: the manual page, generated from the command line itself.

use app::Error;
use clap::Args;

use super::answer::Outcome;
use super::output;

/// Print the manual page, for example: smart-begin man > /usr/local/share/man/man1/smart-begin.1
#[derive(Args)]
pub(super) struct Man {
    /// The page of one command, for example new
    command: Option<String>,
}

impl Man {
    pub(super) fn run(self, mut whole: clap::Command) -> Outcome {
        whole.build();
        let page = match &self.command {
            None => clap_mangen::Man::new(whole),
            Some(name) => {
                let missing =
                    || Error::invalid("command", "There is no such command.", "smart-begin --help lists them.");
                let command = whole.find_subcommand(name).cloned().ok_or_else(missing)?;
                clap_mangen::Man::new(command).title(format!("smart-begin-{name}"))
            }
        };
        let mut text = Vec::new();
        page.render(&mut text).map_err(Error::internal)?;
        output::print(&String::from_utf8_lossy(&text))
    }
}
