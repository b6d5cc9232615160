//! Real advisories: all of them are taken in, and the index answers as they do.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use dependencies::advisories::Database;
use domain::{Dependency, Ecosystem};
use serde_json::Value;

use super::brute::is_vulnerable;
use super::sample::{dependency, take_in};

fn advisories() -> Option<PathBuf> {
    match std::env::var_os("SMART_BEGIN_ADVISORIES") {
        Some(folder) => Some(folder.into()),
        None => testkit::shared("advisories"),
    }
}

fn records(archive: &Path) -> Vec<Value> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
    (0..archive.len())
        .map(|number| {
            let mut text = String::new();
            archive.by_index(number).unwrap().read_to_string(&mut text).unwrap();
            serde_json::from_str(&text).unwrap()
        })
        .collect()
}

/// Every version that a record names, for some of the packages.
fn asked(records: &[Value], ecosystem: &str, each: usize) -> Vec<Dependency> {
    let mut asked = BTreeSet::new();
    for record in records.iter().step_by(each) {
        for affected in record["affected"].as_array().unwrap() {
            let name = affected["package"]["name"].as_str().unwrap();
            let ranges = affected["ranges"].as_array().cloned().unwrap_or_default();
            let events = ranges
                .iter()
                .filter(|range| range["type"] != "GIT")
                .flat_map(|range| range["events"].as_array().unwrap().clone());
            let versions = events.map(|event| event.as_object().unwrap().values().next().unwrap().clone());
            let listed = affected["versions"].as_array().cloned().unwrap_or_default();
            for version in versions.chain(listed.into_iter().take(3)) {
                asked.insert((name.to_owned(), version.as_str().unwrap().to_owned()));
            }
        }
    }
    asked
        .iter()
        .filter(|(_, version)| version != "0")
        .map(|(name, version)| dependency(ecosystem, name, version))
        .collect()
}

fn answers_as_the_records_do(name: &str, ecosystem: &str, count: u64, each: usize) {
    let Some(folder) = advisories() else { return };
    let archive = folder.join(name).join("all.zip");
    let into = testkit::folder();
    let imported = take_in(into.path(), &folder, &[ecosystem]).unwrap();
    assert!(imported[0].advisories + imported[0].withdrawn >= count, "{imported:?}");
    let records = records(&archive);
    let asked = asked(&records, ecosystem, each);
    let matched = Database::open(into.path()).unwrap().check(&asked);
    assert!(matched.not_run.is_empty(), "{:?}", matched.not_run);
    let found: BTreeSet<(String, String, String)> = matched
        .findings
        .iter()
        .flat_map(|each| {
            let place = (each.package.clone().unwrap(), each.version.clone().unwrap());
            let names = each.aliases.iter().chain(&each.advisory);
            names.map(|name| (place.0.clone(), place.1.clone(), name.clone())).collect::<Vec<_>>()
        })
        .collect();
    let mut by_package: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for record in &records {
        for affected in record["affected"].as_array().unwrap() {
            by_package.entry(affected["package"]["name"].as_str().unwrap()).or_default().push(record);
        }
    }
    let mut seen = BTreeSet::new();
    for each in &asked {
        let version = each.version.as_deref().unwrap();
        let about = by_package[each.name.as_str()].iter();
        for record in about.filter(|record| is_vulnerable(record, ecosystem, &each.name, version)) {
            let expected = (each.name.clone(), version.to_owned(), record["id"].as_str().unwrap().to_owned());
            assert!(found.contains(&expected), "{expected:?} is missing");
            // A record may name a package several times.
            seen.insert(expected);
        }
    }
    // And nothing else: each finding stands on a record that says so. Its aliases may be records that are about other versions.
    for finding in &matched.findings {
        let place = (finding.package.clone().unwrap(), finding.version.clone().unwrap());
        let mut names = finding.aliases.iter().chain(&finding.advisory);
        let told = names.any(|name| seen.contains(&(place.0.clone(), place.1.clone(), name.clone())));
        assert!(told, "no record says that {place:?} has {:?}", finding.advisory);
    }
    assert!(seen.len() > 20, "{}", seen.len());
}

#[test]
fn rust_advisories_are_answered_as_they_are() {
    answers_as_the_records_do("cargo", Ecosystem::CARGO, 1206, 9);
}

#[test]
fn all_real_advisories_are_answered_as_they_are() {
    if std::env::var("SMART_BEGIN_LONG").as_deref() != Ok("1") {
        return;
    }
    answers_as_the_records_do("cargo", Ecosystem::CARGO, 1206, 1);
    answers_as_the_records_do("Go", "Go", 4291, 4);
    answers_as_the_records_do("PyPI", "PyPI", 2661, 4);
}
