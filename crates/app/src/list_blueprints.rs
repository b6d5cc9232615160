//! What can be begun.

use blueprint::Catalogue;

use crate::begin_report::quality_gates;
use crate::report::{BlueprintList, BlueprintSummary};

/// Every blueprint of this binary.
#[must_use]
pub fn list_blueprints(catalogue: &Catalogue) -> BlueprintList {
    let blueprints = catalogue.blueprints().iter().map(|blueprint| BlueprintSummary {
        template: blueprint.template().to_owned(),
        stack: blueprint.stack().to_owned(),
        title: blueprint.manifest().title.clone(),
        summary: blueprint.manifest().summary.clone(),
        version: blueprint.manifest().version.clone(),
        hash: blueprint.hash().to_owned(),
        quality_gates: quality_gates(blueprint),
    });
    BlueprintList { catalogue: catalogue.version().to_owned(), blueprints: blueprints.collect() }
}
