//! What the machine is, as far as it explains figures: no host name, no path, nobody's name.

use std::fs;
use std::path::Path;
use std::thread::available_parallelism;

use crate::tool;

/// The facts, a sentence each.
pub(super) fn facts(folder: &Path, load_before: &str) -> Vec<String> {
    let cores = available_parallelism().map_or(0, |cores| cores.get());
    let processor = line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let guest = fs::read_to_string("/proc/cpuinfo").is_ok_and(|text| text.contains(" hypervisor"));
    let memory = line_of("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    let memory = memory.map_or("unknown".to_owned(), |kib| format!("{} GB", (kib * 1024).div_ceil(1_000_000_000)));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    vec![
        format!("{cores} cores ({processor}){}, {memory} of memory", if guest { ", a virtual machine" } else { "" }),
        format!("Linux {}, file system {}", kernel.trim(), file_system(folder).unwrap_or_else(|| "unknown".to_owned())),
        format!("Load (processes that want to run, in the last minute): {load_before} before, {} after", load()),
    ]
}

/// How many processes wanted to run in the last minute.
pub(super) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// Today, as the machine counts it in UTC.
pub(super) fn date() -> String {
    tool::text(tool::command("date").args(["-u", "+%Y-%m-%d"]))
        .map_or("an unknown day".to_owned(), |text| text.trim().to_owned())
}

fn line_of(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The kind of file system that `folder` lies on: that of the longest mount point above it.
fn file_system(folder: &Path) -> Option<String> {
    let mounts = fs::read_to_string("/proc/self/mounts").ok()?;
    let mount = |line: &str| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    let above = mounts.lines().filter_map(mount).filter(|(point, _)| folder.starts_with(point));
    above.max_by_key(|(point, _)| point.len()).map(|(_, kind)| kind)
}
