//! Something raises the versions of what the project uses.

use std::collections::BTreeSet;

use domain::Severity;

use crate::repository::ci_steps::Signs;
use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::{Repository, is_aside};
use crate::repository::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "dependency-updates",
    title: "A tool raises the versions of dependencies",
    why: "Holes in what you use are mended by new versions; without a tool that proposes them nobody notices for months.",
    severity: Severity::Low,
    practices: &["Scorecard Dependency-Update-Tool", "OSPS-VM-05.01"],
    look,
};

const RENOVATE: [&str; 12] = [
    "renovate.json",
    "renovate.json5",
    "renovate.jsonc",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".gitlab/renovate.json",
    ".gitlab/renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".renovaterc.json5",
    ".github/renovate.jsonc",
    "default.renovate.json",
];
const OTHERS: [(&str, &str); 5] = [
    (".pyup.yml", "PyUp"),
    (".pyup.yaml", "PyUp"),
    (".scala-steward.conf", "Scala Steward"),
    (".github/.scala-steward.conf", "Scala Steward"),
    (".depfu.yml", "Depfu"),
];
const DEPENDABOT: [&str; 2] = [".github/dependabot.yml", ".github/dependabot.yaml"];

const RUN: Signs = Signs { actions: &["renovatebot/github-action"], commands: &["renovate", "npx renovate"] };

fn look(repository: &Repository<'_>) -> Verdict {
    let mut evidence: Vec<Evidence> = Vec::new();
    evidence.extend(repository.any_of(&RENOVATE).map(|file| Evidence::file(&file.name, "Renovate's configuration")));
    let others = OTHERS.iter().filter_map(|(name, tool)| Some((repository.any_of(&[name])?, tool)));
    evidence.extend(others.map(|(file, tool)| Evidence::file(&file.name, format!("{tool}'s configuration"))));
    evidence.extend(in_package_json(repository));
    evidence.extend(RUN.in_ci(repository));
    let hint = "Add .github/dependabot.yml (or Renovate's renovate.json) with an entry for each kind of dependency and one for \
        github-actions; a cooldown of a week keeps fresh hijacked releases out.";
    let Some(file) = repository.any_of(&DEPENDABOT) else {
        return Verdict::shown_by(evidence, "No tool proposes new versions of dependencies.", hint);
    };
    let Some(root) = repository.yaml(file) else {
        let reason = format!("{} could not be read.", file.name);
        return Verdict::Unknown { reason, who: "Mend the file named above, then check again." };
    };
    let flaws = if evidence.is_empty() { uncovered(repository, &file.name, &root) } else { Vec::new() };
    evidence.push(Evidence::file(&file.name, "Dependabot's configuration"));
    Verdict::of(flaws, || evidence)
}

fn in_package_json(repository: &Repository<'_>) -> Option<Evidence> {
    let file = repository.tree.file("package.json")?;
    let parsed: serde_json::Value = serde_json::from_str(&repository.text(file)?).ok()?;
    parsed.get("renovate").map(|_| Evidence::file(&file.name, "Renovate's configuration"))
}

/// Kinds of dependencies that are there and that Dependabot is not told to look at.
fn uncovered(repository: &Repository<'_>, file: &str, root: &Node) -> Vec<Flaw> {
    let updates = root.get("updates").map(|updates| updates.items()).unwrap_or_default();
    let told: BTreeSet<&str> = updates.iter().filter_map(|entry| entry.get("package-ecosystem")?.text()).collect();
    let there = kinds(repository);
    let missing = there.into_iter().filter(|(kinds, _)| !kinds.iter().any(|kind| told.contains(kind)));
    missing
        .map(|(kinds, seen)| {
            let message = format!("Dependabot is not told to look at {}, which {seen} uses.", kinds[0]);
            let hint = format!("Add an entry with `package-ecosystem: {}` to {file}.", kinds[0]);
            Flaw::at(file, 1, kinds[0], message, hint)
        })
        .collect()
}

/// The kinds of dependencies there are, by Dependabot's names for them, with a file that shows each.
fn kinds(repository: &Repository<'_>) -> Vec<(&'static [&'static str], String)> {
    const KINDS: [(&[&str], &[&str]); 10] = [
        (&["cargo"], &["Cargo.toml"]),
        (&["npm", "bun"], &["package.json"]),
        (&["pip", "uv"], &["requirements.txt", "pyproject.toml", "Pipfile"]),
        (&["gomod"], &["go.mod"]),
        (&["maven"], &["pom.xml"]),
        (&["gradle"], &["build.gradle", "build.gradle.kts"]),
        (&["bundler"], &["Gemfile"]),
        (&["composer"], &["composer.json"]),
        (&["docker"], &["Dockerfile"]),
        (&["mix"], &["mix.exs"]),
    ];
    let mut found: Vec<(&[&str], String)> = Vec::new();
    for (kinds, names) in KINDS {
        // Only the project itself: at its root, where there can be no doubt.
        let seen = names.iter().find_map(|name| repository.tree.file(name));
        found.extend(seen.filter(|file| !is_aside(&file.name)).map(|file| (kinds, file.name.clone())));
    }
    let used = repository.github().find(|workflow| workflow.uses().any(|(uses, _)| !uses.starts_with('.')));
    found.extend(used.map(|workflow| (&["github-actions"][..], workflow.file.clone())));
    found
}
