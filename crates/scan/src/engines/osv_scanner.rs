//! osv-scanner: <https://github.com/google/osv-scanner>.

use std::fs;
use std::io;
use std::path::Path;

use domain::{Confidence, Ecosystem, Finding, FindingKind, Severity};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::hit::{MOST_HITS, Unreadable, short};

/// It ends with this where it found something.
pub(crate) const FOUND: i32 = 1;
/// It ends with this where no file names packages.
pub(crate) const NO_PACKAGES: i32 = 128;
/// Both name the folder of its database: which of them counts depends on its version.
pub(crate) const VARIABLES: [&str; 2] =
    ["OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY", "OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY"];

/// The names of its folder in there: 2.5 has another than the versions before.
const FOLDERS: [&str; 2] = ["osv-scanner", "osv-scalibr"];

/// An archive with nothing in it.
const EMPTY_ZIP: [u8; 22] = [b'P', b'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// Its configuration is ours, whatever lies in the tree; nothing is resolved over the network.
pub(crate) fn arguments(config: &str) -> Vec<String> {
    let fixed =
        ["scan", "source", "--recursive", "--no-ignore", "--format=json", "--offline", "--no-resolve", "--all-vulns"];
    let mut all: Vec<String> = fixed.map(str::to_owned).to_vec();
    all.extend([format!("--config={config}"), ".".to_owned()]);
    all
}

/// Whether a file of this name may name packages: the others need not be copied.
pub(crate) fn may_name_packages(name: &str) -> bool {
    const ENDINGS: [&str; 16] = [
        "lock", "lockb", "json", "toml", "txt", "xml", "mod", "sum", "yaml", "yml", "lockfile", "gradle", "kts",
        "config", "props", "spdx",
    ];
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    ENDINGS.contains(&&*ending) || ["Pipfile", "Gemfile", "installed", "status", "conan.lock"].contains(&name)
}

/// Lays out advisories as it wants them; answers the ecosystems that are there and cannot be used.
pub(crate) fn prepare(database: &Path, advisories: &Path) -> io::Result<Vec<String>> {
    let mut lacking = Vec::new();
    for entry in fs::read_dir(advisories)? {
        let entry = entry?;
        let archive = entry.path().join("all.zip");
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !entry.path().is_dir() {
            continue;
        }
        let name = if name == "cargo" { Ecosystem::CARGO.to_owned() } else { name };
        let Ok(archive) = archive.canonicalize() else {
            lacking.push(name);
            continue;
        };
        for folder in FOLDERS.map(|folder| database.join(folder).join(&name)) {
            fs::create_dir_all(&folder)?;
            place(&archive, &folder.join("all.zip"))?;
        }
    }
    Ok(lacking)
}

#[cfg(unix)]
fn place(archive: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(archive, at)
}

#[cfg(not(unix))]
fn place(archive: &Path, at: &Path) -> io::Result<()> {
    fs::copy(archive, at).map(drop)
}

/// An ecosystem of which nothing is known.
pub(crate) fn add_empty(database: &Path, name: &str) -> io::Result<()> {
    use std::io::Write as _;
    for folder in FOLDERS.map(|folder| database.join(folder).join(name)) {
        fs::create_dir_all(&folder)?;
        fs::File::create(folder.join("all.zip"))?.write_all(&EMPTY_ZIP)?;
    }
    Ok(())
}

/// The ecosystems that it says it has nothing of. The names come from files that were scanned.
pub(crate) fn missing_ecosystems(stderr: &str) -> Vec<String> {
    let name = |line: &str| {
        let name = line.split_once("could not load db for ")?.1.split_once(" ecosystem")?.0;
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || " .:-_".contains(letter);
        (name.len() <= 60 && !name.starts_with('.') && name.chars().all(is_plain)).then(|| name.to_owned())
    };
    let mut names: Vec<String> = stderr.lines().filter_map(name).take(50).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    results: Option<Vec<Source>>,
}

#[derive(Deserialize)]
struct Source {
    source: Place,
    #[serde(default)]
    packages: Option<Vec<Package>>,
}

#[derive(Deserialize)]
struct Place {
    path: String,
}

#[derive(Deserialize)]
struct Package {
    package: Named,
    #[serde(default)]
    groups: Option<Vec<Group>>,
    #[serde(default)]
    vulnerabilities: Option<Vec<Advisory>>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    ecosystem: String,
}

#[derive(Deserialize)]
struct Group {
    ids: Vec<String>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(default)]
    max_severity: String,
}

#[derive(Deserialize)]
struct Advisory {
    id: String,
    #[serde(default)]
    summary: String,
}

/// Its JSON as findings; `name` gives a file's name in the tree.
pub(crate) fn parse(output: &[u8], name: &dyn Fn(&str) -> Option<String>) -> Result<Vec<Finding>, Unreadable> {
    let report: Report = serde_json::from_slice(output)?;
    let mut findings = Vec::new();
    for source in report.results.unwrap_or_default() {
        let Some(file) = name(&source.source.path) else { continue };
        for package in source.packages.unwrap_or_default() {
            for group in package.groups.iter().flatten() {
                if findings.len() >= MOST_HITS {
                    return Ok(findings);
                }
                findings.extend(finding(&file, &package, group));
            }
        }
    }
    Ok(findings)
}

fn finding(file: &str, package: &Package, group: &Group) -> Option<Finding> {
    let Named { name, version, ecosystem } = &package.package;
    let id = group.ids.first().map(|id| short(id))?;
    let mut aliases: Vec<String> = group.ids.iter().chain(group.aliases.iter().flatten()).map(|id| short(id)).collect();
    aliases.sort_unstable();
    aliases.dedup();
    aliases.retain(|alias| *alias != id);
    let known = package.vulnerabilities.iter().flatten().find(|advisory| group.ids.contains(&advisory.id));
    let summary = known.map(|advisory| short(&advisory.summary)).filter(|summary| !summary.is_empty());
    let what = summary.map(|summary| format!(": {summary}")).unwrap_or_default();
    Some(Finding {
        kind: FindingKind::Vulnerability,
        rule: id.clone(),
        file: Some(file.to_owned()),
        line: None,
        column: None,
        severity: severity(&group.max_severity),
        confidence: Confidence::High,
        fingerprint: fingerprint(ecosystem, name, &id),
        message: format!("{} {} has a known vulnerability{what}.", short(name), short(version)),
        hint: "See what the advisory says, and whether there is a version without it".to_owned(),
        engines: vec!["osv-scanner".to_owned()],
        commit: None,
        redacted: None,
        package: Some(short(name)),
        ecosystem: Some(Ecosystem::new(short(ecosystem))),
        version: Some(short(version)),
        advisory: Some(id),
        aliases,
        fixed: None,
        score: None,
        epss: None,
        direct: None,
        dev: None,
    })
}

/// As the embedded matcher makes it.
fn fingerprint(ecosystem: &str, package: &str, advisory: &str) -> String {
    let digest = Sha256::digest(format!("vulnerability\0{ecosystem}\0{package}\0{advisory}"));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// From the score of CVSS.
fn severity(score: &str) -> Severity {
    match score.parse::<f64>() {
        Ok(score) if score >= 9.0 => Severity::Critical,
        Ok(score) if score >= 7.0 => Severity::High,
        Ok(score) if score >= 4.0 => Severity::Medium,
        Ok(score) if score > 0.0 => Severity::Low,
        _ => Severity::Unknown,
    }
}
