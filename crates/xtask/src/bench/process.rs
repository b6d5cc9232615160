//! What Linux says of a running process.

use std::fs;

use crate::Failure;

/// Memory of a process, in millions of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Memory {
    /// Now.
    pub(super) resident: f64,
    /// Of that, what is its own and not a file's.
    pub(super) own: f64,
    /// The most there ever was.
    pub(super) peak: f64,
}

impl Memory {
    pub(super) fn of(process: u32) -> Result<Self, Failure> {
        let status = fs::read_to_string(format!("/proc/{process}/status"));
        status.map(|status| Self::read(&status)).map_err(|fault| Failure::because("a server is gone", fault))
    }

    fn read(status: &str) -> Self {
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
            kib.map_or(f64::NAN, |kib| kib * 1024.0 / 1e6)
        };
        Self { resident: of("VmRSS"), own: of("RssAnon"), peak: of("VmHWM") }
    }
}

/// Seconds of processor time that a process has used: in its own code, and in the kernel for it.
pub(super) fn processor_seconds(process: u32) -> Result<(f64, f64), Failure> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"));
    let stat = stat.map_err(|fault| Failure::because("a server is gone", fault))?;
    Ok(read_stat(&stat))
}

/// Seconds of processor time that all children of this process have used that it has waited for, with theirs.
pub(super) fn processor_seconds_of_children() -> Result<f64, Failure> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|fault| Failure::because("/proc/self/stat", fault))?;
    let words = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = words.split_whitespace().skip(13).take(2).map(|word| word.parse::<f64>().unwrap_or(f64::NAN) / 100.0);
    Ok(ticks.sum())
}

/// The name in brackets may hold anything; the 12th and 13th words after it are ticks, a hundred a second.
fn read_stat(stat: &str) -> (f64, f64) {
    let words = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let mut ticks = words.split_whitespace().skip(11).map(|word| word.parse::<f64>().unwrap_or(f64::NAN) / 100.0);
    (ticks.next().unwrap_or(f64::NAN), ticks.next().unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_millions_of_bytes() {
        let memory = Memory::read("Name:\tx\nVmHWM:\t   20000 kB\nVmRSS:\t   10000 kB\nRssAnon:\t    5000 kB\n");
        assert_eq!(memory, Memory { resident: 10.24, own: 5.12, peak: 20.48 });
    }

    #[test]
    fn processor_time_is_found_behind_any_name() {
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194560 100 0 0 0 250 150 0 0 20 0 3 0 1 2 3";
        assert_eq!(read_stat(stat), (2.5, 1.5));
    }
}
