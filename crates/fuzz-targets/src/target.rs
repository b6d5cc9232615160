//! What a target is.

/// One parser that is fuzzed.
#[derive(Debug)]
pub struct Target {
    /// What `cargo xtask fuzz` calls it.
    pub name: &'static str,
    /// The parser, given anything. A panic is a bug, and so is what takes long or much memory.
    pub run: fn(&[u8]),
    /// What the fuzzer starts from.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words of the format, which the fuzzer puts in.
    pub words: &'static [&'static str],
}
