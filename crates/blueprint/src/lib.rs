//! Answers and a catalogue make a plan; a plan becomes files and a first commit. Blueprints are data: no code of theirs runs.
//!
//! Planning is pure: the same answers and the same blueprint give the same bytes on every machine, so that the hash of a
//! plan is the hash of what is written. The clock appears once, as the time of the first commit, outside of the plan.

mod answers;
mod archive;
mod blueprint;
mod catalogue;
mod encode;
mod fault;
mod git;
mod manifest;
mod name;
mod pack;
mod plan;
mod render;
mod shipped;
mod source;
mod technology;

pub use answers::{Answers, LICENSES, QUALITY_LEVELS, ROLES, TARGET_USERS, TEMPLATES};
pub use archive::{Extra, tar_gz, zip};
pub use blueprint::Blueprint;
pub use catalogue::Catalogue;
pub use fault::{CatalogueFault, Fault};
pub use git::{Commit, first_commit};
pub use manifest::{Gate, Manifest, Tool};
pub use name::ProjectName;
pub use plan::{Plan, PlannedFile};
pub use shipped::{Shipped, pack};
pub use technology::{Choice, choose, nearest};
