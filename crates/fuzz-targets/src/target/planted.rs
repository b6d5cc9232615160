//! A bug on purpose, behind five letters and a number that chance does not meet: only a fuzzer that sees which way a comparison
//! went gets through. Each run looks for it first.

use super::Target;

pub(super) const TARGET: Target = Target { name: "planted", run, seeds: || vec![b"plain text".to_vec()], words: &[] };

#[allow(clippy::panic, reason = "it is there to be found")]
fn run(data: &[u8]) {
    let Some((word, rest)) = data.split_at_checked(5) else { return };
    let Some(number) = rest.first_chunk().copied().map(u32::from_le_bytes) else { return };
    if word == b"plant" && number ^ 0x0055_aa55 == 0x1505_1723 {
        panic!("the planted bug was found");
    }
}
