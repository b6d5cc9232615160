//! What is told of who did what: entries of the audit log for all that is privileged, lines of the access log for the
//! rest, and refusals folded so that nobody can fill the disk with them.

mod auditor;
mod background;
mod draft;
mod log;
mod pseudonym;
mod queue;
mod refusals;
mod sign_ins;

pub use auditor::Auditor;
pub(crate) use draft::Draft;
pub(crate) use log::sign_after;
pub use log::*;
pub use pseudonym::Pseudonyms;
