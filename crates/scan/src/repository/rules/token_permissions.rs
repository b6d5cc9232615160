//! The token of a workflow may no more than its job needs.

use domain::Severity;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::Repository;
use crate::repository::workflow::{Workflow, is_workflow};
use crate::repository::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "token-permissions",
    title: "The pipeline's token may no more than it needs",
    why: "A step that is taken over can change your code and releases, if the token that it finds there may.",
    severity: Severity::Medium,
    practices: &["Scorecard Token-Permissions", "OSPS-AC-04.01", "OSPS-AC-04.02"],
    look,
};

const HINT: &str = "Write `permissions: {}` or `permissions: { contents: read }` at the head of the workflow, and give the one job \
    that needs more just that.";

fn look(repository: &Repository<'_>) -> Verdict {
    let mut flaws = Vec::new();
    repository.workflows.iter().for_each(|workflow| judge(workflow, &mut flaws));
    if !flaws.is_empty() {
        return Verdict::Fail(flaws);
    }
    if let Some(file) = repository.unread(is_workflow) {
        let who = "Mend the file named above, then check again.";
        return Verdict::Unknown { reason: format!("{file} could not be read."), who };
    }
    if let (true, Some(pipeline)) = (repository.workflows.is_empty(), repository.pipelines.first()) {
        let reason =
            format!("{} keeps what its tokens may in the settings of the project, not in files.", pipeline.system.name);
        let who = "Whoever administers the CI system: look at what the tokens of its jobs may do.";
        return Verdict::Unknown { reason, who };
    }
    Verdict::Pass(match repository.workflows.len() {
        0 => vec![Evidence::note("There is no workflow that would get a token.")],
        many => vec![Evidence::note(format!(
            "All {many} workflows say what their tokens may, and none gives all jobs a right to write."
        ))],
    })
}

fn judge(workflow: &Workflow, flaws: &mut Vec<Flaw>) {
    let file = workflow.file.as_str();
    match workflow.root.get("permissions") {
        None => {
            let silent = workflow.jobs.iter().filter(|job| job.node.get("permissions").is_none());
            flaws.extend(silent.map(|job| {
                let message = format!(
                    "The job {} does not say what its token may, so it may what the repository's settings allow.",
                    job.id
                );
                Flaw::at(file, job.line, &job.id, message, HINT)
            }));
        }
        Some(node) => flaws.extend(too_much(node).into_iter().map(|(what, line, severity)| {
            let message = format!("Every job of this workflow may {what}.");
            Flaw::at(file, line, "", message, HINT).severity(severity)
        })),
    }
    for job in &workflow.jobs {
        let all = job.node.get("permissions").filter(|node| node.text() == Some("write-all"));
        flaws.extend(all.map(|node| {
            let message = format!("The job {} may write everything.", job.id);
            Flaw::at(file, node.line, &job.id, message, HINT).severity(Severity::High)
        }));
    }
}

/// What permissions of a whole workflow let all jobs write.
fn too_much(node: &Node) -> Vec<(String, u32, Severity)> {
    if node.text() == Some("write-all") {
        return vec![("write everything".to_owned(), node.line, Severity::High)];
    }
    let written = node.entries().iter().filter(|(_, value)| value.text() == Some("write"));
    written.filter_map(|(name, _)| Some((format!("write {}", name.text()?), name.line, Severity::Medium))).collect()
}
