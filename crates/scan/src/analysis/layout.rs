//! How a project is laid out: what its folders are for, and how it is put into operation.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use source_tree::SourceTree;

use super::stacks::Detected;
use crate::repository::Evidence;

/// How many folders are told of.
const MOST_FOLDERS: usize = 40;

/// How a project is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Layout {
    /// `one project`, or `several projects` where there is more than one manifest of a kind.
    pub shape: String,
    /// What shows that.
    pub evidence: Vec<Evidence>,
    /// The folders at the root, the largest first.
    pub folders: Vec<FolderRole>,
}

/// A folder at the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FolderRole {
    /// Its name.
    pub folder: String,
    /// What such a folder is for by custom; `unknown` where there is none.
    pub role: String,
    /// Files in it and beneath.
    pub files: u64,
}

const ROLES: &[(&str, &[&str])] = &[
    (
        "source code",
        &[
            "src",
            "lib",
            "app",
            "apps",
            "crates",
            "packages",
            "pkg",
            "internal",
            "cmd",
            "server",
            "client",
            "frontend",
            "backend",
            "web",
            "api",
            "services",
            "modules",
            "components",
            "pages",
        ],
    ),
    (
        "tests",
        &[
            "test",
            "tests",
            "spec",
            "e2e",
            "__tests__",
            "cypress",
            "integration",
            "testdata",
            "benches",
            "bench",
            "benchmarks",
            "fuzz",
        ],
    ),
    ("documents", &["doc", "docs", "documentation", "adr", "website"]),
    (
        "operation",
        &[
            "deploy",
            "deployment",
            "deployments",
            "k8s",
            "kubernetes",
            "helm",
            "charts",
            "terraform",
            "infra",
            "infrastructure",
            "ansible",
            "docker",
            "ops",
            "nginx",
        ],
    ),
    (
        "automation",
        &[
            ".github",
            ".gitlab",
            ".circleci",
            ".husky",
            "ci",
            "scripts",
            "script",
            "tools",
            "bin",
            "hack",
            "xtask",
            "build",
        ],
    ),
    (
        "data",
        &[
            "data",
            "db",
            "database",
            "migrations",
            "prisma",
            "sql",
            "fixtures",
            "assets",
            "static",
            "public",
            "images",
            "locales",
            "i18n",
            "schemas",
            "proto",
        ],
    ),
    ("examples", &["example", "examples", "demo", "demos", "samples", "templates"]),
    ("code of others", &["vendor", "third_party", "node_modules", "extern", "external", "deps"]),
    (
        "configuration",
        &["config", "configs", "conf", "settings", ".vscode", ".idea", ".devcontainer", ".config", ".cargo"],
    ),
];

/// The layout of `tree`.
pub(crate) fn of(tree: &SourceTree, is_aside: fn(&str) -> bool) -> Layout {
    let mut sizes: BTreeMap<&str, u64> = BTreeMap::new();
    for file in tree.files() {
        if let Some((folder, _)) = file.name.split_once('/') {
            *sizes.entry(folder).or_default() += 1;
        }
    }
    let mut folders: Vec<FolderRole> = sizes.into_iter().map(|(folder, files)| role(folder, files)).collect();
    folders.sort_by(|left, right| (right.files, &left.folder).cmp(&(left.files, &right.folder)));
    folders.truncate(MOST_FOLDERS);
    let bases =
        ["package.json", "Cargo.toml", "go.mod", "pyproject.toml", "pom.xml", "build.gradle", "build.gradle.kts"];
    let several = bases.iter().find_map(|base| {
        let of = |name: &str| name == *base || name.strip_suffix(base).is_some_and(|rest| rest.ends_with('/'));
        let named: Vec<&str> =
            tree.files().iter().map(|file| file.name.as_str()).filter(|name| of(name) && !is_aside(name)).collect();
        (named.len() > 1)
            .then(|| (named.len(), named.into_iter().take(3).map(str::to_owned).collect::<Vec<_>>(), *base))
    });
    match several {
        Some((count, names, base)) => Layout {
            shape: "several projects".to_owned(),
            evidence: names.iter().map(|name| Evidence::file(name, format!("one of {count} files {base}"))).collect(),
            folders,
        },
        None => Layout { shape: "one project".to_owned(), evidence: Vec::new(), folders },
    }
}

fn role(folder: &str, files: u64) -> FolderRole {
    let lower = folder.to_ascii_lowercase();
    let role = ROLES.iter().find(|(_, names)| names.contains(&lower.as_str())).map_or("unknown", |(role, _)| role);
    FolderRole { folder: folder.to_owned(), role: role.to_owned(), files }
}

/// What files show of how it is put into operation.
pub(crate) fn operation(tree: &SourceTree, is_aside: fn(&str) -> bool) -> Vec<Detected> {
    type Is = fn(&str, &str) -> bool;
    const SIGNS: &[(&str, Is)] = &[
        ("Docker", |_, base| base == "Dockerfile" || base == "Containerfile" || base.starts_with("Dockerfile.")),
        ("Docker Compose", |_, base| {
            matches!(base, "compose.yaml" | "compose.yml" | "docker-compose.yml" | "docker-compose.yaml")
        }),
        ("Helm", |_, base| base == "Chart.yaml"),
        ("Kustomize", |_, base| matches!(base, "kustomization.yaml" | "kustomization.yml")),
        ("Kubernetes", |name, base| base.ends_with(".yaml") && (name.contains("kubernetes/") || name.contains("k8s/"))),
        ("Terraform", |_, base| base.ends_with(".tf")),
        ("Pulumi", |_, base| base == "Pulumi.yaml"),
        ("Ansible", |_, base| base == "ansible.cfg"),
        ("systemd", |_, base| base.ends_with(".service")),
        ("Vercel", |_, base| base == "vercel.json"),
        ("Netlify", |_, base| base == "netlify.toml"),
        ("Fly.io", |_, base| base == "fly.toml"),
        ("Heroku", |_, base| base == "Procfile"),
        ("Render", |_, base| base == "render.yaml"),
        ("Railway", |_, base| matches!(base, "railway.json" | "railway.toml")),
        ("Cloudflare Workers", |_, base| matches!(base, "wrangler.toml" | "wrangler.jsonc" | "wrangler.json")),
        ("Firebase", |_, base| base == "firebase.json"),
        ("AWS SAM or CloudFormation", |_, base| matches!(base, "samconfig.toml" | "template.yaml")),
        ("Serverless Framework", |_, base| base == "serverless.yml"),
        ("Nix", |_, base| base == "flake.nix"),
    ];
    let mut found = Vec::new();
    for (name, is) in SIGNS {
        let seen = tree.files().iter().find(|file| !is_aside(&file.name) && is(&file.name, file.base_name()));
        found.extend(
            seen.map(|file| Detected::new(name, "operation", vec![Evidence::file(&file.name, "its configuration")])),
        );
    }
    found
}
