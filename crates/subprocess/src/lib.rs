//! Starts other programs; nothing else in the product does.
//!
//! A program is an absolute path, its arguments are a list, and no shell reads either. It gets the variables that it is
//! given and no others, none of this process's files, and bounds: on time, and on what is kept of its output. It runs
//! in a process group of its own, which ends as a whole. Values that it is given on stdin or as secret variables are
//! never in an error or in `Debug`, and are erased when dropped; what the operating system copies for a started program
//! is that program's affair.
//!
//! Everything here blocks.
#![allow(clippy::disallowed_methods, reason = "this crate is the home of std::process::Command")]

mod command;
mod ended;
mod environment;
mod error;
mod limits;
#[cfg(target_os = "linux")]
mod passed_file;
mod program;
mod running;
mod streams;

pub use command::Command;
pub use ended::{End, Ended, Output};
pub use environment::Environment;
pub use error::Error;
pub use limits::Limits;
#[cfg(target_os = "linux")]
pub use passed_file::PassedFile;
pub use program::Program;
