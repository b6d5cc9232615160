//! One run of a program: how long it took, how much processor time, and the most memory.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::bench::process::{Memory, processor_seconds_of_children};

/// What a run took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Took {
    /// Milliseconds from start to end.
    pub(super) wall: f64,
    /// Milliseconds of processor time.
    pub(super) processor: f64,
    /// Millions of bytes.
    pub(super) peak: f64,
}

/// Runs it to its end. `good` are the exit codes that mean an answer: scanners end with one of their own where they find
/// something. What it prints goes nowhere.
pub(super) fn take(command: &mut Command, good: &[i32]) -> Result<Took, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |fault| Failure::because(format!("{name} does not start"), fault);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let before = processor_seconds_of_children()?;
    let started = Instant::now();
    let mut child = command.spawn().map_err(failed)?;
    let mut peak = 0.0_f64;
    let status = loop {
        // Gone between the two looks is no fault.
        peak = peak.max(Memory::of(child.id()).map_or(0.0, |memory| memory.peak));
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        thread::sleep(Duration::from_micros(500));
    };
    let wall = started.elapsed().as_secs_f64() * 1e3;
    let processor = (processor_seconds_of_children()? - before) * 1e3;
    if !status.code().is_some_and(|code| good.contains(&code)) {
        return Err(Failure(format!("{name} ended with {status}, which is no answer")));
    }
    Ok(Took { wall, processor, peak })
}

/// Ours and a peer's in turns, after one turn that does not count: wall, processor time and memory.
pub(super) fn pairs(
    rounds: usize,
    ours: &mut dyn FnMut() -> Result<Took, Failure>,
    peer: &mut dyn FnMut() -> Result<Took, Failure>,
) -> Result<Vec<(Took, Took)>, Failure> {
    ours()?;
    peer()?;
    (0..rounds).map(|_| Ok((ours()?, peer()?))).collect()
}
