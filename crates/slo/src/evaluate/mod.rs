//! The built-in evaluator: samples and a clock go in, what changed comes out. It does what Prometheus does with the rules that
//! are made of the same file, so that the two agree to the minute; a test holds them against each other.

mod counter;
mod evaluator;
mod instance;
mod ring;
mod track;
mod values;

pub use evaluator::{Evaluator, STEP, SavedEvaluator};
pub use instance::{Change, Firing, Standing, State, What};
