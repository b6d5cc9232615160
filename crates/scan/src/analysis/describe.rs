//! The description of a project, from its files' names, its manifests and the lines of its sources.

use schemars::JsonSchema;
use serde::Serialize;
use source_tree::SourceTree;

use super::languages::{self, LanguageShare};
use super::layout::{self, Layout};
use super::stacks::{self, Detected};
use crate::repository::{Evidence, ci_systems, is_aside, is_test_file};

/// What a project is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Files that were looked at.
    pub files: u64,
    /// Languages, the one with the most lines first.
    pub languages: Vec<LanguageShare>,
    /// What it is built with: stacks, frameworks, package managers.
    pub technologies: Vec<Detected>,
    /// How it is laid out.
    pub layout: Layout,
    /// How it is put into operation.
    pub operation: Vec<Detected>,
    /// Files of tests.
    pub test_files: u64,
    /// What runs when the code changes.
    pub pipelines: Vec<Detected>,
}

/// Describes `tree`.
#[must_use]
pub fn describe(tree: &SourceTree) -> Description {
    let pipelines = ci_systems(tree)
        .into_iter()
        .map(|(system, files)| {
            let evidence = files.iter().take(10).map(|file| Evidence::file(file, "a pipeline")).collect();
            Detected::new(system, "pipeline", evidence)
        })
        .collect();
    let tests = tree.files().iter().filter(|file| !is_aside(&file.name) && is_test_file(&file.name)).count();
    Description {
        files: tree.files().len() as u64,
        languages: languages::count(tree, is_aside, is_test_file),
        technologies: stacks::detect(tree, is_aside),
        layout: layout::of(tree, is_aside),
        operation: layout::operation(tree, is_aside),
        test_files: tests as u64,
        pipelines,
    }
}
