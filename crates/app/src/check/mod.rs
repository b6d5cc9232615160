//! Checks: secrets, vulnerable packages and the gates of a repository, in one report.

mod answer;
mod baseline;
mod engines;
mod fix_settings;
mod online;
mod osv_api;
mod osv_server;
mod plan;
mod repository;
mod request;
mod run;
mod secrets;
mod settings;
mod subject;
mod suppress;
mod turn;
mod vulnerabilities;
mod watch;

pub use answer::{CheckAnswer, CheckPart, part_of};
pub use baseline::baseline_of;
pub use fix_settings::{FixAllowed, FixNetwork, FixSettings};
pub use osv_server::OsvApi;
pub(crate) use plan::check_plan;
pub use request::{CheckRequest, CheckScope, CheckSubject, InlineFile};
pub use run::check;
pub use scan::engines::EngineSettings;
pub use settings::{CheckSettings, prepare_check};
pub(crate) use subject::{open_folder, project_folder, registered_at};
pub(crate) use turn::Turn;
pub(crate) use vulnerabilities::open as open_advisories;
pub(crate) use watch::with_flag;
