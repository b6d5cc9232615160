//! The table of requirements names tests, steps of ./scripts/test and headings of documents: each must exist, or the report
//! would rest on nothing. And every id of docs/requirements.md must have a row.

use std::collections::BTreeSet;
use std::process::Command;

use serde::Deserialize;

use crate::Failure;
use crate::repository::Repository;

const ROWS: &str = "crates/app/src/compliance/rows/";
const REQUIREMENTS: &str = "docs/requirements.md";
const THREAT_MODEL: &str = "docs/threat-model.md";
const STEPS: &str = "scripts/test";

#[derive(Deserialize)]
struct File {
    row: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(default)]
    tests: Vec<String>,
    #[serde(default)]
    gates: Vec<String>,
    #[serde(default)]
    documents: Vec<String>,
}

/// Writes docs/reports/security.md: the test that compares it knows how the shipped profile is made.
///
/// # Errors
/// When the test fails.
pub fn report() -> Result<(), Failure> {
    let arguments =
        ["test", "--quiet", "--package", "smart-begin", "--test", "it", "--", "the_security_report_is_fresh"];
    let status = Command::new(env!("CARGO")).args(arguments).env("SMART_BEGIN_RENEW", "1").status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::because("the security report is not written", status)),
        Err(fault) => Err(Failure::because("cargo does not start", fault)),
    }
}

/// Tells every name that leads nowhere, and every requirement without a row.
///
/// # Errors
/// When a file of rows cannot be read.
pub fn check(repository: &Repository) -> Result<Vec<String>, Failure> {
    let (mut told, mut ids) = (Vec::new(), BTreeSet::new());
    for (path, text) in repository.files.iter().filter(|(path, _)| path.starts_with(ROWS)) {
        let file: File = toml::from_str(text).map_err(|fault| Failure::because(path, fault))?;
        for row in file.row {
            let missing = |what: &str, name: &str| format!("{path}: {}: there is no {what} {name}", row.id);
            told.extend(row.tests.iter().filter(|name| !has_test(repository, name)).map(|name| missing("test", name)));
            told.extend(row.gates.iter().filter(|name| !has_gate(repository, name)).map(|name| missing("gate", name)));
            let documents = row.documents.iter().filter(|name| !has_heading(repository, name));
            told.extend(documents.map(|name| missing("heading", name)));
            ids.insert(row.id);
        }
    }
    told.extend(unproven(repository));
    let wanted = requirements(repository.files.get(REQUIREMENTS).map_or("", String::as_str));
    told.extend(wanted.difference(&ids).map(|id| format!("{REQUIREMENTS}: {id} has no row in {ROWS}")));
    Ok(told)
}

/// The names of tests that the threat model calls proof, and that no crate has.
fn unproven(repository: &Repository) -> Vec<String> {
    let Some(page) = repository.files.get(THREAT_MODEL) else { return Vec::new() };
    let quoted = page.split('`').skip(1).step_by(2);
    let is_name = |word: &&str| {
        word.matches('_').count() >= 3
            && word.chars().all(|each| each.is_ascii_lowercase() || each.is_ascii_digit() || each == '_')
    };
    let exists = |name: &str| repository.rust_files().any(|(_, text)| declares_test(text, name));
    let gone = quoted.filter(is_name).filter(|name| !exists(name));
    gone.map(|name| format!("{THREAT_MODEL}: there is no test {name}")).collect()
}

/// The ids of the tables: `T1.1`, `D1`, …
fn requirements(page: &str) -> BTreeSet<String> {
    let first = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let is_id = |cell: &&str| {
        let digits = cell.trim_start_matches(['T', 'D']);
        digits.len() + 1 == cell.len() && digits.starts_with(|first: char| first.is_ascii_digit())
    };
    first.filter(is_id).map(str::to_owned).collect()
}

/// `crate::it::file::name` is in the tests of the crate, `crate::file::name` in its sources.
fn has_test(repository: &Repository, path: &str) -> bool {
    let parts: Vec<&str> = path.split("::").collect();
    let [package, between @ .., name] = parts.as_slice() else { return false };
    let place = match between {
        ["it", rest @ ..] => format!("crates/{package}/tests/it/{}", rest.join("/")),
        rest => format!("crates/{package}/src/{}", rest.join("/")),
    };
    let candidates = [format!("{place}.rs"), format!("{place}/mod.rs")];
    candidates.iter().filter_map(|file| repository.files.get(file)).any(|text| declares_test(text, name))
}

/// A function of that name right behind an attribute that makes it a test, and none that keeps it from running.
fn declares_test(text: &str, name: &str) -> bool {
    let (mut test, mut ignored) = (false, false);
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[") {
            test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            ignored |= line.starts_with("#[ignore");
        } else if !line.starts_with("//") {
            let function = line.trim_start_matches("async ").strip_prefix("fn ");
            let bears_name =
                function.and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with('('));
            if test && !ignored && bears_name {
                return true;
            }
            (test, ignored) = (false, false);
        }
    }
    false
}

fn has_gate(repository: &Repository, name: &str) -> bool {
    let steps = repository.files.get(STEPS).map_or("", String::as_str);
    let line = steps.lines().find_map(|line| line.strip_prefix("steps=(")?.strip_suffix(')'));
    line.is_some_and(|line| line.split_whitespace().any(|step| step == name))
}

fn has_heading(repository: &Repository, name: &str) -> bool {
    let Some((file, heading)) = name.split_once('#') else { return false };
    let text = repository.files.get(file).map_or("", String::as_str);
    text.lines().any(|line| line.starts_with('#') && line.trim_start_matches('#').trim() == heading)
}
