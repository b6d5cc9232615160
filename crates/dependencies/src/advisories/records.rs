//! Records that came one by one, from a server that was asked for them: read, bounded and matched as those of an archive are.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use domain::Ecosystem;
use jiff::{Timestamp, Unit};
use serde::Deserialize;

use super::database::Database;
use super::error::Error;
use super::taken::{Intake, RECORD_BYTES, Wanted};

/// A database for one question, made of the records that were given.
pub struct OfRecords {
    /// What packages are matched with. It has all ecosystems that were named, if only with nothing in them.
    pub database: Database,
    /// The records that are none, by the id that they were given under, and why.
    pub refused: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

/// A database of `ecosystems` with these records, each under the id that it was asked for. It lies in a folder that goes with it;
/// what is known of exploits comes from `epss`.
///
/// # Errors
/// When the folder cannot be made or written. A record that is none is told apart, and keeps no other out.
pub fn of_records<'a>(
    ecosystems: &[Ecosystem],
    records: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    epss: Option<&Path>,
) -> Result<OfRecords, Error> {
    let folder = tempfile::tempdir().map_err(Error::file(std::env::temp_dir(), "written"))?;
    let stopped = AtomicBool::new(false);
    let mut intake = Intake::new(folder.path(), folder.path(), Wanted::These(ecosystems.to_vec()), &stopped);
    let mut refused = Vec::new();
    for (id, bytes) in records {
        if let Err(why) = check(id, bytes) {
            refused.push((id.to_owned(), why.to_owned()));
            continue;
        }
        match intake.take(id, bytes) {
            Ok(()) => {}
            Err(Error::Record { why, .. }) => refused.push((id.to_owned(), why)),
            Err(error) => return Err(error),
        }
    }
    let now = Timestamp::now();
    for built in intake.finish_all(&now.round(Unit::Second).unwrap_or(now).to_string())? {
        built.put()?;
    }
    let database = Database::of_records(folder, epss)?;
    Ok(OfRecords { database, refused })
}

/// A record under another name than it was asked for would be matched as something that nobody named.
fn check(id: &str, bytes: &[u8]) -> Result<(), &'static str> {
    if bytes.len() as u64 > RECORD_BYTES {
        return Err("it is too large");
    }
    let named: Named = serde_json::from_slice(bytes).map_err(|_| "it is no OSV record")?;
    if named.id == id { Ok(()) } else { Err("it bears another id") }
}
