//! No script of a workflow is put together from text that strangers write.

use std::collections::HashSet;

use domain::{Confidence, Severity};

use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::Repository;
use crate::repository::workflow::{Workflow, action_name, input};
use crate::repository::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "script-injection",
    title: "No script is put together from strangers' text",
    why: "A title or branch name that is pasted into a script is run as part of it: whoever writes it runs commands in your pipeline.",
    severity: Severity::High,
    practices: &["Scorecard Dangerous-Workflow", "OSPS-BR-01.01", "OSPS-BR-01.02"],
    look,
};

const HINT: &str = "Hand the value over as a variable: `env: TITLE: ${{ … }}`, and write \"$TITLE\" in the script (process.env.TITLE \
    in github-script).";

/// What strangers write: the end of the name, or the whole of it.
const UNTRUSTED: [&str; 25] = [
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.pull_request.head.repo.description",
    "github.event.pull_request.head.repo.homepage",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.review_comment.body",
    "github.event.discussion.title",
    "github.event.discussion.body",
    "github.event.head_commit.message",
    "github.event.head_commit.author.name",
    "github.event.head_commit.author.email",
    "github.event.head_commit.committer.name",
    "github.event.head_commit.committer.email",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_commit.message",
    "github.event.workflow_run.display_title",
    "github.event.workflow_run.head_commit.author",
    "github.event.workflow_run.head_repository.description",
    "github.head_ref",
];

/// Parts of events that are lists: any element of them.
const UNTRUSTED_LISTS: [(&str, &[&str]); 2] =
    [("github.event.commits", &["message", "author.name", "author.email"]), ("github.event.pages", &["page_name"])];

/// What those who may already write decide: worth knowing, no hole by itself.
const HALF_TRUSTED: [&str; 4] = ["github.ref_name", "github.event.inputs.", "inputs.", "github.event.client_payload"];

fn look(repository: &Repository<'_>) -> Verdict {
    let mut flaws = Vec::new();
    repository.github().for_each(|workflow| judge(workflow, &mut flaws));
    Verdict::of(flaws, || {
        let many = repository.github().count();
        vec![Evidence::note(format!("None of {many} workflows and actions does."))]
    })
}

fn judge(workflow: &Workflow, flaws: &mut Vec<Flaw>) {
    let outer = tainted(&workflow.root);
    for job in &workflow.jobs {
        let of_job = tainted(&job.node);
        for step in &job.steps {
            let uses = step.get("uses").and_then(|uses| uses.text()).unwrap_or_default();
            let is_script = action_name(uses).eq_ignore_ascii_case("actions/github-script");
            let scripts =
                step.get("run").map(AsRef::as_ref).into_iter().chain(input(step, "script").filter(|_| is_script));
            let of_step = tainted(step);
            let is_tainted = |name: &str| [&outer, &of_job, &of_step].iter().any(|names| names.contains(name));
            scripts.for_each(|script| judge_script(workflow, script, &is_tainted, flaws));
        }
    }
}

fn judge_script(workflow: &Workflow, script: &Node, is_tainted: &dyn Fn(&str) -> bool, flaws: &mut Vec<Flaw>) {
    let text = script.text().unwrap_or_default();
    for (start, expression) in expressions(text) {
        let lines = text.get(..start).map_or(0, |before| before.matches('\n').count());
        let line = script.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        let shown: String = expression.trim().chars().filter(|letter| !letter.is_control()).take(100).collect();
        let of_env = expression.trim().strip_prefix("env.").is_some_and(is_tainted);
        let flaw = |what: &str| {
            let message = format!("The script pastes `{shown}` into its text, which {what}.");
            Flaw::at(&workflow.file, line, &shown, message, HINT)
        };
        if of_env || is_untrusted(expression) {
            flaws.push(flaw("anybody can write"));
        } else if is_half_trusted(expression) {
            flaws.push(flaw("whoever starts it decides").severity(Severity::Low).confidence(Confidence::Low));
        }
    }
}

/// The names of the variables in `env` that hold strangers' text.
fn tainted(node: &Node) -> HashSet<String> {
    let env = node.get("env").map(|env| env.entries()).unwrap_or_default();
    let bad = env.iter().filter(|(_, value)| {
        value.text().is_some_and(|text| expressions(text).iter().any(|(_, expression)| is_untrusted(expression)))
    });
    bad.filter_map(|(name, _)| name.text().map(str::to_owned)).collect()
}

/// What stands between `${{` and `}}`, with where it starts.
fn expressions(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("${{").map(|at| from + at) {
        let Some(length) = text[start + 3..].find("}}") else { break };
        found.push((start, &text[start + 3..start + 3 + length]));
        from = start + 3 + length + 2;
    }
    found
}

/// An expression without spaces and quotes around names: `github['event']` is `github.event`.
fn plain(expression: &str) -> String {
    let plain: String = expression.chars().filter(|letter| !letter.is_whitespace()).collect();
    plain.replace("['", ".").replace("[\"", ".").replace("']", "").replace("\"]", "").to_lowercase()
}

/// What only says yes or no carries no text on.
fn is_yes_or_no(plain: &str) -> bool {
    let chosen = plain.contains("&&") || plain.contains("||");
    let asks = ["contains(", "startswith(", "endswith(", "!"].iter().any(|word| plain.starts_with(word));
    !chosen && (asks || plain.contains("==") || plain.contains("!="))
}

fn is_untrusted(expression: &str) -> bool {
    let plain = plain(expression);
    if is_yes_or_no(&plain) {
        return false;
    }
    let whole =
        ["tojson(github)", "tojson(github.event)", "tojson(github.event.pull_request)", "tojson(github.event.issue)"];
    whole.iter().any(|name| plain.contains(name))
        || UNTRUSTED.iter().any(|name| mentions(&plain, name))
        || UNTRUSTED_LISTS
            .iter()
            .any(|(list, parts)| mentions(&plain, list) && parts.iter().any(|part| plain.contains(part)))
}

fn is_half_trusted(expression: &str) -> bool {
    let plain = plain(expression);
    !is_yes_or_no(&plain) && HALF_TRUSTED.iter().any(|name| mentions(&plain, name))
}

/// Whether `name` stands in `plain` as a name of its own, not as the end of a longer one.
fn mentions(plain: &str, name: &str) -> bool {
    plain.match_indices(name).any(|(at, _)| {
        let before = plain[..at].chars().next_back();
        !before.is_some_and(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-'))
    })
}
