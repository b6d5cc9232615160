//! A repository as rules look at it: read and parsed once, within limits; what could not be read is told.

use std::cell::RefCell;
use std::sync::Arc;

use domain::NotRun;
use source_tree::{SourceFile, SourceTree};

use super::commands::{self, CommandLine};
use super::pipeline::{Pipeline, SYSTEMS};
use super::survey::{Place, Survey, survey};
use super::workflow::{Workflow, is_action, is_workflow};
use super::yaml::{self, Node};

/// The largest configuration or document that is read.
const MOST_BYTES: u64 = 1 << 20;
/// The most files of a kind that are read: nobody has more workflows, scripts or Dockerfiles than this.
const MOST_FILES: usize = 2_000;

/// What rules look at.
pub(crate) struct Repository<'a> {
    pub(crate) tree: &'a SourceTree,
    /// Workflows of GitHub, and of Gitea and Forgejo, which read the same form.
    pub(crate) workflows: Vec<Workflow>,
    /// Composite actions of this repository.
    pub(crate) actions: Vec<Workflow>,
    /// Pipelines of other systems.
    pub(crate) pipelines: Vec<Pipeline>,
    pub(crate) dockerfiles: Vec<Dockerfile>,
    /// Compose files.
    pub(crate) compose: Vec<(String, Arc<Node>)>,
    /// The commands of all scripts, of CI steps, Dockerfiles and Makefiles.
    pub(crate) commands: Vec<CommandLine>,
    pub(crate) survey: Survey,
    not_run: RefCell<Vec<NotRun>>,
}

/// A Dockerfile's instructions: line, word, rest.
pub(crate) struct Dockerfile {
    pub(crate) file: String,
    pub(crate) instructions: Vec<(u32, String, String)>,
}

impl<'a> Repository<'a> {
    /// Reads what rules need.
    pub(crate) fn read(tree: &'a SourceTree) -> Self {
        let mut this = Self {
            tree,
            workflows: Vec::new(),
            actions: Vec::new(),
            pipelines: Vec::new(),
            dockerfiles: Vec::new(),
            compose: Vec::new(),
            commands: Vec::new(),
            survey: survey(tree),
            not_run: RefCell::default(),
        };
        this.workflows = this.workflows(is_workflow, Workflow::of_workflow);
        this.actions = this.workflows(is_action, Workflow::of_action);
        this.pipelines = this.read_pipelines();
        this.dockerfiles = this.read_dockerfiles();
        let compose = this.named(is_compose);
        this.compose = compose.iter().filter_map(|file| Some((file.name.clone(), this.yaml(file)?))).collect();
        this.commands = this.read_commands();
        this
    }

    /// The files whose names `is` takes.
    pub(crate) fn named(&self, is: impl Fn(&str) -> bool) -> Vec<&'a SourceFile> {
        self.tree.files().iter().filter(|file| is(&file.name)).take(MOST_FILES).collect()
    }

    /// The first of `names` that is there, whatever its letters' case.
    pub(crate) fn any_of(&self, names: &[&str]) -> Option<&'a SourceFile> {
        let named = |name: &&str| self.tree.files().iter().find(|file| file.name.eq_ignore_ascii_case(name));
        names.iter().find_map(named)
    }

    /// Its text; none where it cannot be read, which is told.
    pub(crate) fn text(&self, file: &SourceFile) -> Option<String> {
        match file.read(MOST_BYTES) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => {
                let hint = "Look at it yourself, or make it smaller.";
                self.tell(&file.name, format!("It cannot be read: {error}."), hint);
                None
            }
        }
    }

    /// Its first YAML document; none where it has none, which is told.
    pub(crate) fn yaml(&self, file: &SourceFile) -> Option<Arc<Node>> {
        let text = self.text(file)?;
        match yaml::parse(&text) {
            Ok(documents) => documents.into_iter().next(),
            Err(fault) => {
                let hint = "Mend the file; until then nobody knows whether what it says is safe.";
                self.tell(&file.name, format!("It could not be judged: {fault}."), hint);
                None
            }
        }
    }

    fn tell(&self, file: &str, reason: String, hint: &str) {
        let mut not_run = self.not_run.borrow_mut();
        if !not_run.iter().any(|told| told.file.as_deref() == Some(file)) {
            let (check, file) = ("repository".to_owned(), Some(file.to_owned()));
            not_run.push(NotRun { check, file, reason, hint: hint.to_owned() });
        }
    }

    /// Whether something that decides about a gate could not be read.
    pub(crate) fn unread(&self, is: impl Fn(&str) -> bool) -> Option<String> {
        let not_run = self.not_run.borrow();
        not_run.iter().filter_map(|told| told.file.as_deref()).find(|file| is(file)).map(str::to_owned)
    }

    /// What could not be read.
    pub(crate) fn into_not_run(self) -> Vec<NotRun> {
        let hint = "Make it readable for whoever runs the check.";
        for (file, why) in &self.survey.unreadable {
            self.tell(file, format!("It cannot be read: {why}."), hint);
        }
        for unreadable in self.tree.unreadable() {
            self.tell(&unreadable.name, format!("It cannot be read: {}.", unreadable.why), hint);
        }
        self.not_run.into_inner()
    }

    /// Workflows and actions alike.
    pub(crate) fn github(&self) -> impl Iterator<Item = &Workflow> {
        self.workflows.iter().chain(&self.actions)
    }

    /// Whether something runs by itself when the code changes.
    pub(crate) fn has_ci(&self) -> bool {
        !self.workflows.is_empty() || !self.pipelines.is_empty()
    }

    /// The first command that `is` takes, one that runs in CI before one that is run by hand.
    pub(crate) fn command(&self, is: impl Fn(&str) -> bool) -> Option<&CommandLine> {
        let mut found: Vec<&CommandLine> = self.commands.iter().filter(|line| is(&line.text)).collect();
        found.sort_by_key(|line| !line.is_ci);
        found.first().copied()
    }

    fn workflows(&self, is: fn(&str) -> bool, make: fn(&str, Arc<Node>) -> Workflow) -> Vec<Workflow> {
        let files = self.named(is).into_iter();
        files.filter_map(|file| Some(make(&file.name, self.yaml(file)?))).collect()
    }

    fn read_pipelines(&self) -> Vec<Pipeline> {
        let mut found = Vec::new();
        for system in SYSTEMS {
            for file in self.named(system.is) {
                let root = if system.is_yaml { self.yaml(file) } else { None };
                found.push(Pipeline { system, file: file.name.clone(), root });
            }
        }
        found
    }

    fn read_dockerfiles(&self) -> Vec<Dockerfile> {
        let read = |file: &SourceFile| {
            let instructions = commands::of_dockerfile(&self.text(file)?);
            Some(Dockerfile { file: file.name.clone(), instructions })
        };
        self.named(|name| is_dockerfile(name) && !is_aside(name)).into_iter().filter_map(read).collect()
    }

    fn read_commands(&self) -> Vec<CommandLine> {
        let mut found = Vec::new();
        for workflow in self.github() {
            for run in workflow.jobs.iter().flat_map(|job| &job.steps).filter_map(|step| step.get("run")) {
                let script = run.text().unwrap_or_default();
                found.extend(commands::of_script(&workflow.file, run.line, script, true));
            }
        }
        for pipeline in &self.pipelines {
            found.extend(pipeline.commands());
        }
        for dockerfile in &self.dockerfiles {
            let runs = dockerfile.instructions.iter().filter(|(_, word, _)| word == "RUN");
            found.extend(runs.map(|(line, _, rest)| CommandLine {
                file: dockerfile.file.clone(),
                line: *line,
                text: rest.clone(),
                is_ci: false,
            }));
        }
        let scripts = self.survey.scripts.iter().filter_map(|name| self.tree.file(name));
        let makefiles = self.named(is_makefile);
        for file in scripts.chain(makefiles).filter(|file| !is_aside(&file.name)).take(MOST_FILES) {
            let script = self.text(file).unwrap_or_default();
            found.extend(commands::of_script(&file.name, 1, &script, false));
        }
        found
    }
}

/// A file and line, as evidence.
pub(crate) fn evidence(places: &[Place]) -> Vec<super::gate::Evidence> {
    places.iter().map(|place| super::gate::Evidence::at(&place.file, place.line, place.note)).collect()
}

fn is_dockerfile(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    let of_name = |word: &str| {
        base == word || base.strip_prefix(word).is_some_and(|rest| rest.starts_with('.') && !rest.contains("jinja"))
    };
    of_name("Dockerfile") || of_name("Containerfile") || base.ends_with(".dockerfile") || base.ends_with(".Dockerfile")
}

fn is_compose(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    let stem = base.strip_suffix(".yml").or_else(|| base.strip_suffix(".yaml"));
    let words = ["compose", "docker-compose"];
    !is_aside(name) && stem.is_some_and(|stem| words.iter().any(|&w| stem == w || stem.starts_with(&format!("{w}."))))
}

fn is_makefile(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    matches!(base, "Makefile" | "makefile" | "GNUmakefile" | "justfile" | "Justfile" | ".justfile")
        || base.ends_with(".mk")
}

/// Whether a file is an example or somebody else's: not what the project itself builds or runs.
pub(crate) fn is_aside(name: &str) -> bool {
    const ASIDE: [&str; 9] = [
        "testdata",
        "test-data",
        "fixtures",
        "__fixtures__",
        "vendor",
        "third_party",
        "node_modules",
        "snapshots",
        ".venv",
    ];
    name.split('/').any(|part| ASIDE.contains(&part))
}
