//! Opening the index of advisories, against reading all of its bytes: `cargo xtask bench` starts this, and reads one line of JSON.
//! Arguments: the folder of the index, how many pairs.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench ends where it is lost"
)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use dependencies::advisories::Database;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [folder, pairs] = arguments.as_slice() else { return };
    let (folder, pairs) = (PathBuf::from(folder), pairs.parse::<usize>().unwrap());
    let pairs: Vec<(f64, f64)> = (0..=pairs).map(|_| (open(&folder), read(&folder))).skip(1).collect();
    let told: Vec<String> = pairs.iter().map(|(open, read)| format!("[{open},{read}]")).collect();
    println!("{{\"pairs\":[{}]}}", told.join(","));
}

fn open(folder: &Path) -> f64 {
    let started = Instant::now();
    let database = Database::open(folder).unwrap();
    let took = started.elapsed().as_secs_f64() * 1e3;
    assert!(!database.ages().is_empty(), "there is no index to open");
    took
}

fn read(folder: &Path) -> f64 {
    let started = Instant::now();
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let bytes: usize = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap().len()).sum();
    assert!(bytes > 0);
    started.elapsed().as_secs_f64() * 1e3
}
