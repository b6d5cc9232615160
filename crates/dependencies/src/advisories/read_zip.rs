//! Reads records out of a zip archive. Nothing of it is written anywhere under a name that the archive gives.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use super::error::Error;
use super::taken::{Intake, RECORD_BYTES, RECORDS, shown};

/// Largest archive, in bytes.
const ARCHIVE: u64 = 2 << 30;
/// How often the size of an archive its records may have in all, beside the slack. OSV's have six times.
const RATIO: u64 = 100;
const SLACK: u64 = 16 << 20;
/// The end of an archive: a record of 22 bytes and a comment.
const END: usize = 22;
const LONGEST_COMMENT: usize = 65_535;

/// Gives each record in the archive at `path` to `intake`.
pub(super) fn read(path: &Path, intake: &mut Intake<'_>) -> Result<(), Error> {
    let mut file = File::open(path).map_err(Error::file(path, "read"))?;
    let size = file.metadata().map_err(Error::file(path, "read"))?.len();
    let too_much = |what: String| Error::TooMuch { path: path.to_path_buf(), what };
    if size > ARCHIVE {
        return Err(too_much(format!("it has {size} bytes, and {ARCHIVE} are read at most")));
    }
    let broken = |why: String| Error::Archive { path: path.to_path_buf(), why };
    // The library makes a list of all entries, so that their number is looked at first.
    let told = entries(&mut file, size).map_err(|cause| broken(cause.to_string()))?;
    if told > RECORDS {
        return Err(too_much(format!("it has {told} entries, and {RECORDS} are read at most")));
    }
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|cause| broken(cause.to_string()))?;
    if archive.len() as u64 != told {
        return Err(broken("it does not have as many entries as it tells".to_owned()));
    }
    let mut left = size.saturating_mul(RATIO).saturating_add(SLACK);
    let mut bytes = Vec::new();
    for number in 0..archive.len() {
        let entry = archive.by_index(number).map_err(|cause| broken(cause.to_string()))?;
        let name = entry.name().map_err(|cause| broken(cause.to_string()))?.into_owned();
        if leads_out(&name) {
            return Err(Error::Traversal { path: path.to_path_buf(), entry: shown(&name) });
        }
        if !name.ends_with(".json") {
            continue;
        }
        bytes.clear();
        let most = RECORD_BYTES.min(left);
        entry.take(most + 1).read_to_end(&mut bytes).map_err(|cause| broken(format!("{}: {cause}", shown(&name))))?;
        if bytes.len() as u64 > most {
            return Err(too_much(format!("{} is larger than {most} bytes unpacked", shown(&name))));
        }
        left -= bytes.len() as u64;
        intake.take(&name, &bytes)?;
    }
    Ok(())
}

fn leads_out(name: &str) -> bool {
    name.starts_with(['/', '\\']) || name.contains(':') || name.split(['/', '\\']).any(|part| part == "..")
}

/// How many entries the archive says that it has.
fn entries(file: &mut File, size: u64) -> io::Result<u64> {
    let fault = |why: &'static str| io::Error::new(io::ErrorKind::InvalidData, why);
    let tail = size.min((END + LONGEST_COMMENT + 20) as u64);
    file.seek(SeekFrom::Start(size - tail))?;
    let mut end = Vec::new();
    file.take(tail).read_to_end(&mut end)?;
    let here = |at: &usize| {
        let comment = end.get(at + 20..at + END).map(|two| usize::from(two[0]) | usize::from(two[1]) << 8);
        end[*at..].starts_with(b"PK\x05\x06") && comment == Some(end.len() - at - END)
    };
    let last = end.len().checked_sub(END).ok_or_else(|| fault("it is too short"))?;
    let at = (0..=last).rev().find(here).ok_or_else(|| fault("its end is missing; it may be cut off"))?;
    let short = u64::from(end[at + 10]) | u64::from(end[at + 11]) << 8;
    let beyond = at >= 20 && end[at - 20..].starts_with(b"PK\x06\x07");
    if short < 0xffff && !beyond {
        return file.rewind().map(|()| short);
    }
    if !beyond {
        return file.rewind().map(|()| short);
    }
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    file.seek(SeekFrom::Start(number(&end[at - 12..at - 4])))?;
    let mut large = [0; 40];
    file.read_exact(&mut large)?;
    if !large.starts_with(b"PK\x06\x06") {
        return Err(fault("its end does not fit"));
    }
    file.rewind()?;
    Ok(number(&large[32..40]))
}
