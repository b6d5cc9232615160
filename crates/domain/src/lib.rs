//! The words of the house: who calls, what they may do, what a project is and what happened to it.
//!
//! Everything here is plain data without input or output, so that every other floor can share it.

mod caller;
mod event;
mod id;
mod text;

pub use caller::{Caller, Face, Permission, Role};
pub use event::{Event, EventKind};
pub use id::{IdError, ProjectId, RequestId, Secret};
pub use text::{TextFault, one_line};
