//! Pipelines of CI systems other than GitHub's: what of them is known, and the commands they run.

use std::sync::Arc;

use super::commands::{CommandLine, of_script};
use super::yaml::Node;

/// A CI system.
pub(crate) struct System {
    /// Its name for people.
    pub(crate) name: &'static str,
    /// Whether a file is its configuration.
    pub(crate) is: fn(&str) -> bool,
    pub(crate) is_yaml: bool,
    /// The keys whose texts are commands.
    scripts: &'static [&'static str],
}

/// The systems that are known, besides those that read GitHub's form.
pub(crate) const SYSTEMS: &[System] = &[
    System {
        name: "GitLab CI",
        is: |name| {
            matches!(name, ".gitlab-ci.yml" | ".gitlab-ci.yaml") || (name.starts_with(".gitlab/ci/") && is_yaml(name))
        },
        is_yaml: true,
        scripts: &["script", "before_script", "after_script"],
    },
    System {
        name: "CircleCI",
        is: |name| matches!(name, ".circleci/config.yml" | ".circleci/config.yaml"),
        is_yaml: true,
        scripts: &["run", "command"],
    },
    System {
        name: "Azure Pipelines",
        is: |name| name.starts_with("azure-pipelines") && !name.contains('/') && is_yaml(name),
        is_yaml: true,
        scripts: &["script", "bash", "pwsh", "powershell"],
    },
    System {
        name: "Bitbucket Pipelines",
        is: |name| name == "bitbucket-pipelines.yml",
        is_yaml: true,
        scripts: &["script"],
    },
    System {
        name: "Travis CI",
        is: |name| name == ".travis.yml",
        is_yaml: true,
        scripts: &["script", "install", "before_install", "before_script"],
    },
    System {
        name: "Woodpecker",
        is: |name| (name.starts_with(".woodpecker/") || name == ".woodpecker.yml") && is_yaml(name),
        is_yaml: true,
        scripts: &["commands"],
    },
    System { name: "Drone", is: |name| name == ".drone.yml", is_yaml: true, scripts: &["commands"] },
    System {
        name: "AppVeyor",
        is: |name| matches!(name, "appveyor.yml" | ".appveyor.yml"),
        is_yaml: true,
        scripts: &["build_script", "test_script", "install"],
    },
    System {
        name: "Buildkite",
        is: |name| name == ".buildkite/pipeline.yml",
        is_yaml: true,
        scripts: &["command", "commands"],
    },
    System {
        name: "Cirrus CI",
        is: |name| name == ".cirrus.yml",
        is_yaml: true,
        scripts: &["script", "test_script", "build_script"],
    },
    System { name: "Jenkins", is: |name| name == "Jenkinsfile", is_yaml: false, scripts: &[] },
    System { name: "TeamCity", is: |name| name == ".teamcity/settings.kts", is_yaml: false, scripts: &[] },
];

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yml") || name.ends_with(".yaml")
}

/// A pipeline of such a system.
pub(crate) struct Pipeline {
    pub(crate) system: &'static System,
    pub(crate) file: String,
    /// What it says, where its form is YAML and could be read.
    pub(crate) root: Option<Arc<Node>>,
}

impl Pipeline {
    /// The commands it runs.
    pub(crate) fn commands(&self) -> Vec<CommandLine> {
        let mut found = Vec::new();
        let mut each = |key: &str, value: &Node| {
            if !self.system.scripts.contains(&key) {
                return;
            }
            let mut texts = Vec::new();
            value.scalars(&mut texts);
            for node in texts {
                found.extend(of_script(&self.file, node.line, node.text().unwrap_or_default(), true));
            }
        };
        if let Some(root) = &self.root {
            walk(root, &mut each);
        }
        found
    }

    /// The container images it names.
    pub(crate) fn images(&self) -> Vec<(String, u32)> {
        let mut found = Vec::new();
        let mut each = |key: &str, value: &Node| {
            if !matches!(key, "image" | "services" | "container") {
                return;
            }
            for item in
                if value.items().is_empty() { vec![value] } else { value.items().iter().map(AsRef::as_ref).collect() }
            {
                let named = if item.text().is_some() { Some(item) } else { item.get("name").map(AsRef::as_ref) };
                found.extend(named.and_then(|image| Some((image.text()?.to_owned(), image.line))));
            }
        };
        if let Some(root) = &self.root {
            walk(root, &mut each);
        }
        found
    }
}

/// Calls `each` with every key of every mapping and what stands there.
pub(crate) fn walk(node: &Node, each: &mut dyn FnMut(&str, &Node)) {
    for item in node.items() {
        walk(item, each);
    }
    for (key, value) in node.entries() {
        each(key.text().unwrap_or_default(), value);
        walk(value, each);
    }
}
