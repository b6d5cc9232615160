//! Our own `Cargo.lock` against known vulnerabilities, by osv-scanner, without the network.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::grade::{Grade, Verdict};
use super::thresholds::Thresholds;
use crate::{Failure, tool};

const SUBJECT: &str = "vulnerable dependencies";

/// The data's folder, beside the repository.
const DATA: &str = "shared/advisories/cargo/all.zip";

/// The ecosystem's name in OSV, which is also the name of its registry's host and so stands here in two parts.
const ECOSYSTEM: [&str; 2] = ["crates", ".io"];

#[derive(Deserialize)]
struct Report {
    results: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    packages: Vec<Scanned>,
}

#[derive(Deserialize)]
struct Scanned {
    package: Package,
    #[serde(default)]
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Vulnerability {
    id: String,
}

/// Scans our lockfile, or says that the data is absent.
pub(super) fn grade(thresholds: &Thresholds) -> Grade {
    let root = tool::root();
    let data = root.parent().unwrap_or(&root).join(DATA);
    if !data.is_file() {
        return Grade {
            subject: SUBJECT.to_owned(),
            figures: format!("../{DATA} is absent"),
            verdict: Verdict::NotRun,
        };
    }
    match scan(&root.join("Cargo.lock"), &data) {
        Ok(found) => {
            let most = thresholds.advisories.findings;
            let list = if found.is_empty() { String::new() } else { format!(": {}", found.join(", ")) };
            Grade::new(SUBJECT, format!("{}, at most {most}{list}", found.len()), found.len() <= most)
        }
        Err(why) => Grade::unknown(SUBJECT, &why),
    }
}

/// The vulnerabilities that `data` (OSV's `all.zip`) knows in a `Cargo.lock`, as `package version: id`.
///
/// # Errors
/// When osv-scanner cannot run, or did not read the lockfile.
pub fn scan(lockfile: &Path, data: &Path) -> Result<Vec<String>, Failure> {
    let cache = tempfile::tempdir().map_err(|fault| Failure::because("no temporary folder", fault))?;
    let folder = cache.path().join("osv-scalibr").join(ECOSYSTEM.concat());
    fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(data, folder.join("all.zip")))
        .map_err(|fault| Failure::because("the advisory data cannot be copied", fault))?;
    let mut command = tool::command("osv-scanner");
    command.args(["scan", "source", "--offline", "--format", "json", "--lockfile"]).arg(lockfile);
    // Release 2.5 looks in `osv-scalibr` below this folder; earlier ones had another name for both.
    command.env("OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY", cache.path());
    let output = tool::output(&mut command)?;
    // 0: nothing found, 1: something found; all else is a failure of the tool.
    if !matches!(output.status.code(), Some(0 | 1)) {
        return Err(Failure::because("osv-scanner", String::from_utf8_lossy(&output.stderr)));
    }
    let report: Report = serde_json::from_slice(&output.stdout)
        .map_err(|fault| Failure::because("the report of osv-scanner is not understood", fault))?;
    let packages = report.results.into_iter().flat_map(|source| source.packages);
    let found = packages.flat_map(|Scanned { package, vulnerabilities }| {
        vulnerabilities.into_iter().map(move |known| format!("{} {}: {}", package.name, package.version, known.id))
    });
    Ok(found.collect())
}
