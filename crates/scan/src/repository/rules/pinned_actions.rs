//! What a pipeline runs of others is named by its content, not by a name that others can move.

use domain::Severity;

use crate::repository::gate::Evidence;
use crate::repository::pipeline::{Pipeline, walk};
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::Repository;
use crate::repository::workflow::{action_name, is_action, is_workflow};

pub(super) const RULE: Rule = Rule {
    id: "pinned-actions",
    title: "What the pipeline runs of others is pinned to its content",
    why: "Whoever takes over an action, or moves its tag, runs their own code in your pipeline with your secrets.",
    severity: Severity::Medium,
    practices: &["Scorecard Pinned-Dependencies", "OSPS-BR-05.01"],
    look,
};

const HINT: &str = "Write the full commit hash behind the @, with the version as a comment, and let Dependabot or Renovate \
    raise it: `uses: owner/action@0123…cdef # v1.2.3`.";

fn look(repository: &Repository<'_>) -> Verdict {
    let (mut flaws, mut pinned) = (Vec::new(), 0_u32);
    for workflow in repository.github() {
        for (uses, line) in workflow.uses() {
            match why_unpinned(uses) {
                Some(why) => {
                    let message = format!("{} is {why}.", shown(uses));
                    flaws.push(Flaw::at(&workflow.file, line, action_name(uses), message, HINT));
                }
                None if is_own(uses) => {}
                None => pinned += 1,
            }
        }
    }
    repository.pipelines.iter().for_each(|pipeline| others(pipeline, &mut flaws));
    let unread = repository.unread(|name| is_workflow(name) || is_action(name));
    if let (true, Some(file)) = (flaws.is_empty(), unread) {
        return Verdict::Unknown {
            reason: format!("{file} could not be read."),
            who: "Mend the file named above, then check again.",
        };
    }
    Verdict::of(flaws, || {
        vec![Evidence::note(match pinned {
            0 => "No pipeline here runs actions of others.".to_owned(),
            many => format!("All {many} uses of actions of others name a commit or digest."),
        })]
    })
}

fn is_own(uses: &str) -> bool {
    uses.starts_with("./") || uses.starts_with("../")
}

/// Why what is used may be another thing tomorrow.
fn why_unpinned(uses: &str) -> Option<&'static str> {
    if is_own(uses) {
        return None;
    }
    if let Some(image) = uses.strip_prefix("docker://") {
        return (!is_digest(image)).then_some("an image that is not pinned by its digest");
    }
    match uses.rsplit_once('@') {
        None => Some("named without any version"),
        Some((_, version)) if version.contains("${{") => Some("chosen while the pipeline runs"),
        Some((_, version)) if is_commit(version) => None,
        Some(_) => Some("named by a tag or branch, which its owner can move"),
    }
}

fn is_digest(image: &str) -> bool {
    image.split_once("@sha256:").is_some_and(|(_, hash)| hash.len() == 64 && is_hex(hash))
}

fn is_commit(version: &str) -> bool {
    matches!(version.len(), 40 | 64) && is_hex(version)
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn shown(uses: &str) -> String {
    uses.chars().filter(|letter| !letter.is_control()).take(120).collect()
}

/// GitLab's includes and CircleCI's orbs.
fn others(pipeline: &Pipeline, flaws: &mut Vec<Flaw>) {
    let Some(root) = &pipeline.root else { return };
    match pipeline.system.name {
        "GitLab CI" => {
            let include = root.get("include").map(|include| include.one_or_many()).unwrap_or_default();
            for each in include {
                let hint =
                    "Name a commit: `ref: <full commit hash>`, `component: …@<full commit hash>`, or copy the file.";
                let message = if let Some(remote) = each.get("remote").filter(|_| each.get("integrity").is_none()) {
                    Some(format!(
                        "{} is included from the web as it is at the time.",
                        shown(remote.text().unwrap_or_default())
                    ))
                } else if let Some(project) = each.get("project") {
                    let pinned = each.get("ref").and_then(|name| name.text()).is_some_and(is_commit);
                    (!pinned)
                        .then(|| format!("{} is included without a commit.", shown(project.text().unwrap_or_default())))
                } else {
                    let component = each.get("component").and_then(|component| component.text());
                    let loose = component.filter(|name| !name.rsplit_once('@').is_some_and(|(_, at)| is_commit(at)));
                    loose.map(|name| format!("{} is included without a commit.", shown(name)))
                };
                flaws.extend(
                    message.map(|message| Flaw::at(&pipeline.file, each.line, &message, message.as_str(), hint)),
                );
            }
        }
        "CircleCI" => walk(root, &mut |key, value| {
            if key != "orbs" {
                return;
            }
            for (_, orb) in value.entries() {
                let exact = |version: &str| version.split('.').count() == 3 && !version.contains("dev:");
                let name = orb.text().unwrap_or_default();
                if !name.is_empty() && !name.rsplit_once('@').is_some_and(|(_, version)| exact(version)) {
                    let message = format!("The orb {} is not pinned to one version.", shown(name));
                    let hint = "Name the whole version: `orb/name@1.2.3`; published versions of orbs do not change.";
                    flaws.push(Flaw::at(&pipeline.file, orb.line, name, message, hint));
                }
            }
        }),
        _ => {}
    }
}
