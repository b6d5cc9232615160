//! Checks: secrets, vulnerable packages and the gates of a repository, in one report.

mod baseline;
mod request;
mod settings;
mod subject;

pub use baseline::baseline_of;
pub use request::{CheckRequest, CheckScope, CheckSubject, InlineFile};
pub use settings::CheckSettings;
pub(crate) use subject::{open_folder, project_folder};
