//! How likely a vulnerability is exploited (EPSS of first.org), where the operator put its file beside the indexes.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use domain::Probability;
use flate2::read::GzDecoder;

/// The file with the probabilities, as first.org publishes it; it may be packed (`.gz`).
pub const EPSS_FILE: &str = "epss_scores-current.csv";

/// Most that is read of it, unpacked.
const LARGEST: u64 = 256 << 20;

/// The probabilities of those of `names` that the file knows. Empty where there is no file.
pub(super) fn of(folder: &Path, names: &HashSet<&str>) -> HashMap<String, Probability> {
    let plain = File::open(folder.join(EPSS_FILE)).map(|file| Box::new(file) as Box<dyn Read>);
    let packed = || File::open(folder.join(format!("{EPSS_FILE}.gz"))).map(|file| Box::new(GzDecoder::new(file)) as _);
    let Ok(file) = plain.or_else(|_| packed()) else { return HashMap::new() };
    let lines = BufReader::new(file.take(LARGEST)).lines().map_while(Result::ok);
    let read = |line: String| {
        let (name, rest) = line.split_once(',')?;
        let value = rest.split(',').next()?.trim();
        names.contains(name).then_some(())?;
        Some((name.to_owned(), Probability::new(value.parse().ok()?)?))
    };
    lines.filter_map(read).collect()
}
