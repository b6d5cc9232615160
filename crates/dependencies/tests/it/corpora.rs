//! Our matches beside those of the real osv-scanner, on lockfiles that others wrote for their own work: what cargo and Go have
//! fetched for this repository, and what uv resolves as of years ago. Nothing of them is kept here.
//!
//! The short form takes what is on the machine already; the long one (`SMART_BEGIN_LONG=1`) takes all of it, and resolves the
//! packages of Python anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use dependencies::advisories::{Database, import};
use dependencies::inventory;
use domain::{Ecosystem, Finding};
use serde_json::Value;
use source_tree::{Selection, SourceTree};

use crate::differences::explained;
use crate::python_corpus;

/// At least so many lockfiles are compared.
const LEAST: usize = 40;
/// So many are taken in the short form.
const SHORT: usize = 45;

/// An advisory that a tool sees: the lockfile, the package, its version, and one of the advisory's names.
pub(crate) type Seen = (String, String, String, String);

fn is_long() -> bool {
    std::env::var_os("SMART_BEGIN_LONG").is_some_and(|long| long == "1")
}

/// The folder with real advisories, as OSV publishes them.
fn advisories() -> Option<PathBuf> {
    let given = std::env::var_os("SMART_BEGIN_ADVISORIES").map(PathBuf::from);
    let found = given.or_else(|| testkit::shared("advisories"));
    found.filter(|folder| folder.join("Go/all.zip").is_file())
}

/// Our index of them, made once.
fn database(advisories: &Path) -> &'static Database {
    static MADE: OnceLock<(tempfile::TempDir, Database)> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let folder = testkit::folder();
        import(folder.path(), advisories, &[], &AtomicBool::new(false)).unwrap();
        let database = Database::open(folder.path()).unwrap();
        (folder, database)
    });
    &made.1
}

/// The same for osv-scanner, in the layout that it looks for.
fn scanner_cache(advisories: &Path) -> tempfile::TempDir {
    let cache = testkit::folder();
    for (from, to) in [("cargo", Ecosystem::CARGO), ("Go", "Go"), ("PyPI", "PyPI")] {
        for program in ["osv-scanner", "osv-scalibr"] {
            let folder = cache.path().join(program).join(to);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::copy(advisories.join(from).join("all.zip"), folder.join("all.zip")).unwrap();
        }
    }
    cache
}

/// What osv-scanner sees in a folder: each advisory with all its names.
pub(crate) fn theirs(scanner: &Path, cache: &Path, folder: &Path) -> BTreeMap<Seen, BTreeSet<String>> {
    let outcome = testkit::Run::new(scanner)
        .args([
            "scan",
            "source",
            "-r",
            "--no-ignore",
            "--format",
            "json",
            "--offline",
            "--all-packages",
            "--no-call-analysis",
            "go",
            folder.to_str().unwrap(),
        ])
        .env("OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY", cache)
        .env("OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY", cache)
        .within(Duration::from_secs(300))
        .run();
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{}", outcome.stderr));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut seen = BTreeMap::new();
    for result in report["results"].as_array().into_iter().flatten() {
        let path = text(&result["source"]["path"]);
        let file = Path::new(&path).strip_prefix(folder.canonicalize().unwrap()).unwrap().to_str().unwrap().to_owned();
        for package in result["packages"].as_array().into_iter().flatten() {
            let (name, version) = (text(&package["package"]["name"]), text(&package["package"]["version"]));
            for vulnerability in package["vulnerabilities"].as_array().into_iter().flatten() {
                let id = text(&vulnerability["id"]);
                let names = vulnerability["aliases"].as_array().into_iter().flatten().map(text).chain([id.clone()]);
                seen.insert((file.clone(), plain_name(&name), plain_version(&version), id), names.collect());
            }
        }
    }
    seen
}

/// What we see in a folder.
pub(crate) fn ours(database: &Database, folder: &Path) -> BTreeMap<Seen, BTreeSet<String>> {
    let tree = SourceTree::of_folder(folder, Selection::All).unwrap();
    let matched = database.check(&inventory(&tree).dependencies);
    let names = |finding: &Finding| finding.aliases.iter().cloned().chain([finding.rule.clone()]).collect();
    let seen = |finding: &Finding| {
        let [file, package, version] =
            [&finding.file, &finding.package, &finding.version].map(|each| each.clone().unwrap_or_default());
        (file, plain_name(&package), plain_version(&version), finding.rule.clone())
    };
    matched.findings.iter().map(|finding| (seen(finding), names(finding))).collect()
}

fn plain_name(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

fn plain_version(version: &str) -> String {
    version.trim_start_matches('v').to_owned()
}

/// Those of `one` that `other` has under none of their names.
pub(crate) fn missing(one: &BTreeMap<Seen, BTreeSet<String>>, other: &BTreeMap<Seen, BTreeSet<String>>) -> Vec<Seen> {
    let mut known: BTreeMap<(&str, &str, &str), BTreeSet<&str>> = BTreeMap::new();
    for ((file, package, version, _), names) in other {
        known.entry((file, package, version)).or_default().extend(names.iter().map(String::as_str));
    }
    let lacks = |((file, package, version, _), names): &(&Seen, &BTreeSet<String>)| {
        let known = known.get(&(file.as_str(), package.as_str(), version.as_str()));
        known.is_none_or(|known| !names.iter().any(|name| known.contains(name.as_str())))
    };
    one.iter().filter(lacks).map(|(seen, _)| seen.clone()).collect()
}

/// Compares what both see in a corpus; every difference has to be explained.
fn compare(corpus: &Path, label: &str) {
    let files = std::fs::read_dir(corpus).unwrap().count();
    let Some(advisories) = advisories() else { return testkit::not_run("the advisories of ../shared are not there") };
    let Some(scanner) = testkit::tool("osv-scanner") else { return };
    let cache = scanner_cache(&advisories);
    let (theirs, ours) = (theirs(&scanner, cache.path(), corpus), ours(database(&advisories), corpus));
    let (unseen, more) = (missing(&theirs, &ours), missing(&ours, &theirs));
    let open = |list: &[Seen], by_us: bool| -> Vec<String> {
        let left = list.iter().filter(|seen| explained(&corpus.join(&seen.0), seen, by_us, &advisories).is_none());
        left.map(|(file, package, version, id)| format!("{file}: {package} {version} {id}")).collect()
    };
    let (unseen_open, more_open) = (open(&unseen, false), open(&more, true));
    println!(
        "{label}: {files} lockfiles; osv-scanner sees {}, we see {}; it alone {} ({} not explained), we alone {} ({} not explained)",
        theirs.len(),
        ours.len(),
        unseen.len(),
        unseen_open.len(),
        more.len(),
        more_open.len(),
    );
    assert!(files >= LEAST, "{label}: only {files} lockfiles");
    assert!(!theirs.is_empty() && !ours.is_empty(), "{label}: nothing was found at all, so nothing is compared");
    assert_eq!((unseen_open, more_open), (Vec::new(), Vec::new()), "{label}: osv-scanner alone, we alone");
}

/// Puts copies of real lockfiles into a folder beneath the target folder, each in a folder of its own.
fn gather(label: &str, name: &str, files: impl Iterator<Item = (String, PathBuf)>) -> Option<PathBuf> {
    let corpus = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpora").join(label);
    let _ = std::fs::remove_dir_all(&corpus);
    let mut count = 0;
    for (folder, file) in files.take(if is_long() { usize::MAX } else { SHORT }) {
        let folder = corpus.join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), std::fs::read(file).unwrap()).unwrap();
        count += 1;
    }
    if count < LEAST {
        testkit::not_run(&format!("{label}: only {count} lockfiles are on this machine"));
        return None;
    }
    Some(corpus.canonicalize().unwrap())
}

/// The folders within a folder, in order.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    all.sort();
    all.retain(|path| path.is_dir());
    all
}

#[test]
fn cargo_matches_are_those_of_osv_scanner() {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let Some(home) = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))) else { return };
    let crates = folders(&home.join("registry/src")).into_iter().flat_map(|registry| folders(&registry));
    let locks = crates.filter_map(|folder| {
        let name = folder.file_name()?.to_str()?.to_owned();
        Some((name, folder.join("Cargo.lock"))).filter(|(_, lock)| lock.is_file())
    });
    let Some(corpus) = gather("cargo", "Cargo.lock", locks) else { return };
    compare(&corpus, "Cargo");
}

#[test]
fn go_matches_are_those_of_osv_scanner() {
    let asked = testkit::Run::new("go").args(["env", "GOMODCACHE"]).run();
    let mut found = Vec::new();
    if asked.ok() {
        modules(&Path::new(asked.stdout.trim()).join("cache/download"), &mut found);
    }
    let named = found.into_iter().enumerate().map(|(at, file)| (format!("m{at}"), file));
    let Some(corpus) = gather("go", "go.mod", named) else { return };
    compare(&corpus, "Go");
}

/// The `go.mod` files that Go has fetched, of modules that ask for others.
fn modules(folder: &Path, found: &mut Vec<PathBuf>) {
    if found.len() >= SHORT && !is_long() {
        return;
    }
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files {
        if file.is_dir() {
            modules(&file, found);
        } else if file.extension().is_some_and(|ending| ending == "mod") {
            let asks = std::fs::read_to_string(&file).is_ok_and(|text| text.contains("require"));
            found.extend(asks.then_some(file));
        }
    }
}

#[test]
fn python_matches_are_those_of_osv_scanner() {
    let corpus = Path::new(env!("CARGO_TARGET_TMPDIR")).join(if is_long() {
        "corpora/python-resolved"
    } else {
        "corpora/python-pins"
    });
    if is_long() {
        let Some(uv) = testkit::tool("uv") else { return };
        python_corpus::resolve(&uv, &corpus);
    } else {
        let _ = std::fs::remove_dir_all(&corpus);
        python_corpus::pins(&corpus);
    }
    compare(&corpus.canonicalize().unwrap(), "PyPI");
}
