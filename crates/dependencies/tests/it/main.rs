//! What a tree of files depends on.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "tests write files and start programs")]

mod advisories;
mod inventory;
mod lockfiles;
mod tree;
mod upgrade;
mod version_order;
mod version_properties;
