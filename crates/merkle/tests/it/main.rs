//! Tree, proofs and signed checkpoints, against the published vectors, a naive implementation of the RFC's definitions, and
//! two independent crates.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bit_flips;
mod forms;
mod growth;
mod hostile_input;
mod independent_notes;
mod independent_trees;
mod key_rotation;
mod naive;
mod refusals;
mod shelf;
mod vectors;

/// So many cases for a property, a hundred times as many with `SMART_BEGIN_LONG=1`.
fn cases(count: u32) -> proptest::prelude::ProptestConfig {
    let long = std::env::var("SMART_BEGIN_LONG").is_ok_and(|value| value == "1");
    proptest::prelude::ProptestConfig { cases: if long { 100 * count } else { count }, ..Default::default() }
}
