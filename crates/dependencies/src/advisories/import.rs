//! Takes advisories in: an archive, a folder as OSV publishes it (`ECOSYSTEM/all.zip`), or a folder of records.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use domain::Ecosystem;
use jiff::{Timestamp, Unit};

use super::archives;
use super::build::Built;
use super::error::Error;
use super::read_folder;
use super::read_zip;
use super::taken::{Intake, Wanted};

/// The archive of an ecosystem in a folder as OSV publishes it.
const ARCHIVE: &str = "all.zip";

/// What was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// Advisories that are in force.
    pub advisories: u64,
    /// Advisories that were taken back; they are not kept.
    pub withdrawn: u64,
    /// Packages with an advisory.
    pub packages: u64,
    /// When, in UTC.
    pub imported: String,
    /// The newest change in the advisories, where they tell.
    pub newest: Option<String>,
}

/// Takes in what is at `from`: of `only` these ecosystems, or of all there are. The indexes in `folder` are replaced when all
/// of it was read and found good.
///
/// # Errors
/// When something in it is not as it must be; the old indexes are untouched then.
pub fn import(folder: &Path, from: &Path, only: &[Ecosystem], stopped: &AtomicBool) -> Result<Vec<Imported>, Error> {
    let wanted = || if only.is_empty() { Wanted::All } else { Wanted::These(only.to_vec()) };
    let kind = fs::metadata(from).map_err(Error::file(from, "read"))?;
    fs::create_dir_all(folder).map_err(Error::file(folder, "written"))?;
    let now = now();
    let mut built = Vec::new();
    if kind.is_file() {
        let mut intake = Intake::new(folder, from, wanted(), stopped);
        read_zip::read(from, &mut intake)?;
        let taken = intake.finish(&now)?;
        built.extend(taken.into_iter().map(|each| (each, Some(from.to_path_buf()))));
        return put(folder, built);
    }
    let found = published(from, only)?;
    for (ecosystem, archive) in &found {
        built.push((one(folder, archive, ecosystem, &now, stopped)?, Some(archive.clone())));
    }
    if found.is_empty() {
        let mut intake = Intake::new(folder, from, wanted(), stopped);
        read_folder::read(from, &mut intake)?;
        built.extend(intake.finish(&now)?.into_iter().map(|each| (each, None)));
    }
    put(folder, built)
}

/// Takes in the archive of one ecosystem.
///
/// # Errors
/// As [`import`].
pub fn import_archive(
    folder: &Path,
    archive: &Path,
    ecosystem: &Ecosystem,
    stopped: &AtomicBool,
) -> Result<Imported, Error> {
    fs::create_dir_all(folder).map_err(Error::file(folder, "written"))?;
    let built = one(folder, archive, ecosystem, &now(), stopped)?;
    put(folder, vec![(built, Some(archive.to_path_buf()))])?.pop().ok_or(Error::Stopped)
}

fn one(folder: &Path, archive: &Path, ecosystem: &Ecosystem, now: &str, stopped: &AtomicBool) -> Result<Built, Error> {
    let mut intake = Intake::new(folder, archive, Wanted::These(vec![ecosystem.clone()]), stopped);
    read_zip::read(archive, &mut intake)?;
    let missing = || Error::Missing { ecosystem: ecosystem.label().to_owned(), path: archive.to_path_buf() };
    intake.finish(now)?.pop().ok_or_else(missing)
}

/// Puts the indexes in place, each with the archive that it was made of.
fn put(folder: &Path, built: Vec<(Built, Option<PathBuf>)>) -> Result<Vec<Imported>, Error> {
    let each = |(each, archive): (Built, Option<PathBuf>)| {
        let imported = Imported {
            ecosystem: Ecosystem::new(each.header.ecosystem.clone()),
            advisories: each.header.advisories,
            withdrawn: each.withdrawn,
            packages: each.packages,
            imported: each.header.imported.clone(),
            newest: each.header.newest.clone(),
        };
        each.put()?;
        archives::keep(folder, &imported.ecosystem, archive.as_deref())?;
        Ok(imported)
    };
    built.into_iter().map(each).collect()
}

fn now() -> String {
    let now = Timestamp::now();
    now.round(Unit::Second).unwrap_or(now).to_string()
}

/// The archives of a folder as OSV publishes it, of `only` these ecosystems.
fn published(from: &Path, only: &[Ecosystem]) -> Result<Vec<(Ecosystem, PathBuf)>, Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(from).map_err(Error::file(from, "read"))? {
        let entry = entry.map_err(Error::file(from, "read"))?;
        let archive = entry.path().join(ARCHIVE);
        if let (Some(name), true) = (entry.file_name().to_str(), archive.is_file()) {
            found.push((Ecosystem::labelled(name), archive));
        }
    }
    found.sort();
    if !found.is_empty() {
        let missing = |wanted: &&Ecosystem| !found.iter().any(|(known, _)| known == *wanted);
        if let Some(missing) = only.iter().find(missing) {
            return Err(Error::Missing { ecosystem: missing.label().to_owned(), path: from.to_path_buf() });
        }
    }
    found.retain(|(known, _)| only.is_empty() || only.contains(known));
    Ok(found)
}
