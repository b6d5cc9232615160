//! A bug on purpose, behind a word and a number that chance does not meet: only a fuzzer that sees what bytes are compared with
//! gets through. Each run looks for it first.

use crate::target::Target;

pub(super) const TARGET: Target = Target { name: "planted", run, seeds: || vec![b"plain text".to_vec()], words: &[] };

#[allow(clippy::panic, reason = "it is there to be found")]
fn run(data: &[u8]) {
    let Some((word, rest)) = data.split_at_checked(7) else { return };
    let Some(number) = rest.first_chunk().copied().map(u32::from_le_bytes) else { return };
    if std::str::from_utf8(word) == Ok("planted") && number ^ 0x0055_aa55 == 0x1505_1723 {
        panic!("the planted bug was found");
    }
}
