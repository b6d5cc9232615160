//! Releases are made by the pipeline, not by hand.

use domain::Severity;

use crate::repository::ci_steps::Signs;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "packaging",
    title: "Releases are made by the pipeline",
    why: "What somebody builds at home nobody can check: the release may differ from the code that everybody read.",
    severity: Severity::Low,
    practices: &["Scorecard Packaging", "OSPS-BR-02.01"],
    look,
};

pub(crate) const SIGNS: Signs = Signs {
    actions: &[
        "pypa/gh-action-pypi-publish",
        "docker/build-push-action",
        "goreleaser/goreleaser-action",
        "softprops/action-gh-release",
        "ncipollo/release-action",
        "JS-DevTools/npm-publish",
        "rubygems/release-gem",
        "release-plz/action",
        "changesets/action",
        "cycjimmy/semantic-release-action",
        "ko-build/setup-ko",
        "actions/deploy-pages",
        "actions/create-release",
        "rust-lang/crates-io-auth-action",
        "katyo/publish-crates",
        "slsa-framework/slsa-github-generator",
        "svenstaro/upload-release-action",
    ],
    commands: &[
        "npm publish",
        "pnpm publish",
        "yarn npm publish",
        "yarn publish",
        "bun publish",
        "cargo publish",
        "cargo release",
        "twine upload",
        "uv publish",
        "poetry publish",
        "flit publish",
        "hatch publish",
        "pdm publish",
        "mvn deploy",
        "mvnw deploy",
        "gradle publish",
        "gradlew publish",
        "gem push",
        "dotnet nuget push",
        "nuget push",
        "docker push",
        "docker buildx build --push",
        "podman push",
        "goreleaser",
        "gh release create",
        "gh release upload",
        "semantic-release",
        "helm push",
        "mix hex.publish",
        "dart pub publish",
        "composer publish",
        "ko build",
        "ko publish",
    ],
};

fn look(repository: &Repository<'_>) -> Verdict {
    let seen = SIGNS.in_ci(repository);
    if seen.is_empty() {
        return Verdict::Unknown {
            reason:
                "No step of a pipeline is known here to publish something; perhaps nothing is meant to be published."
                    .to_owned(),
            who: "Whoever releases the product: let the pipeline build and publish releases, not somebody's own machine.",
        };
    }
    Verdict::Pass(seen)
}
