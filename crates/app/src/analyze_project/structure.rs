//! What is there, as folders and files: the first of many.

use std::collections::BTreeSet;

use domain::visible;
use source_tree::SourceTree;

use crate::begin_report::is_configuration;
use crate::report::ProjectStructure;

/// How many of each are told.
const MOST: usize = 500;

/// The structure of `tree`, and what of it was left out.
pub(super) fn of(tree: &SourceTree) -> (ProjectStructure, Vec<String>) {
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    for file in tree.files() {
        let mut rest = file.name.as_str();
        while let Some((folder, _)) = rest.rsplit_once('/') {
            if !folders.insert(folder) {
                break;
            }
            rest = folder;
        }
    }
    let files: Vec<&str> = tree.files().iter().map(|file| file.name.as_str()).collect();
    let config: Vec<&str> = files.iter().copied().filter(|name| is_configuration(name)).collect();
    let mut left_out = Vec::new();
    let mut first = |what: &str, names: Vec<&str>| -> Vec<String> {
        if names.len() > MOST {
            left_out.push(format!("projectStructure.{what}: the first {MOST} of {}.", names.len()));
        }
        names.into_iter().take(MOST).map(|name| visible(name).into_owned()).collect()
    };
    let structure = ProjectStructure {
        folders: first("folders", folders.into_iter().collect()),
        files: first("files", files),
        config_files: first("configFiles", config),
    };
    (structure, left_out)
}
