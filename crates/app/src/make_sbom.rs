//! Makes the bill of materials of a folder.

use dependencies::inventory_unless;
use domain::{NotRun, Operation, Resource};
use report::{BillOfMaterials, cyclonedx, spdx};
use source_tree::{Selection, SourceTree};

use crate::authorise::authorise;
use crate::check::{Turn, open_folder, with_flag};
use crate::clock::rfc3339;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// The form of a bill of materials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SbomForm {
    /// CycloneDX 1.6 in JSON.
    #[default]
    CycloneDx,
    /// SPDX 2.3 in JSON.
    Spdx,
}

/// What a bill of materials is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SbomRequest {
    /// The folder: any on the command line, beneath a root for clients.
    pub path: String,
    /// Its form.
    pub form: SbomForm,
    /// What it is called; by the folder's name where none is given.
    pub name: Option<String>,
    /// The version of it, where it has one.
    pub version: Option<String>,
    /// When it is made, in seconds since 1970; none leaves the time out, so that the same files make the same bytes.
    pub made: Option<u64>,
}

/// A bill of materials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sbom {
    /// The document.
    pub text: String,
    /// How many packages are in it, with a version and without.
    pub pinned: u64,
    /// Of how many only a range is known.
    pub ranged: u64,
    /// What is not in it.
    pub not_run: Vec<NotRun>,
}

/// Makes the bill of materials of a folder: of what its lockfiles, manifests and bills of materials say.
///
/// # Errors
/// When the caller may not, or the folder cannot be read.
pub fn make_sbom(services: &Services, call: &Call<'_>, request: &SbomRequest) -> Result<Sbom, Error> {
    authorise(services, call, Operation::CheckFiles, Resource::default())?;
    let folder = open_folder(services, call, &request.path)?;
    let _turn = Turn::take(&services.checks.running)?;
    let tree = SourceTree::of_folder(&folder.held_path(), Selection::Tracked).map_err(|error| {
        let message = format!("The folder {} cannot be read.", folder.path().display());
        Error::new(ErrorKind::Unavailable, message, "Look at its permissions.").on("path").because(error)
    })?;
    let found = with_flag(call.watch, |cancelled| inventory_unless(&tree, cancelled));
    if call.watch.cancelled() {
        let message = "The call was cancelled, so there is no bill of materials.";
        return Err(Error::new(ErrorKind::Cancelled, message, "Call again when you are ready."));
    }
    let own = folder.path().canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    let name = request.name.clone().or(own).unwrap_or_else(|| "project".to_owned());
    let made = request.made.map(|seconds| rfc3339(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000)));
    let ranged = found.dependencies.iter().filter(|package| package.version.is_none()).count() as u64;
    let bill = BillOfMaterials {
        name: &name,
        version: request.version.as_deref(),
        dependencies: &found.dependencies,
        relations: &found.relations,
        complete: found.not_run.is_empty() && ranged == 0 && tree.unreadable().is_empty(),
        timestamp: made.as_deref(),
        serial_number: None,
    };
    let text = match request.form {
        SbomForm::CycloneDx => cyclonedx(&bill),
        SbomForm::Spdx => spdx(&bill),
    };
    let pinned = found.dependencies.len() as u64 - ranged;
    Ok(Sbom { text, pinned, ranged, not_run: found.not_run })
}
