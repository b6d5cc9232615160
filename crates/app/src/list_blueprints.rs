//! What can be begun.

use blueprint::Catalogue;
use domain::{Operation, Resource};

use crate::authorise::authorise;
use crate::begin_report::quality_gates;
use crate::error::Error;
use crate::report::{BlueprintList, BlueprintSummary};
use crate::services::{Call, Services};

/// Every blueprint of this binary, where the caller may see them.
///
/// # Errors
/// When the caller may not.
pub fn list_blueprints(services: &Services, call: &Call<'_>) -> Result<BlueprintList, Error> {
    authorise(services, call, Operation::ListBlueprints, Resource::default())?;
    describe_blueprints(&services.catalogue)
}

/// Every blueprint of this binary, for whoever has the binary.
///
/// # Errors
/// When one of them is broken.
pub fn describe_blueprints(catalogue: &Catalogue) -> Result<BlueprintList, Error> {
    let blueprints = catalogue.blueprints()?.into_iter().map(|blueprint| BlueprintSummary {
        template: blueprint.template().to_owned(),
        stack: blueprint.stack().to_owned(),
        title: blueprint.manifest().title.clone(),
        summary: blueprint.manifest().summary.clone(),
        version: blueprint.manifest().version.clone(),
        hash: blueprint.hash().to_owned(),
        quality_gates: quality_gates(blueprint),
    });
    Ok(BlueprintList { catalogue: catalogue.version().to_owned(), blueprints: blueprints.collect() })
}
