//! Rotation: a new value is made, taken wherever it is used, found to work there, and only then given out.

mod generator;
mod hook;
mod postgres;

pub use generator::{Algorithm, Generator, Letters, NotAGenerator};
pub use hook::{Hook, Phase};
