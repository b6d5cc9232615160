//! The index: replaced as a whole, told when it is damaged, the same for the same records; folders in every layout.

use std::path::PathBuf;

use dependencies::advisories::{Database, Error, Origin, archives, note_origin, origin};
use domain::Ecosystem;
use serde_json::Value;

use super::archive::zip;
use super::sample::{dependency, fixed, folder, introduced, record, take_in};

fn many(ecosystem: &str, count: usize) -> Vec<Value> {
    (0..count)
        .map(|number| {
            let package = format!("package-{}", number % (count / 2).max(1));
            let mut record = record(&format!("A-{number}"), ecosystem, &package, &[introduced("0"), fixed("1.0.0")]);
            record["details"] = format!("Number {number} fails in a way of its own. ").repeat(5).into();
            record["summary"] = "".into();
            record
        })
        .collect()
}

fn index(folder: &std::path::Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.advisories"))
}

#[test]
fn many_blocks_are_found_again() {
    let (from, into) = (folder(&many("npm", 700)), testkit::folder());
    let imported = take_in(into.path(), from.path(), &[]).unwrap();
    assert!(!archives(into.path()).exists());
    assert_eq!((imported[0].advisories, imported[0].packages, imported[0].withdrawn), (700, 350, 0));
    assert_eq!(imported[0].newest.as_deref(), Some("2026-01-02T03:04:05Z"));
    let database = Database::open(into.path()).unwrap();
    let all: Vec<_> = (0..400).map(|number| dependency("npm", &format!("package-{number}"), "0.5.0")).collect();
    let matched = database.check(&all);
    assert_eq!((matched.findings.len(), matched.packages, matched.not_run.len()), (700, 400, 0));
    assert!(matched.findings.is_sorted_by_key(|finding| {
        finding.package.as_ref().unwrap().rsplit('-').next().unwrap().parse::<u32>().unwrap()
    }));
    assert_eq!(database.ages()[0].advisories, 700);
}

#[test]
fn the_same_records_give_the_same_blocks() {
    let from = folder(&many("npm", 100));
    let made = || {
        let into = testkit::folder();
        take_in(into.path(), from.path(), &[]).unwrap();
        std::fs::read(index(into.path(), "npm")).unwrap()
    };
    let (one, other) = (made(), made());
    assert_eq!(one.len(), other.len());
    assert_eq!(one[..one.len() / 2], other[..one.len() / 2]);
}

#[test]
fn whoever_reads_the_old_index_goes_on_while_it_is_replaced() {
    let (old, new, into) = (folder(&many("npm", 300)), folder(&many("npm", 2)), testkit::folder());
    take_in(into.path(), old.path(), &[]).unwrap();
    let reader = Database::open(into.path()).unwrap();
    take_in(into.path(), new.path(), &[]).unwrap();
    let wanted = [dependency("npm", "package-149", "0.1.0")];
    assert_eq!(reader.check(&wanted).findings.len(), 2);
    assert_eq!(Database::open(into.path()).unwrap().check(&wanted).findings.len(), 0);
}

#[test]
fn damage_anywhere_is_told_and_never_answers_wrongly() {
    let (from, into) = (folder(&many("npm", 60)), testkit::folder());
    take_in(into.path(), from.path(), &[]).unwrap();
    let path = index(into.path(), "npm");
    let whole = std::fs::read(&path).unwrap();
    let wanted: Vec<_> = (0..30).map(|number| dependency("npm", &format!("package-{number}"), "0.5.0")).collect();
    let good = Database::open(into.path()).unwrap().check(&wanted);
    for at in (0..whole.len()).step_by(whole.len() / 150) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        std::fs::write(&path, &bytes).unwrap();
        let matched = Database::open(into.path()).unwrap().check(&wanted);
        assert!(matched == good || matched.not_run.iter().any(|told| told.reason.contains("damaged")), "byte {at}");
        assert!(matched != good, "byte {at} has no checksum");
        std::fs::write(&path, &whole[..at]).unwrap();
        let matched = Database::open(into.path()).unwrap().check(&wanted);
        assert!(matched.findings.is_empty() && matched.not_run[0].reason.contains("damaged"), "cut at {at}");
    }
    // Taking the records in again mends it.
    take_in(into.path(), from.path(), &[]).unwrap();
    assert_eq!(Database::open(into.path()).unwrap().check(&wanted), good);
}

#[test]
fn a_folder_as_osv_publishes_it_is_taken_by_ecosystem() {
    let (from, into) = (testkit::folder(), testkit::folder());
    let archive = |records: &[Value]| {
        let files: Vec<(String, String)> = records
            .iter()
            .map(|record| (format!("{}.json", record["id"].as_str().unwrap()), record.to_string()))
            .collect();
        zip(&files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect::<Vec<_>>())
    };
    let both = record("B-1", "PyPI", "q", &[introduced("0")]);
    for (name, records) in [
        ("cargo", vec![record("C-1", Ecosystem::CARGO, "c", &[introduced("0")])]),
        ("npm", vec![record("A-1", "npm", "p", &[introduced("0")]), both.clone()]),
        ("Debian", vec![record("D-1", "Debian:12", "d", &[introduced("0")])]),
    ] {
        std::fs::create_dir(from.path().join(name)).unwrap();
        std::fs::write(from.path().join(name).join("all.zip"), archive(&records)).unwrap();
    }
    let taken = |only: &[&str]| {
        let imported = take_in(into.path(), from.path(), only).unwrap();
        imported.iter().map(|each| each.ecosystem.label().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(taken(&["npm"]), ["npm"]);
    let kept = |name: &str| archives(into.path()).join(name).join("all.zip");
    assert_eq!(std::fs::read(kept("npm")).unwrap(), std::fs::read(from.path().join("npm/all.zip")).unwrap());
    assert!(!kept("cargo").exists());
    assert_eq!(taken(&[]), ["Debian", "cargo", "npm"]);
    let wanted = [
        dependency(Ecosystem::CARGO, "c", "1.0.0"),
        dependency("Debian:12", "d", "1-1"),
        dependency("npm", "p", "1.0.0"),
        dependency("PyPI", "q", "1.0"),
    ];
    let matched = Database::open(into.path()).unwrap().check(&wanted);
    let found: Vec<&str> = matched.findings.iter().map(|finding| finding.rule.as_str()).collect();
    // What the archive of one ecosystem says of another is no data of that one.
    assert_eq!((found, matched.not_run.len()), (vec!["C-1", "D-1", "A-1"], 1));
    assert!(matches!(take_in(into.path(), from.path(), &["Maven"]), Err(Error::Missing { .. })));
}

#[test]
fn one_heap_of_several_ecosystems_asks_which_of_them_are_whole() {
    let records = [record("A-1", "npm", "p", &[introduced("0")]), record("B-1", "PyPI", "q", &[introduced("0")])];
    let (from, into) = (folder(&records), testkit::folder());
    let error = take_in(into.path(), from.path(), &[]).unwrap_err();
    assert!(matches!(&error, Error::Several { ecosystems, .. } if ecosystems == "PyPI, npm"), "{error}");
    assert_eq!(std::fs::read_dir(into.path()).unwrap().count(), 0);
    assert_eq!(take_in(into.path(), from.path(), &["PyPI"]).unwrap().len(), 1);
    assert_eq!(take_in(into.path(), from.path(), &["PyPI", "npm"]).unwrap().len(), 2);
    assert!(matches!(take_in(into.path(), testkit::folder().path(), &[]), Err(Error::Nothing(_))));
}

#[test]
fn where_it_came_from_is_remembered_and_makes_it_younger() {
    let (from, into) = (folder(&many("npm", 2)), testkit::folder());
    let npm = Ecosystem::new("npm");
    take_in(into.path(), from.path(), &[]).unwrap();
    assert_eq!(origin(into.path(), &npm), None);
    let asked = Origin {
        address: "https://mirror.example/npm/all.zip".to_owned(),
        etag: "\"1\"".to_owned(),
        asked: "2999-01-01T00:00:00Z".to_owned(),
    };
    note_origin(into.path(), &npm, Some(&asked)).unwrap();
    assert_eq!(origin(into.path(), &npm), Some(asked));
    assert_eq!(Database::open(into.path()).unwrap().ages()[0].imported, "2999-01-01T00:00:00Z");
    note_origin(into.path(), &npm, None).unwrap();
    assert_eq!(origin(into.path(), &npm), None);
}
