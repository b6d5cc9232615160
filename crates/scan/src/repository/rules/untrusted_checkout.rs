//! No workflow with the rights of the repository runs code that a stranger sent.

use domain::{Confidence, Severity};

use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::Repository;
use crate::repository::workflow::{Workflow, action_name, input};
use crate::repository::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "untrusted-checkout",
    title: "No privileged workflow checks out a stranger's code",
    why: "Anybody may open a pull request. A workflow that has your secrets and builds it hands them over.",
    severity: Severity::Critical,
    practices: &["Scorecard Dangerous-Workflow"],
    look,
};

const HINT: &str = "Build pull requests by the event `pull_request`, which has no secrets and no right to write; keep \
    `pull_request_target` for labels and comments, without a checkout.";

/// Events that run with the rights of the repository although strangers cause them.
const PRIVILEGED: [&str; 3] = ["pull_request_target", "workflow_run", "issue_comment"];

/// What names a stranger's commit.
const STRANGERS: [&str; 9] = [
    "github.event.pull_request.head.sha",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.repo",
    "github.event.pull_request.merge_commit_sha",
    "github.head_ref",
    "github.event.workflow_run.head_sha",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_commit",
    "refs/pull/",
];

fn look(repository: &Repository<'_>) -> Verdict {
    let mut flaws = Vec::new();
    for workflow in &repository.workflows {
        let Some(event) = PRIVILEGED.into_iter().find(|event| workflow.starts_by(event)) else { continue };
        for (step, reference) in steps(workflow) {
            let message = format!(
                "This workflow runs by {event}, with the rights of the repository, and checks out {reference}."
            );
            let severity = if event == PRIVILEGED[0] { Severity::Critical } else { Severity::High };
            let flaw = Flaw::at(&workflow.file, step.line, &reference, message, HINT).severity(severity);
            flaws.push(if event == PRIVILEGED[0] { flaw } else { flaw.confidence(Confidence::Medium) });
        }
    }
    Verdict::of(flaws, || vec![Evidence::note(format!("None of {} workflows does.", repository.workflows.len()))])
}

/// The steps that fetch a stranger's code, with how they name it.
fn steps(workflow: &Workflow) -> Vec<(&Node, String)> {
    let mut found = Vec::new();
    for step in workflow.jobs.iter().flat_map(|job| &job.steps) {
        let uses = step.get("uses").and_then(|uses| uses.text()).unwrap_or_default();
        if action_name(uses).eq_ignore_ascii_case("actions/checkout") {
            let named = ["ref", "repository"].into_iter().filter_map(|name| input(step, name));
            found.extend(named.filter_map(|node| Some((node, stranger(node.text()?)?))));
        }
        let Some(run) = step.get("run") else { continue };
        let script = run.text().unwrap_or_default();
        let by_hand = script.contains("gh pr checkout")
            || script.lines().any(|line| {
                line.contains("git ")
                    && ["checkout", "fetch", "pull", "merge"].iter().any(|word| line.contains(word))
                    && stranger(line).is_some()
            });
        if by_hand {
            found.push((run.as_ref(), "the code of the pull request by its script".to_owned()));
        }
    }
    found
}

fn stranger(text: &str) -> Option<String> {
    let plain: String = text.split_whitespace().collect();
    STRANGERS.into_iter().find(|name| plain.contains(name)).map(str::to_owned)
}
