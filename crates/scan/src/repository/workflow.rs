//! GitHub's workflows and composite actions as rules look at them.

use std::sync::Arc;

use super::yaml::Node;

/// A workflow of GitHub Actions.
pub(crate) struct Workflow {
    pub(crate) file: String,
    pub(crate) root: Arc<Node>,
    pub(crate) jobs: Vec<Job>,
}

/// A job of a workflow, or the one part of a composite action.
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) line: u32,
    pub(crate) node: Arc<Node>,
    pub(crate) steps: Vec<Arc<Node>>,
}

/// The folder that GitHub reads workflows from; deeper ones are not run.
pub(crate) fn is_workflow(name: &str) -> bool {
    let file = name.strip_prefix(".github/workflows/").or_else(|| name.strip_prefix(".gitea/workflows/"));
    let file = file.or_else(|| name.strip_prefix(".forgejo/workflows/"));
    file.is_some_and(|file| !file.contains('/') && is_yaml(file))
}

/// Whether a file is an action of this repository.
pub(crate) fn is_action(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    matches!(base, "action.yml" | "action.yaml") && (name == base || name.starts_with(".github/"))
}

/// Whether a name is that of a YAML file.
pub(crate) fn is_yaml(name: &str) -> bool {
    name.ends_with(".yml") || name.ends_with(".yaml")
}

impl Workflow {
    /// The workflow in `root`.
    pub(crate) fn of_workflow(file: &str, root: Arc<Node>) -> Self {
        let jobs = root.get("jobs").map(|jobs| jobs.entries().iter().map(|(id, job)| Job::of(id, job)).collect());
        Self { file: file.to_owned(), jobs: jobs.unwrap_or_default(), root }
    }

    /// The composite action in `root`, as a workflow of one job without triggers.
    pub(crate) fn of_action(file: &str, root: Arc<Node>) -> Self {
        let runs = root.get("runs").map(Arc::clone);
        let jobs = runs.map(|runs| vec![Job::of(&runs, &runs)]).unwrap_or_default();
        Self { file: file.to_owned(), jobs, root }
    }

    /// The events that start it, with their lines.
    pub(crate) fn triggers(&self) -> Vec<(&str, u32)> {
        // YAML 1.1 reads `on` as true; this reader leaves it as it is.
        let Some(on) = self.root.get("on") else { return Vec::new() };
        let named = on.entries().iter().map(|(name, _)| name);
        let listed = if on.entries().is_empty() { on.one_or_many().iter() } else { [].iter() };
        named.chain(listed).filter_map(|node| Some((node.text()?, node.line))).collect()
    }

    /// Whether it starts by this event.
    pub(crate) fn starts_by(&self, event: &str) -> bool {
        self.triggers().iter().any(|(name, _)| *name == event)
    }

    /// All that it uses of others: actions, reusable workflows, images of actions.
    pub(crate) fn uses(&self) -> impl Iterator<Item = (&str, u32)> {
        let nodes = self.jobs.iter().flat_map(|job| std::iter::once(&job.node).chain(&job.steps));
        nodes.filter_map(|node| node.get("uses")).filter_map(|uses| Some((uses.text()?.trim(), uses.line)))
    }

    /// The images its jobs run in and beside.
    pub(crate) fn images(&self) -> Vec<(&str, u32)> {
        let mut images = Vec::new();
        for job in &self.jobs {
            let services = job.node.get("services").map(|services| services.entries()).unwrap_or_default();
            let boxes = job.node.get("container").into_iter().chain(services.iter().map(|(_, service)| service));
            let named = boxes.filter_map(|each| if each.text().is_some() { Some(each) } else { each.get("image") });
            images.extend(named.filter_map(|image| Some((image.text()?, image.line))));
        }
        images
    }
}

impl Job {
    fn of(id: &Node, node: &Arc<Node>) -> Self {
        let steps = node.get("steps").map(|steps| steps.items().to_vec()).unwrap_or_default();
        Self { id: id.text().unwrap_or_default().to_owned(), line: id.line, node: Arc::clone(node), steps }
    }
}

/// The text of a step's `with` entry.
pub(crate) fn input<'a>(step: &'a Node, name: &str) -> Option<&'a Node> {
    step.get("with")?.get(name).map(AsRef::as_ref)
}

/// The name of an action or reusable workflow without what stands behind `@`.
pub(crate) fn action_name(uses: &str) -> &str {
    uses.split('@').next().unwrap_or(uses)
}
