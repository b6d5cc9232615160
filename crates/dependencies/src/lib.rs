//! What a project depends on, and what is known to be wrong with it: lockfiles, manifests and SBOMs, the order of versions of
//! each ecosystem, advisories in OSV form, and the smallest upgrades that clear them. No network, no other programs.

pub mod advisories;
mod document;
mod fault;
mod formats;
mod found;
mod graph;
mod installed;
mod inventory;
mod lockfile;
mod manifest;
mod python;
mod sbom;
mod sources;
pub mod upgrade;
pub mod version;

pub use inventory::{Inventory, inventory, inventory_unless};
