//! Where we and osv-scanner differ, why, and how that is seen. Anything else is a fault of ours.
//!
//! | who alone | why | how it is seen |
//! | --- | --- | --- |
//! | we | its check of ranges ends at the first range of commits (GIT); 1,385 records of PyPI have one in front of their versions | the record has a GIT range in front of another one, and does not list the version letter for letter |
//! | it | it takes the project itself for a package of the registry | the entry of `Cargo.lock` has no source |

use std::io::Read;
use std::path::Path;

use serde_json::Value;

use crate::corpora::Seen;

/// Why the two differ on one advisory; none where nothing here explains it.
pub(crate) fn explained(lockfile: &Path, seen: &Seen, by_us: bool, advisories: &Path) -> Option<&'static str> {
    let (_, package, version, id) = seen;
    if by_us {
        let record = record(advisories, id)?;
        return stops_at_commits(&record, package, version).then_some("it stops at the first range of commits");
    }
    is_the_project_itself(lockfile, package, version).then_some("it is the project itself")
}

fn record(advisories: &Path, id: &str) -> Option<Value> {
    ["PyPI", "Go", "cargo"].iter().find_map(|ecosystem| {
        let file = std::fs::File::open(advisories.join(ecosystem).join("all.zip")).unwrap();
        let mut text = String::new();
        zip::ZipArchive::new(file).unwrap().by_name(&format!("{id}.json")).ok()?.read_to_string(&mut text).unwrap();
        serde_json::from_str(&text).ok()
    })
}

/// Whether a record has the trap: commits in front of versions, and this version among those only by its order.
fn stops_at_commits(record: &Value, package: &str, version: &str) -> bool {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    list(&record["affected"]).iter().any(|affected| {
        let name = affected["package"]["name"].as_str().unwrap_or_default().to_ascii_lowercase();
        let ranges: Vec<Value> = list(&affected["ranges"]).iter().map(|range| range["type"].clone()).collect();
        let commits = ranges.iter().position(|kind| kind == "GIT");
        let versions = ranges.iter().rposition(|kind| kind != "GIT");
        let listed = list(&affected["versions"]).iter().any(|listed| listed == version);
        name.replace(['_', '.'], "-") == package && commits < versions && commits.is_some() && !listed
    })
}

fn is_the_project_itself(lockfile: &Path, package: &str, version: &str) -> bool {
    let Ok(text) = std::fs::read_to_string(lockfile) else { return false };
    let Ok(lock) = toml::from_str::<toml::Table>(&text) else { return false };
    let packages = lock.get("package").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let is_it = |entry: &toml::Value| {
        let text = |key: &str| entry.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        text("name").replace('_', "-") == package && text("version") == version && entry.get("source").is_none()
    };
    lockfile.file_name().is_some_and(|name| name == "Cargo.lock") && packages.iter().any(is_it)
}
