//! The real gitleaks on the same files, at the same time.
//!
//! The long form (`SMART_BEGIN_LONG=1`) takes the sources of this workspace's dependencies, or the folder of `SMART_BEGIN_SOURCES`,
//! and prints what each saw and how long it took. gitleaks needs minutes for them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use domain::Finding;
use scan::secrets::{Options, RuleSet, check_tree};
use serde_json::Value;
use source_tree::{Selection, SourceTree};

use super::template::expand;
use super::{rules_in, scanner, shipped};

/// What gitleaks reports for a folder, each with its file beneath it.
fn gitleaks(folder: &Path, config: Option<&Path>) -> Option<Vec<(String, Value)>> {
    let program = testkit::tool("gitleaks")?;
    let scratch = tempfile::tempdir().unwrap();
    let report = scratch.path().join("report.json");
    let mut run = testkit::Run::new(program)
        .args(["dir", "--no-banner", "--log-level=error", "--exit-code=0", "--report-format=json", "--report-path"])
        .arg(&report)
        .within(Duration::from_secs(3600));
    if let Some(config) = config {
        run = run.arg("--config").arg(config);
    }
    run.arg(folder).run().expect_ok();
    let found: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
    let named = |found: Value| {
        let file = Path::new(found["File"].as_str().unwrap()).strip_prefix(folder).unwrap().display().to_string();
        (file, found)
    };
    Some(found.into_iter().map(named).collect())
}

/// An organisation's file in the whole breadth of gitleaks' form is understood alike: same findings, same places.
#[test]
fn a_rules_file_says_the_same_to_gitleaks_and_to_us() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("own.toml");
    std::fs::write(&config, OWN).unwrap();
    let tree = folder.path().join("tree");
    std::fs::create_dir_all(tree.join("docs")).unwrap();
    let lines = |seed: &str| {
        let key = |count: usize| expand(&format!("{{lower36:{count}}}"), &format!("{seed} {count}"));
        format!(
            "house_key = '{}'\nhouse_key = 'allowed{}'\nhouse_key = '{}' # fine\n  x: DOOR-{} y\nDOOR-stop{}\nweak=aaaaaaaa\nWEAK={}\n[brace{{{}}}]\n",
            key(16),
            key(12),
            key(15),
            key(10),
            key(6),
            key(8),
            key(9)
        )
    };
    for name in ["a.conf", "docs/b.conf", "c.py", "id.house"] {
        std::fs::write(tree.join(name), lines(name)).unwrap();
    }
    let Some(theirs) = gitleaks(&tree, Some(&config)) else { return };
    let mut theirs: Vec<(String, String, u64)> = theirs
        .into_iter()
        .map(|(file, found)| (file, found["RuleID"].as_str().unwrap().to_owned(), found["StartLine"].as_u64().unwrap()))
        .collect();
    let set = RuleSet::from_toml("own.toml", OWN, &|_| unreachable!()).unwrap();
    let tree = SourceTree::of_folder(&tree, Selection::All).unwrap();
    let seen = check_tree(&scanner(&set, Options::default()), &tree, &AtomicBool::new(false));
    let place = |finding: Finding| (finding.file.unwrap(), finding.rule, u64::from(finding.line.unwrap_or(0)));
    let mut ours: Vec<_> = seen.findings.into_iter().map(place).collect();
    // gitleaks gives a file that is found by its name the line 0 as well.
    theirs.sort();
    ours.sort();
    assert_eq!(ours, theirs);
    assert!(ours.len() > 10, "{ours:?}");
}

const OWN: &str = r#"
title = "An organisation's own"
[[rules]]
id = "house-key"
description = "Key of the house"
regex = '''(?i)house_key\s*=\s*['"]([a-z0-9]{8,40})['"]'''
entropy = 2.5
keywords = ["house"]
[[rules.allowlists]]
regexTarget = "match"
regexes = ['''=\s*'allowed''']
[[rules.allowlists]]
condition = "AND"
regexTarget = "line"
paths = ['''\.conf$''']
regexes = ['''# fine''']

[[rules]]
id = "door"
description = "Number of the door"
regex = '''\bDOOR-([a-z0-9]{10})\b'''
secretGroup = 1
keywords = ["door-"]
path = '''\.(conf|py)$'''
[rules.allowlist]
stopwords = ["stop"]

[[rules]]
id = "weak"
description = "Weak one"
regex = '''(?i)weak=([a-z0-9]+)'''
entropy = 1.5
keywords = ["weak="]

[[rules]]
id = "brace"
description = "In braces, in Go's syntax"
regex = '''[[]brace{([[:alnum:]]{9})}'''

[[rules]]
id = "house-file"
description = "A file that should not be here"
path = '''\.house$'''

[[allowlists]]
description = "documents"
targetRules = ["house-key", "weak"]
paths = ['''^.*docs/''']
"#;

/// Whether a finding of gitleaks is what its own rule promises; not the first line of a key without a key, or a placeholder.
fn is_real(found: &Value) -> bool {
    let text = found["Match"].as_str().unwrap_or_default();
    match found["RuleID"].as_str().unwrap_or_default() {
        "generic-api-key" => false,
        "private-key" => {
            text.split(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c)).any(|run| run.len() >= 40)
        }
        _ => found["Secret"]
            .as_str()
            .is_some_and(|secret| secret.bytes().any(|byte| byte.is_ascii_digit()) && !is_placeholder(secret)),
    }
}

/// A name in capitals that stands where the reader puts a value, as in the documentation of an API.
fn is_placeholder(secret: &str) -> bool {
    let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    secret.split('_').filter(|word| word.len() > 2).count() >= 2 && secret.bytes().all(is_capital)
}

fn sources() -> Option<PathBuf> {
    let given = std::env::var_os("SMART_BEGIN_SOURCES").map(PathBuf::from);
    let home = || {
        std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))
    };
    given.or_else(|| Some(home()?.join("registry/src"))).filter(|folder| folder.is_dir())
}

#[test]
#[allow(clippy::print_stdout, reason = "the figures are what the long form is run for")]
fn of_a_large_tree_no_less_is_found_and_half_as_much_noise_at_most() {
    if std::env::var_os("SMART_BEGIN_LONG").is_none() {
        return;
    }
    let Some(folder) = sources() else { return testkit::not_run("there are no sources of dependencies here") };
    let began = Instant::now();
    let Some(theirs) = gitleaks(&folder, None) else { return };
    let their_time = began.elapsed();
    let began = Instant::now();
    let tree = SourceTree::of_folder(&folder, Selection::All).unwrap();
    let seen = check_tree(shipped(), &tree, &AtomicBool::new(false));
    let our_time = began.elapsed();
    let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &seen.findings {
        by_file.entry(finding.file.as_deref().unwrap_or_default()).or_default().push(finding);
    }
    let met = |file: &str, found: &Value| {
        let (first, last) = (found["StartLine"].as_u64().unwrap_or(0), found["EndLine"].as_u64().unwrap_or(0));
        let near = |finding: &&Finding| finding.line.is_some_and(|line| (first..=last + 1).contains(&u64::from(line)));
        by_file.get(file).is_some_and(|all| all.iter().any(near))
    };
    let real: Vec<_> = theirs.iter().filter(|(_, found)| is_real(found)).collect();
    let missed: Vec<String> = real
        .iter()
        .filter(|(file, found)| !met(file, found))
        .map(|(file, found)| format!("{file}:{} {}", found["StartLine"], found["RuleID"]))
        .collect();
    let their_generic = theirs.iter().filter(|(_, found)| found["RuleID"] == "generic-api-key").count();
    let our_generic = seen.findings.iter().filter(|finding| finding.rule.starts_with("generic-")).count();
    println!(
        "{} files, {} bytes. gitleaks: {} findings, {their_generic} generic, {their_time:?}. smart-begin: {} findings, {our_generic} generic, {our_time:?}. Of gitleaks' {} real ones {} were missed: {missed:#?}",
        seen.files,
        seen.bytes,
        theirs.len(),
        seen.findings.len(),
        real.len(),
        missed.len()
    );
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(our_generic * 2 <= their_generic, "{our_generic} and {their_generic}");
}

/// What gitleaks finds in the examples of our rules is found by us: it finds nothing there that we do not.
#[test]
fn gitleaks_finds_no_example_that_we_miss() {
    let folder = tempfile::tempdir().unwrap();
    let mut texts = BTreeMap::new();
    for rule in RuleSet::shipped().unwrap().rules() {
        for (number, example) in rule.examples.iter().enumerate() {
            let name = format!("{}.{number}.conf", rule.id);
            let text = expand(example, &format!("{} {number}", rule.id)) + "\n";
            std::fs::write(folder.path().join(&name), &text).unwrap();
            texts.insert(name, text);
        }
    }
    let Some(theirs) = gitleaks(folder.path(), None) else { return };
    assert!(theirs.len() > 300, "{}", theirs.len());
    for (file, found) in theirs {
        assert!(!rules_in(shipped(), "a.conf", &texts[&file]).is_empty(), "{file}: {}", found["RuleID"]);
    }
}
