//! Starts other programs; nothing else in the product does.
//!
//! A program is an absolute path, its arguments are a list, and no shell reads either. It gets the variables that it is
//! given and no others, none of this process's files, and bounds: on time, on what is kept of its output, and, where they
//! are asked for, on memory, processor time, files, processes and the network. What the kernel cannot hold of these is
//! told, never kept silent (`Enforced`). It runs in a process group of its own, which ends as a whole. Values that it is given on stdin or as secret variables are
//! never in an error or in `Debug`, and are erased when dropped; what the operating system copies for a started program
//! is that program's affair.
//!
//! Everything here blocks.
#![allow(clippy::disallowed_methods, reason = "this crate is the home of std::process::Command")]

mod command;
mod confinement;
mod ended;
mod enforced;
mod environment;
mod error;
mod limits;
#[cfg(target_os = "linux")]
mod passed_file;
mod program;
mod resources;
mod running;
mod streams;

pub use command::Command;
pub use ended::{End, Ended, Output};
pub use enforced::{Enforced, Held};
pub use environment::Environment;
pub use error::Error;
pub use limits::{Limits, Network, Resources};
#[cfg(target_os = "linux")]
pub use passed_file::PassedFile;
pub use program::Program;
