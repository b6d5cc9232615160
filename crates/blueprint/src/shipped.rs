//! Versions that were shipped stay forever: packed whole, so that a project begun with one can be rendered again.
//!
//! A pack is a gzip-compressed tar with the sources and `shipped.json`: the template, the stack, the answers of a sample
//! and the hash of the plan they gave when the version was shipped.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read as _;

use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::archive::{Entry, tar_gz_of};
use crate::blueprint::Blueprint;
use crate::fault::CatalogueFault;
use crate::source::{Bytes, Sources, version_of};

const SHIPMENT: &str = "shipped.json";
const MANIFEST: &str = "blueprint.toml";
const CATALOGUE: &str = "catalogue.toml";
/// The most that a pack may unpack to.
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;

/// A version that was shipped, and what it gave then.
pub struct Shipped {
    /// The blueprint as it was.
    pub blueprint: Blueprint,
    /// Answers of a sample, and the hash of the plan they gave.
    pub samples: Vec<Sample>,
}

/// Answers and the hash of the plan they gave.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// The answers.
    pub answers: Answers,
    /// The plan's hash when the version was shipped.
    pub plan_hash: String,
}

#[derive(Serialize, Deserialize)]
struct Shipment {
    template: String,
    stack: String,
    samples: Vec<Sample>,
}

/// Packs a blueprint with what it gives for `samples`, to be kept in `blueprints/shipped/`.
///
/// # Errors
/// When the blueprint cannot be rendered or packed.
pub fn pack(blueprint: &Blueprint, samples: &[Answers]) -> Result<Vec<u8>, CatalogueFault> {
    let sources = blueprint.sources();
    let sample =
        |answers: &Answers| Ok(Sample { answers: answers.clone(), plan_hash: blueprint.plan(answers)?.hash() });
    let shipment = Shipment {
        template: blueprint.template().to_owned(),
        stack: blueprint.stack().to_owned(),
        samples: samples.iter().map(sample).collect::<Result<_, CatalogueFault>>()?,
    };
    let encoding = |source: serde_json::Error| CatalogueFault::Encoding { what: "the pack", source: source.into() };
    let mut entries = vec![
        Entry {
            path: SHIPMENT.to_owned(),
            bytes: Cow::Owned(serde_json::to_vec_pretty(&shipment).map_err(encoding)?),
            executable: false,
        },
        Entry { path: MANIFEST.to_owned(), bytes: sources.manifest.clone(), executable: false },
        Entry { path: CATALOGUE.to_owned(), bytes: sources.catalogue.clone(), executable: false },
    ];
    let entry = |path: String, bytes: &Bytes| Entry { path, bytes: bytes.clone(), executable: false };
    entries.extend(sources.parts.iter().map(|(name, bytes)| entry(name.clone(), bytes)));
    entries.extend(sources.layers.iter().map(|(name, bytes)| entry(format!("layers/{name}"), bytes)));
    entries.extend(sources.files.iter().map(|(path, bytes)| entry(format!("files/{path}"), bytes)));
    tar_gz_of(&entries)
}

impl Shipped {
    /// Reads a pack; `name` tells which, should it be broken.
    ///
    /// # Errors
    /// When it is broken.
    pub fn unpack(name: &str, packed: &[u8]) -> Result<Self, CatalogueFault> {
        let broken = || CatalogueFault::Frozen(name.to_owned());
        let mut entries = read_tar_gz(packed).map_err(|_| broken())?;
        let shipment = entries.remove(SHIPMENT).ok_or_else(broken)?;
        let shipment: Shipment = serde_json::from_slice(&shipment).map_err(|_| broken())?;
        let (mut parts, mut layers, mut files) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let manifest = Bytes::Owned(entries.remove(MANIFEST).ok_or_else(broken)?);
        let catalogue = Bytes::Owned(entries.remove(CATALOGUE).ok_or_else(broken)?);
        for (path, bytes) in entries {
            if let Some(file) = path.strip_prefix("files/") {
                files.insert(file.to_owned(), Bytes::Owned(bytes));
            } else if let Some(layer) = path.strip_prefix("layers/") {
                layers.insert(layer.to_owned(), Bytes::Owned(bytes));
            } else {
                parts.insert(path, Bytes::Owned(bytes));
            }
        }
        let sources = Sources { parts, files, layers, manifest, catalogue };
        let version = version_of(&sources.catalogue)?;
        let blueprint = Blueprint::new(shipment.template, shipment.stack, sources, version)?;
        Ok(Self { blueprint, samples: shipment.samples })
    }
}

fn read_tar_gz(packed: &[u8]) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed).take(MAX_UNPACKED));
    let mut entries = BTreeMap::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        entries.insert(path, bytes);
    }
    Ok(entries)
}
