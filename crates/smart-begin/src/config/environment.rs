//! Where the program runs. What is safe enough depends on it.

use clap::ValueEnum;

/// Where the program runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Environment {
    /// One person's own machine.
    #[default]
    Development,
    /// As production, with nothing in it that counts.
    Staging,
    /// For others, and for good.
    Production,
}

impl Environment {
    /// Its name; also that of its file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// Whether unsafe settings are refused.
    pub(crate) fn is_guarded(self) -> bool {
        self != Self::Development
    }
}
