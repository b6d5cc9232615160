//! Sessions of the dashboard: kept in the store as hashes of their cookies, so that they can be ended there.

mod end;
mod list;
mod resume;
mod start;

pub use end::end_session;
pub use list::{SessionSummary, list_sessions};
pub use resume::{ResumedSession, resume_session};
pub use start::{Origin, SessionTimes, SignedIn, StartedSession, start_session};
