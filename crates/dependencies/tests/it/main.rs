//! What a tree of files depends on.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "tests write files and start programs")]

mod advisories;
mod inventory;
mod javascript;
mod lockfiles;
mod others;
mod python;
mod sboms;
mod tree;
mod upgrade;
mod version_order;
mod version_properties;
