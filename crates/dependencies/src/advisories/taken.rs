//! What is taken in of a heap of records: checked one by one, bounded, and sorted into the indexes they belong to.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use domain::Ecosystem;
use sha2::{Digest as _, Sha256};

use super::build::{Builder, Built};
use super::entry;
use super::error::Error;
use super::package_key;
use super::record::Record;

/// Most records in one archive or folder; all of OSV has fewer.
pub(super) const RECORDS: u64 = 1_000_000;
/// Largest record, in bytes.
pub(super) const RECORD_BYTES: u64 = 16 << 20;
/// Longest name, id or version that is kept, in bytes.
const TEXT: usize = 4096;

/// Which ecosystems are taken.
pub(super) enum Wanted {
    /// These, each into an index of its own.
    These(Vec<Ecosystem>),
    /// Whatever there is, without regard to releases.
    All,
}

impl Wanted {
    /// The index for a package of `ecosystem`; none where it is not wanted.
    fn index_for(&self, ecosystem: &str) -> Option<Ecosystem> {
        let whole = |wanted: &&Ecosystem| {
            let rest = ecosystem.strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        match self {
            Self::These(wanted) => wanted.iter().filter(whole).max_by_key(|wanted| wanted.as_str().len()).cloned(),
            Self::All => Some(Ecosystem::new(ecosystem.split(':').next().unwrap_or_default())),
        }
    }
}

/// Records on their way into indexes.
pub(super) struct Intake<'a> {
    folder: &'a Path,
    source: PathBuf,
    wanted: Wanted,
    builders: BTreeMap<Ecosystem, Builder>,
    ids: HashSet<[u8; 16]>,
    entry: Vec<u8>,
    stopped: &'a AtomicBool,
}

impl<'a> Intake<'a> {
    pub(super) fn new(folder: &'a Path, source: &Path, wanted: Wanted, stopped: &'a AtomicBool) -> Self {
        let source = source.to_path_buf();
        Self { folder, source, wanted, builders: BTreeMap::new(), ids: HashSet::new(), entry: Vec::new(), stopped }
    }

    /// Takes the record that the file `name` is.
    pub(super) fn take(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(Error::Stopped);
        }
        let fault = |why: String| Error::Record { path: self.source.clone(), entry: shown(name), why };
        let record: Record = serde_json::from_slice(bytes).map_err(|cause| fault(cause.to_string()))?;
        check_texts(&record).map_err(|why| fault(why.to_owned()))?;
        let digest: [u8; 32] = Sha256::digest(&record.id).into();
        let [short @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = digest;
        if !self.ids.insert(short) {
            return Err(Error::Twice { path: self.source.clone(), id: record.id });
        }
        if self.ids.len() as u64 > RECORDS {
            return Err(Error::TooMuch { path: self.source.clone(), what: format!("more than {RECORDS} records") });
        }
        self.sort_in(&record)
    }

    fn sort_in(&mut self, record: &Record) -> Result<(), Error> {
        let mut counted: Vec<Ecosystem> = Vec::new();
        for affected in &record.affected {
            let Some(ecosystem) = self.wanted.index_for(&affected.package.ecosystem) else { continue };
            if ecosystem.as_str().is_empty() || affected.package.name.is_empty() {
                continue;
            }
            if !self.builders.contains_key(&ecosystem) {
                self.builders.insert(ecosystem.clone(), Builder::new(self.folder, ecosystem.clone())?);
            }
            let Some(builder) = self.builders.get_mut(&ecosystem) else { continue };
            if !counted.contains(&ecosystem) {
                if record.withdrawn.is_empty() {
                    builder.count(&record.modified)
                } else {
                    builder.withdrawn += 1
                }
                counted.push(ecosystem);
            }
            if record.withdrawn.is_empty() {
                let key = package_key::of(&affected.package.ecosystem, &affected.package.name);
                self.entry.clear();
                entry::write(record, affected, &key, &mut self.entry);
                builder.add(&key, &self.entry)?;
            }
        }
        Ok(())
    }

    /// Makes the indexes. None of them has taken its place yet.
    pub(super) fn finish(self, imported: &str) -> Result<Vec<Built>, Error> {
        let path = self.source;
        if let Wanted::These(wanted) = &self.wanted {
            let none = |wanted: &&Ecosystem| self.builders.get(wanted).is_none_or(|found| found.advisories == 0);
            if let Some(missing) = wanted.iter().find(none) {
                return Err(Error::Missing { ecosystem: missing.label().to_owned(), path });
            }
        } else if self.builders.len() > 1 {
            let names: Vec<&str> = self.builders.keys().map(Ecosystem::label).take(20).collect();
            return Err(Error::Several { path, ecosystems: names.join(", ") });
        }
        let built: Result<Vec<Built>, Error> =
            self.builders.into_values().map(|builder| builder.finish(imported)).collect();
        built.and_then(|built| if built.is_empty() { Err(Error::Nothing(path)) } else { Ok(built) })
    }

    /// Makes the indexes of all that are wanted by name, if only with nothing in them.
    pub(super) fn finish_all(mut self, imported: &str) -> Result<Vec<Built>, Error> {
        if let Wanted::These(wanted) = &self.wanted {
            for ecosystem in wanted {
                if !self.builders.contains_key(ecosystem) {
                    self.builders.insert(ecosystem.clone(), Builder::new(self.folder, ecosystem.clone())?);
                }
            }
        }
        self.builders.into_values().map(|builder| builder.finish(imported)).collect()
    }
}

/// A name for people: bounded, and without control characters.
pub(super) fn shown(name: &str) -> String {
    name.chars().take(200).map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

fn check_texts(record: &Record) -> Result<(), &'static str> {
    let packages = record.affected.iter().flat_map(|each| [&each.package.name, &each.package.ecosystem]);
    let names = [&record.id, &record.modified].into_iter().chain(packages).chain(&record.aliases);
    let plain = |text: &str| text.len() <= TEXT && !text.chars().any(char::is_control);
    match () {
        () if record.id.trim().is_empty() => Err("it has no id"),
        () if !names.into_iter().all(|name| plain(name)) => Err("a name in it is too long or holds control characters"),
        () => Ok(()),
    }
}
