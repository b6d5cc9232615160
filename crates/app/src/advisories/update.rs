//! Brings advisories up to date: from the published address, a mirror, an archive or a folder.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dependencies::advisories::{self, Imported, Origin};
use domain::{Ecosystem, Operation, Resource};
use jiff::{Timestamp, Unit};
use outbound::{Client, Rules};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Serialize;

use super::download::{Download, Fetched, LARGEST};
use super::ecosystem;
use super::failure::unreachable;
use super::part::Part;
use crate::authorise::authorise_change;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// How long one archive may take in all.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// What a path of an address holds as it is.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What is to be brought up to date, and from where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateAdvisories {
    /// From where; none for the configured address.
    pub from: Option<AdvisorySource>,
    /// Which ecosystems; empty for those that are usual, or all that a folder has.
    pub ecosystems: Vec<String>,
}

/// Where advisories come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdvisorySource {
    /// A folder or archive of the operator.
    Path(PathBuf),
    /// A server that has them as OSV publishes them: ECOSYSTEM/all.zip beneath this address.
    Address(String),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdatedAdvisories {
    /// Each ecosystem that was asked for.
    pub ecosystems: Vec<UpdatedEcosystem>,
    /// How many of them failed.
    pub failed: u64,
}

/// What came of one ecosystem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdatedEcosystem {
    /// Which one.
    pub ecosystem: Ecosystem,
    /// What happened.
    pub outcome: UpdateOutcome,
    /// Advisories in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advisories: Option<u64>,
    /// Packages that they are about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packages: Option<u64>,
    /// Advisories that were taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<u64>,
    /// The newest change in them, where they tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<String>,
    /// Why it failed, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What happened to the advisories of an ecosystem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UpdateOutcome {
    /// They were replaced.
    Updated,
    /// The server has none that are newer.
    Unchanged,
    /// Nothing came of it; what was there before is still used.
    Failed,
}

/// Brings advisories up to date. One ecosystem that fails keeps none of the others from it, unless they all come from one
/// folder or archive: that is taken as a whole or not at all.
///
/// # Errors
/// When the caller may not, another update is running, or the folder or archive is not as it must be.
pub fn update_advisories(
    services: &Services,
    call: &Call<'_>,
    request: &UpdateAdvisories,
) -> Result<UpdatedAdvisories, Error> {
    let draft = authorise_change(services, call, Operation::UpdateAdvisories, Resource::default())?;
    let settings = &services.checks;
    let Some(folder) = &settings.advisories else {
        return Err(Error::refused("This process keeps no advisories.", "Run it with a data folder."));
    };
    let named = ecosystem::named(&request.ecosystems)?;
    let published = AdvisorySource::Address(settings.advisories_url.clone());
    let source = request.from.as_ref().unwrap_or(&published);
    if let AdvisorySource::Address(base) = source {
        client(&settings.network)?.check(base).map_err(|error| unreachable(&shown(base), error).on("from"))?;
    }
    fs::create_dir_all(folder).map_err(Error::internal)?;
    let _lock = lock(folder)?;
    services.audit.record(draft.detail(detail(source, &named)))?;
    match source {
        AdvisorySource::Path(path) => from_path(folder, path, &named, call),
        AdvisorySource::Address(base) => {
            let usual = || ecosystem::USUAL.map(Ecosystem::new).to_vec();
            let wanted = if named.is_empty() { usual() } else { named };
            from_address(folder, base, &wanted, &settings.network, call)
        }
    }
}

fn detail(source: &AdvisorySource, named: &[Ecosystem]) -> String {
    let from = match source {
        AdvisorySource::Path(path) => path.display().to_string(),
        AdvisorySource::Address(base) => shown(base),
    };
    let names: Vec<&str> = named.iter().map(Ecosystem::label).collect();
    if names.is_empty() { format!("from {from}") } else { format!("from {from}: {}", names.join(", ")) }
}

/// An address without what may be a credential in it.
fn shown(address: &str) -> String {
    address.split(['?', '#']).next().unwrap_or_default().chars().take(200).collect()
}

/// Two updates at once would take each other's parts.
fn lock(folder: &Path) -> Result<File, Error> {
    let file = File::create(folder.join("update.lock")).map_err(Error::internal)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::new(
            ErrorKind::Unavailable,
            "Another update of the advisories is running.",
            "Wait until it has ended; what it brings counts at once.",
        )),
        Err(TryLockError::Error(cause)) => Err(Error::internal(cause)),
    }
}

fn from_path(folder: &Path, path: &Path, named: &[Ecosystem], call: &Call<'_>) -> Result<UpdatedAdvisories, Error> {
    let stopped = AtomicBool::new(call.watch.cancelled());
    let imported = advisories::import(folder, path, named, &stopped).map_err(|error| Error::from(error).on("from"))?;
    for each in &imported {
        advisories::note_origin(folder, &each.ecosystem, None)?;
    }
    Ok(UpdatedAdvisories { ecosystems: imported.into_iter().map(updated).collect(), failed: 0 })
}

fn from_address(
    folder: &Path,
    base: &str,
    wanted: &[Ecosystem],
    network: &Rules,
    call: &Call<'_>,
) -> Result<UpdatedAdvisories, Error> {
    let client = client(network)?;
    let mut ecosystems = Vec::with_capacity(wanted.len());
    for ecosystem in wanted {
        if call.watch.cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "The update was stopped.", "Start it again; it goes on."));
        }
        let name = utf8_percent_encode(ecosystem.as_str(), &PLAIN);
        let address = format!("{}/{name}/all.zip", base.trim_end_matches('/'));
        ecosystems.push(match fetch(folder, &client, &address, ecosystem, call) {
            Ok(done) => done,
            Err(error) if error.kind == ErrorKind::Cancelled => return Err(error),
            Err(error) => failed(ecosystem, &error),
        });
    }
    let failed = ecosystems.iter().filter(|each| each.outcome == UpdateOutcome::Failed).count() as u64;
    Ok(UpdatedAdvisories { ecosystems, failed })
}

fn client(network: &Rules) -> Result<Client, Error> {
    Client::new(&Rules { timeout: PATIENCE, ..network.clone() }).map_err(Error::internal)
}

/// Fetches one archive, if it is newer than what is here, and takes it in.
fn fetch(
    folder: &Path,
    client: &Client,
    address: &str,
    ecosystem: &Ecosystem,
    call: &Call<'_>,
) -> Result<UpdatedEcosystem, Error> {
    let known = advisories::origin(folder, ecosystem).filter(|origin| origin.address == address);
    let known = known.map(|origin| origin.etag).filter(|etag| !etag.is_empty());
    let mut part = Part::open(folder, ecosystem, address)?;
    let cancelled = || call.watch.cancelled();
    let download = Download { client, address, known: known.as_deref(), largest: LARGEST, cancelled: &cancelled };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    // What came until now stays for the next time.
    let fetched = runtime.block_on(download.run(&mut part))?;
    let now = Timestamp::now();
    let asked = now.round(Unit::Second).unwrap_or(now).to_string();
    let origin = |etag: String| Origin { address: address.to_owned(), etag, asked };
    match fetched {
        Fetched::Unchanged => {
            part.remove();
            advisories::note_origin(folder, ecosystem, Some(&origin(known.unwrap_or_default())))?;
            Ok(UpdatedEcosystem { outcome: UpdateOutcome::Unchanged, ..nothing(ecosystem) })
        }
        Fetched::Whole(etag) => {
            let stopped = AtomicBool::new(false);
            stopped.store(call.watch.cancelled(), Ordering::Relaxed);
            let imported = advisories::import_archive(folder, &part.path, ecosystem, &stopped);
            // A damaged archive is not gone on with.
            part.remove();
            let imported = imported?;
            advisories::note_origin(folder, ecosystem, Some(&origin(etag)))?;
            Ok(updated(imported))
        }
    }
}

fn updated(imported: Imported) -> UpdatedEcosystem {
    UpdatedEcosystem {
        advisories: Some(imported.advisories),
        packages: Some(imported.packages),
        withdrawn: Some(imported.withdrawn),
        newest: imported.newest,
        outcome: UpdateOutcome::Updated,
        ..nothing(&imported.ecosystem)
    }
}

fn failed(ecosystem: &Ecosystem, error: &Error) -> UpdatedEcosystem {
    tracing::warn!(ecosystem = ecosystem.label(), error = ?error, "advisories could not be brought up to date");
    UpdatedEcosystem { reason: Some(format!("{} {}", error.message, error.hint)), ..nothing(ecosystem) }
}

fn nothing(ecosystem: &Ecosystem) -> UpdatedEcosystem {
    UpdatedEcosystem {
        ecosystem: ecosystem.clone(),
        outcome: UpdateOutcome::Failed,
        advisories: None,
        packages: None,
        withdrawn: None,
        newest: None,
        reason: None,
    }
}
