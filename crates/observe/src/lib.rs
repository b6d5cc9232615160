//! What the program counts about itself: metric handles that every floor may use, without knowing who exports them.
//!
//! Every label is an enum or a constant of the program. No text of a client can become one, so that nobody from outside
//! can make the list of time series grow.

mod audit;
mod checks;
mod delivery;
mod guard;
mod labels;
mod metrics;
mod rotation;

pub use audit::AuditCounts;
pub use checks::{CheckCounts, CheckOutcome};
pub use delivery::{DeliveryCounts, JobOutcome};
pub use guard::Counted;
pub use labels::{ConnectionRefused, HttpMethod, RequestRefused, SignInMethod, SignInOutcome};
pub use metrics::Metrics;
pub use rotation::RotationCounts;
