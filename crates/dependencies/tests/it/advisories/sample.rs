//! Records and dependencies for the tests.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use dependencies::advisories::{Database, Error, Imported, Matched, import};
use domain::{Dependency, Ecosystem};
use serde_json::{Value, json};
use testkit::TempDir;

/// A record with one package and the ranges `events`, each of the ecosystem's own kind.
pub(crate) fn record(id: &str, ecosystem: &str, package: &str, events: &[Value]) -> Value {
    let ranges = [json!({ "type": "ECOSYSTEM", "events": events })];
    with_affected(id, json!([{ "package": { "ecosystem": ecosystem, "name": package }, "ranges": ranges }]))
}

pub(crate) fn with_affected(id: &str, affected: Value) -> Value {
    json!({ "schema_version": "1.7.0", "id": id, "modified": "2026-01-02T03:04:05Z", "summary": "It fails.", "affected": affected })
}

pub(crate) fn introduced(version: &str) -> Value {
    json!({ "introduced": version })
}

pub(crate) fn fixed(version: &str) -> Value {
    json!({ "fixed": version })
}

pub(crate) fn dependency(ecosystem: &str, name: &str, version: &str) -> Dependency {
    Dependency {
        ecosystem: Ecosystem::new(ecosystem),
        name: name.to_owned(),
        version: Some(version.to_owned()),
        requirement: None,
        file: "lock".to_owned(),
        line: Some(7),
        direct: Some(true),
        dev: false,
        license: None,
    }
}

/// A folder of records.
pub(crate) fn folder(records: &[Value]) -> TempDir {
    let folder = testkit::folder();
    for (number, record) in records.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{number}.json")), record.to_string()).unwrap();
    }
    folder
}

pub(crate) fn take_in(into: &Path, from: &Path, only: &[&str]) -> Result<Vec<Imported>, Error> {
    let only: Vec<Ecosystem> = only.iter().map(|name| Ecosystem::new(*name)).collect();
    import(into, from, &only, &AtomicBool::new(false))
}

/// What `records` say of `dependencies`, by way of an index.
pub(crate) fn check(records: &[Value], dependencies: &[Dependency]) -> Matched {
    let (from, into) = (folder(records), testkit::folder());
    let mut named: Vec<&str> = dependencies.iter().map(|dependency| dependency.ecosystem.family()).collect();
    named.sort_unstable();
    named.dedup();
    take_in(into.path(), from.path(), &named).unwrap();
    Database::open(into.path()).unwrap().check(dependencies)
}

/// The ids of what `records` say of one version.
pub(crate) fn ids(records: &[Value], ecosystem: &str, name: &str, version: &str) -> Vec<String> {
    let matched = check(records, &[dependency(ecosystem, name, version)]);
    matched.findings.iter().map(|finding| finding.rule.clone()).collect()
}
