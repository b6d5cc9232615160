//! Rotation: a new value is made, taken wherever it is used, found to work there, and only then given out.

mod due;
mod effect;
mod generator;
mod hook;
mod job;
mod message;
mod new_value;
mod opened;
mod outside;
mod postgres;
mod rotate;
mod schedule;
mod settle;
mod work;

pub use due::{DueRotations, rotate_due};
pub use generator::{Algorithm, Generator, Letters, NotAGenerator};
pub use hook::{Hook, Phase};
pub use job::rotation_job;
pub use outside::Outside;
pub use rotate::{RotatedSecret, RotationWish, rotate_secret};
pub use schedule::{RotationSchedule, schedule_rotation};
