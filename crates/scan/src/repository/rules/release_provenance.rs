//! Releases prove where they come from.

use domain::Severity;

use super::packaging;
use crate::repository::ci_steps::Signs;
use crate::repository::gate::Evidence;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "release-provenance",
    title: "Releases are signed or prove where they come from",
    why: "Without a signature nobody can tell your release from one that was swapped on the way.",
    severity: Severity::Low,
    practices: &["Scorecard Signed-Releases", "OSPS-BR-06.01"],
    look,
};

const SIGNS: Signs = Signs {
    actions: &["actions/attest", "sigstore/", "slsa-framework/", "philips-labs/slsa-provenance-action"],
    commands: &[
        "cosign sign",
        "cosign attest",
        "cosign sign-blob",
        "sigstore sign",
        "gpg --detach-sign",
        "minisign",
        "npm publish --provenance",
        "gh attestation",
    ],
};

fn look(repository: &Repository<'_>) -> Verdict {
    let mut seen = SIGNS.in_ci(repository);
    for workflow in &repository.workflows {
        for step in workflow.jobs.iter().flat_map(|job| &job.steps) {
            let told = step.get("with").and_then(|with| with.get("provenance").or_else(|| with.get("attestations")));
            let wants = told.filter(|node| node.text().is_some_and(|text| text != "false"));
            seen.extend(wants.map(|node| Evidence::at(&workflow.file, node.line, "asks for a proof of origin")));
        }
    }
    if seen.is_empty() && packaging::SIGNS.in_ci(repository).is_empty() {
        return Verdict::Unknown {
            reason: "No release is made by a pipeline, so there is none to look at.".to_owned(),
            who: "Whoever releases the product: look whether releases are signed.",
        };
    }
    let hint = "Add actions/attest to the job that builds the release, or --provenance to `npm publish`.";
    Verdict::shown_by(seen, "The pipeline publishes releases that prove nothing of where they come from.", hint)
}
