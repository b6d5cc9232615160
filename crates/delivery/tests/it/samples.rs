//! Checkpoints and entries as the log makes them.

use std::time::Duration;

use delivery::{Batch, Entry, Patience};
use merkle::{Checkpoint, Frontier, Signer, leaf_hash};
use outbound::Rules;

pub(crate) const ORIGIN: &str = "test.example/audit";

/// The signed checkpoint of a log of `size` entries of `kind`.
pub(crate) fn checkpoint_of(origin: &str, kind: &str, size: u64) -> String {
    let mut frontier = Frontier::new();
    for number in 0..size {
        frontier.append_with(leaf_hash(format!("{kind} {number}").as_bytes()), |_, _| ()).unwrap();
    }
    let signer = Signer::from_seed(origin, &[7; 32]).unwrap();
    Checkpoint::new(origin, frontier.tree_head()).unwrap().sign(&[&signer]).unwrap().to_string()
}

pub(crate) fn checkpoint(size: u64) -> String {
    checkpoint_of(ORIGIN, "entry", size)
}

/// The entries with these numbers.
pub(crate) fn batch(numbers: std::ops::Range<u64>) -> Batch {
    let entry = |number| Entry {
        number,
        at_ms: 1_795_000_000_000 + i64::try_from(number).unwrap(),
        action: "create-token".to_owned(),
        line: format!(r#"{{"number":{number},"who":"Zoë 🦀","path":"a\\b\"c"}}"#),
    };
    Batch::new(numbers.map(entry).collect()).unwrap()
}

/// Quick, so that tests are.
pub(crate) const PATIENCE: Patience = Patience {
    attempts: 3,
    first: Duration::from_millis(5),
    longest: Duration::from_millis(20),
    attempt: Duration::from_secs(10),
};

/// Rules under which this machine may be reached.
pub(crate) fn this_machine() -> Rules {
    Rules { private_networks: vec!["127.0.0.0/8".parse().unwrap()], ..Rules::default() }
}
