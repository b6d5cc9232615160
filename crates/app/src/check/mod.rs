//! Checks: secrets, vulnerable packages and the gates of a repository, in one report.

mod settings;

pub use settings::CheckSettings;
