//! Path confinement and all-or-nothing folders, on a real file system.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests prepare files as anybody would")]

mod confinement;
mod staging;
