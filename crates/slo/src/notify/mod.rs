//! Who is told what, and how often. One process of all that share a store does this, under a lease; what it has told is kept
//! there, so that whoever has the lease next goes on.

mod notifier;
mod silence;

pub use notifier::{Kind, Notice, Notifier, SavedNotifier};
pub use silence::{Matcher, Silence};
