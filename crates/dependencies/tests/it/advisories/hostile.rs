//! Archives and records that are not as they must be: a clear error, the old index untouched, nothing written elsewhere.

use std::path::Path;

use dependencies::advisories::{Database, Error};
use serde_json::json;

use super::archive::{stored, zip};
use super::sample::{dependency, folder, introduced, record, take_in};

/// A folder with a good index, to which bad things are then offered.
struct Place {
    folder: testkit::TempDir,
    before: Vec<(String, Vec<u8>)>,
}

fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
    };
    let mut all: Vec<_> = std::fs::read_dir(folder).unwrap().map(read).collect();
    all.sort();
    all
}

impl Place {
    fn new() -> Self {
        let into = testkit::folder();
        let good = folder(&[record("OLD-1", "npm", "p", &[introduced("0")])]);
        take_in(into.path(), good.path(), &[]).unwrap();
        let before = contents(into.path());
        Self { folder: into, before }
    }

    #[track_caller]
    fn refuses(&self, archive: &[u8]) -> Error {
        let from = testkit::folder();
        let path = from.path().join("all.zip");
        std::fs::write(&path, archive).unwrap();
        let error = take_in(self.folder.path(), &path, &["npm"]).unwrap_err();
        assert!(contents(self.folder.path()) == self.before, "the old index was touched: {error}");
        assert_eq!(contents(from.path()).len(), 1, "something was written beside the archive");
        assert!(!error.hint().is_empty());
        let found = Database::open(self.folder.path()).unwrap().check(&[dependency("npm", "p", "1.0.0")]);
        assert_eq!(found.findings.len(), 1);
        error
    }
}

fn good(id: &str) -> Vec<u8> {
    record(id, "npm", "p", &[introduced("0")]).to_string().into_bytes()
}

#[test]
fn a_cut_off_archive_is_refused_wherever_it_is_cut() {
    let place = Place::new();
    let whole = zip(&[("A-1.json", &good("A-1")), ("A-2.json", &good("A-2"))]);
    for end in (0..whole.len()).step_by(7) {
        assert!(matches!(place.refuses(&whole[..end]), Error::Archive { .. }), "{end}");
    }
}

#[test]
fn a_flipped_bit_is_found_by_the_checksum() {
    let place = Place::new();
    let mut bytes = zip(&[("A-1.json", &good("A-1"))]);
    let at = bytes.len() / 4;
    bytes[at] ^= 0x10;
    assert!(matches!(place.refuses(&bytes), Error::Archive { .. }));
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let place = Place::new();
    for name in ["../A-1.json", "/etc/A-1.json", "a/../../A-1.json", "..\\A-1.json", "C:\\A-1.json"] {
        let error = place.refuses(&zip(&[("A-0.json", &good("A-0")), (name, &good("A-1"))]));
        assert!(matches!(error, Error::Traversal { .. }), "{name}: {error}");
    }
}

#[test]
fn bombs_are_stopped_early() {
    let place = Place::new();
    let mut huge = b"{\"id\":\"A-1\",\"details\":\"".to_vec();
    huge.resize(17 << 20, b' ');
    huge.extend(b"\"}");
    let error = place.refuses(&stored(&[("A-1.json", &huge)]));
    assert!(matches!(error, Error::TooMuch { .. }), "{error}");
    // Each file is small enough, all of them together are not.
    huge.truncate(12 << 20);
    huge.extend(b"\"}");
    let names: Vec<String> = (0..3).map(|number| format!("{number}.json")).collect();
    let same: Vec<(String, Vec<u8>)> = names
        .into_iter()
        .enumerate()
        .map(|(number, name)| {
            let mut bytes = huge.clone();
            bytes[7..10].copy_from_slice(format!("A-{number}").as_bytes());
            (name, bytes)
        })
        .collect();
    let files: Vec<(&str, &[u8])> = same.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let error = place.refuses(&zip(&files));
    assert!(matches!(error, Error::TooMuch { .. }), "{error}");
}

#[test]
fn an_archive_that_tells_of_too_many_entries_is_not_opened() {
    let place = Place::new();
    let mut bytes = zip(&[("A-1.json", &good("A-1"))]);
    let end = bytes.len() - 22;
    // With the count of the large form: two million.
    let mut large = b"PK\x06\x06".to_vec();
    large.extend(44_u64.to_le_bytes());
    large.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    large.extend(2_000_000_u64.to_le_bytes());
    large.extend(2_000_000_u64.to_le_bytes());
    large.extend([0; 16]);
    let mut locator = b"PK\x06\x07\0\0\0\0".to_vec();
    locator.extend((end as u64).to_le_bytes());
    locator.extend(1_u32.to_le_bytes());
    let tail = bytes.split_off(end);
    bytes.extend(large);
    bytes.extend(locator);
    bytes.extend(tail);
    let error = place.refuses(&bytes);
    assert!(matches!(error, Error::TooMuch { .. }), "{error}");
    // A count that is not that of the directory.
    let mut bytes = zip(&[("A-1.json", &good("A-1"))]);
    let end = bytes.len() - 22;
    bytes[end + 8..end + 12].copy_from_slice(&[9, 0, 9, 0]);
    assert!(matches!(place.refuses(&bytes), Error::Archive { .. }));
}

#[test]
fn records_that_are_none_are_refused_by_name() {
    let place = Place::new();
    let cases: [(&str, &[u8]); 8] = [
        ("truncated", b"{\"id\": \"A-1\", \"affected\": ["),
        ("no object", b"[]"),
        ("no id", b"{\"affected\": []}"),
        ("an empty id", b"{\"id\": \" \"}"),
        ("bad UTF-8", b"{\"id\": \"A-\xff\"}"),
        ("a control character", b"{\"id\": \"A-\\u0000\"}"),
        ("a wrong type", b"{\"id\": \"A-1\", \"affected\": 7}"),
        ("empty", b""),
    ];
    for (what, bytes) in cases {
        let error = place.refuses(&zip(&[("A-0.json", &good("A-0")), ("bad.json", bytes)]));
        assert!(matches!(&error, Error::Record { entry, .. } if entry == "bad.json"), "{what}: {error}");
    }
    // Depth in a field that nobody looks at costs nothing, and in one that counts it is bounded.
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let ignored = format!("{{\"id\": \"A-1\", \"x\": {deep}}}");
    assert!(matches!(place.refuses(&zip(&[("bad.json", ignored.as_bytes())])), Error::Missing { .. }));
    let counts = format!("{{\"id\": \"A-1\", \"affected\": {deep}}}");
    assert!(matches!(place.refuses(&zip(&[("bad.json", counts.as_bytes())])), Error::Record { .. }));
}

#[test]
fn an_id_twice_is_refused() {
    let error = Place::new().refuses(&zip(&[("a.json", &good("A-1")), ("b.json", &good("A-1"))]));
    assert!(matches!(&error, Error::Twice { id, .. } if id == "A-1"), "{error}");
}

#[test]
fn an_archive_without_what_was_asked_for_replaces_nothing() {
    let place = Place::new();
    let other = record("A-1", "PyPI", "q", &[introduced("0")]).to_string();
    for archive in [zip(&[]), zip(&[("readme.txt", b"hello")]), zip(&[("a.json", other.as_bytes())])] {
        assert!(matches!(place.refuses(&archive), Error::Missing { .. }));
    }
}

#[test]
fn what_is_new_in_records_is_no_fault() {
    let mut odd = record("A-1", "npm", "p", &[introduced("0")]);
    odd["schema_version"] = json!("9.9.9");
    odd["new"] = json!({ "field": [1, 2] });
    odd["database_specific"] = json!(null);
    odd["aliases"] = json!(null);
    odd["affected"][0]["ranges"][0]["type"] = json!("MOON");
    odd["affected"][0]["package"]["purl"] = json!("pkg:npm/p");
    odd["severity"] = json!([{ "type": "NEW", "score": { "x": 1 } }]);
    assert_eq!(super::sample::ids(&[odd], "npm", "p", "1.0.0"), ["A-1"]);
    let no_package = super::sample::with_affected("A-2", json!([{ "ranges": [] }, {}]));
    let good = record("A-3", "npm", "p", &[introduced("0")]);
    assert_eq!(super::sample::ids(&[no_package, good], "npm", "p", "1.0.0"), ["A-3"]);
}
