//! The smallest upgrades that clear what is known to be wrong, and the manifests that ask for them. Pure: what is known
//! comes in as a function, and nothing is fetched, run or written.

mod choose;
mod climb;
mod line;
mod manifest;

pub use choose::{Left, Remedy, Upgrade, upgrades};
pub use climb::Knowledge;
pub use line::same_line;
pub use manifest::{Edited, Override, edit_manifest, override_npm, pin_npm, replace_hashed_pin};
