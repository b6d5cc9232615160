//! Folders with logs.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diagnostics::{Filter, LogConfig, Order, Query, Record, Summary, Wanted, run};

/// Long enough for anything; nothing here is a measurement.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// Small files, of which everything is kept.
pub(crate) fn small(folder: &Path) -> LogConfig {
    LogConfig { rotate_bytes: 2_000, spare_bytes: 0, ..LogConfig::new(folder) }
}

/// A line as the program writes it.
pub(crate) fn line(second: u32, level: &str, message: &str, more: &str) -> String {
    let time = format!("2026-11-23T{:02}:{:02}:{:02}.000000Z", second / 3600, second / 60 % 60, second % 60);
    let message = serde_json::to_string(message).unwrap();
    format!(r#"{{"timestamp":"{time}","level":"{level}","message":{message}{more},"target":"store::writer"}}"#)
}

/// Puts a log file there, as a process would have that began at this second.
pub(crate) fn put(folder: &Path, second: u32, process: u32, content: &[u8]) -> PathBuf {
    let time = format!("20261123T{:02}{:02}{:02}.000Z", second / 3600, second / 60 % 60, second % 60);
    let path = folder.join(format!("smart-begin-{time}-{process}-0000abcd.jsonl"));
    fs::write(&path, content).unwrap();
    path
}

/// Compresses a file that [`put`] made.
pub(crate) fn pack(path: &Path) -> PathBuf {
    use std::io::Write as _;
    let packed = PathBuf::from(format!("{}.gz", path.display()));
    let mut to = flate2::write::GzEncoder::new(fs::File::create(&packed).unwrap(), flate2::Compression::fast());
    to.write_all(&fs::read(path).unwrap()).unwrap();
    to.finish().unwrap();
    fs::remove_file(path).unwrap();
    packed
}

/// The names in a folder that are log files, by time.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut all: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    all.retain(|name| name.starts_with("smart-begin-"));
    all.sort();
    all
}

/// What a search finds.
pub(crate) fn find(folder: &Path, wanted: &Wanted, order: Order, limit: Option<usize>) -> (Vec<Record>, Summary) {
    let filter = Filter::new(wanted, jiff::Timestamp::now()).unwrap();
    let mut found = Vec::new();
    let summary = run(folder, &Query { filter, order, limit }, &mut |record| {
        found.push(record.clone());
        ControlFlow::Continue(())
    });
    (found, summary.unwrap())
}

/// Every line that can be read, the oldest first.
pub(crate) fn all(folder: &Path) -> (Vec<Record>, Summary) {
    find(folder, &Wanted::default(), Order::Oldest, None)
}

/// What lines say.
pub(crate) fn messages(found: &[Record]) -> Vec<&str> {
    found.iter().map(|record| record.message.as_str()).collect()
}

/// Asks until it is so.
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..6_000 {
        if so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("never: {what}");
}
