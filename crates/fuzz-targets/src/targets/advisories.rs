//! Advisories: records as anybody publishes them, archives, indexes on the disk, and what people ask not to be told of.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use dependencies::advisories::{Database, EPSS_FILE, Ignores, import, import_archive};
use domain::{Confidence, Dependency, Ecosystem, Finding, FindingKind, Severity};
use jiff::civil::date;

use super::packed::zip_of;
use crate::target::Target;

fn package(name: &str, version: &str) -> Dependency {
    Dependency {
        ecosystem: Ecosystem::new(Ecosystem::NPM),
        name: name.to_owned(),
        version: Some(version.to_owned()),
        requirement: None,
        file: "package-lock.json".to_owned(),
        line: None,
        direct: None,
        dev: false,
        license: None,
    }
}

/// What an index answers on packages that are there and are not.
fn ask(folder: &Path) {
    let Ok(database) = Database::open(folder) else { return };
    let _ = (database.ages(), database.damaged().len());
    let matched =
        database.check(&[package("a", "1.0.0"), package("a", "1.0.0-rc.1"), package("b", "x"), package("", "")]);
    for finding in &matched.findings {
        assert!(finding.fingerprint.len() == 32 && finding.advisory.is_some(), "{finding:?}");
    }
}

/// One record, taken in and asked for.
pub(super) const RECORD: Target = Target {
    name: "osv_record",
    run: |data| {
        let Ok(folder) = tempfile::tempdir() else { return };
        let (from, index) = (folder.path().join("from"), folder.path().join("index"));
        if fs::create_dir(&from).and_then(|()| fs::write(from.join("A-1.json"), data)).is_ok()
            && import(&index, &from, &[], &AtomicBool::new(false)).is_ok()
        {
            ask(&index);
        }
    },
    seeds: || RECORDS.iter().map(|text| text.as_bytes().to_vec()).collect(),
    words: &[
        "\"affected\"",
        "\"ranges\"",
        "\"events\"",
        "\"introduced\"",
        "\"fixed\"",
        "\"last_affected\"",
        "\"limit\"",
        "\"versions\"",
        "\"SEMVER\"",
        "\"ECOSYSTEM\"",
        "\"GIT\"",
        "\"severity\"",
        "\"CVSS_V3\"",
        "\"CVSS_V4\"",
        "\"CVSS_V2\"",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
        "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H",
        "AV:N/AC:L/Au:N/C:C/I:C/A:C",
        "\"withdrawn\"",
        "\"aliases\"",
        "\"npm\"",
        "\"PyPI\"",
        "\"Debian:12\"",
        "null",
        "\"database_specific\"",
        "\"ecosystem_specific\"",
        "\"0\"",
        "\\u0000",
    ],
};

const RECORDS: &[&str] = &[
    r#"{"id":"A-1","modified":"2026-01-01T00:00:00Z","aliases":["CVE-2026-1"],"summary":"s","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.0"},{"introduced":"2.0.0"},{"last_affected":"2.1"}]}],"versions":["1.0.0"],"database_specific":{"cwes":[]}}]}"#,
    r#"{"id":"A-1","modified":"2026-01-01T00:00:00Z","withdrawn":"2026-02-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"GIT","repo":"r","events":[{"introduced":"0"}]},{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"limit":"3"}]}]}]}"#,
    r#"{"id":"A-1","affected":null,"severity":null,"database_specific":{"severity":"HIGH"}}"#,
];

/// A record in an archive that is as archives should be, so that the fuzzer gets to the bytes inside.
pub(super) const ARCHIVE: Target = Target {
    name: "osv_archive",
    run: |data| {
        let Ok(folder) = tempfile::tempdir() else { return };
        let archive = folder.path().join("all.zip");
        if fs::write(&archive, data).is_ok() {
            let index = folder.path().join("index");
            let _ = import_archive(&index, &archive, &Ecosystem::new(Ecosystem::NPM), &AtomicBool::new(false));
            ask(&index);
        }
    },
    seeds: || {
        let one = RECORDS[0].as_bytes();
        vec![
            zip_of(&[("A-1.json", one)]),
            zip_of(&[("a/A-1.json", one), ("../x.json", b"{}"), ("readme", b"x")]),
            zip_of(&[("/etc/x.json", b"{}")]),
            zip_of(&[]),
        ]
    },
    words: &[
        "PK\u{1}\u{2}",
        "PK\u{3}\u{4}",
        "PK\u{5}\u{6}",
        "PK\u{6}\u{6}",
        "PK\u{6}\u{7}",
        ".json",
        "../",
        "\u{0}\u{0}\u{0}\u{0}",
    ],
};

/// The bytes of an index: an operator's folder may hold anything. The checksum of its directory is made right, so that what
/// lies behind it is met.
pub(super) const INDEX: Target = Target {
    name: "advisory_index",
    run: |data| {
        let Ok(folder) = tempfile::tempdir() else { return };
        let mut bytes = data.to_vec();
        mend(&mut bytes);
        if fs::write(folder.path().join("npm.advisories"), &bytes).is_ok() {
            ask(folder.path());
        }
    },
    seeds: || index_of(RECORDS[0]).into_iter().collect(),
    words: &["SBADVIS1", "\"ecosystem\"", "\"advisories\"", "\"blocks\"", "\"keys\"", "\"imported\"", "\"newest\""],
};

/// The footer: where the directory is, its size, that of its header, its checksum, then the magic in the last eight bytes.
const FOOTER: usize = 40;

fn mend(bytes: &mut [u8]) {
    let Some(foot) = bytes.len().checked_sub(FOOTER) else { return };
    let number =
        |at: usize| bytes[foot + at..foot + at + 8].iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let at = number(0).min(foot as u64);
    let size = foot as u64 - at;
    let sum = crc32fast::hash(&bytes[at as usize..foot]);
    bytes[foot..foot + 8].copy_from_slice(&at.to_le_bytes());
    bytes[foot + 8..foot + 16].copy_from_slice(&size.to_le_bytes());
    bytes[foot + 24..foot + 28].copy_from_slice(&sum.to_le_bytes());
}

fn index_of(record: &str) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().ok()?;
    let (from, index) = (folder.path().join("from"), folder.path().join("index"));
    fs::create_dir(&from).and_then(|()| fs::write(from.join("A-1.json"), record)).ok()?;
    import(&index, &from, &[], &AtomicBool::new(false)).ok()?;
    let written = fs::read_dir(&index).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    written.filter(|path| path.extension().is_some_and(|end| end == "advisories")).find_map(|path| fs::read(path).ok())
}

/// `osv-scanner.toml`.
pub(super) const IGNORES: Target = Target {
    name: "osv_scanner_toml",
    run: |data| {
        let Ok(ignores) = std::str::from_utf8(data).map_or(Err(()), |text| Ignores::from_toml(text).map_err(drop))
        else {
            return;
        };
        let finding = Finding { aliases: vec!["CVE-2026-1".to_owned()], ..vulnerability() };
        let asked = |today| ignores.covers(&finding, today).is_some();
        assert!(!asked(date(2027, 11, 23)) || asked(date(2026, 11, 23)), "it holds again after it was over");
    },
    seeds: || {
        vec![
            b"[[IgnoredVulns]]\nid = \"CVE-2026-1\"\nignoreUntil = 2027-01-01T00:00:00Z\nreason = \"x\"\n".to_vec(),
            b"[[PackageOverrides]]\nname = \"a\"\nversion = \"1.0.0\"\necosystem = \"npm\"\nignore = true\neffectiveUntil = 2026-11-23\nvulnerability.ignore = true\n".to_vec(),
        ]
    },
    words: &[
        "[[IgnoredVulns]]",
        "[[PackageOverrides]]",
        "id = ",
        "ignoreUntil = ",
        "effectiveUntil = ",
        "2026-02-30",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:60+23:59",
        "00:00:00",
        "group = \"dev\"",
        "reason = ",
    ],
};

fn vulnerability() -> Finding {
    Finding {
        kind: FindingKind::Vulnerability,
        rule: "A-1".to_owned(),
        file: None,
        line: None,
        column: None,
        severity: Severity::High,
        confidence: Confidence::High,
        fingerprint: "0".repeat(32),
        message: String::new(),
        hint: String::new(),
        engines: Vec::new(),
        commit: None,
        redacted: None,
        package: Some("a".to_owned()),
        ecosystem: Some(Ecosystem::new(Ecosystem::NPM)),
        version: Some("1.0.0".to_owned()),
        advisory: Some("A-1".to_owned()),
        aliases: Vec::new(),
        fixed: None,
        score: None,
        epss: None,
        direct: None,
        dev: None,
    }
}

/// The list of probabilities.
pub(super) const EPSS: Target = Target {
    name: "epss_list",
    run: |data| {
        let Ok(folder) = tempfile::tempdir() else { return };
        if fs::write(folder.path().join(EPSS_FILE), data).is_ok() {
            ask(folder.path());
        }
    },
    seeds: || {
        vec![
            b"#model_version:v2026,score_date:2026-11-23T00:00:00+0000\ncve,epss,percentile\nCVE-2026-1,0.5,0.9\n"
                .to_vec(),
        ]
    },
    words: &["CVE-2026-1,", "0.97", "1e400", "NaN", "-1", "cve,epss,percentile\n", "\r\n", "\""],
};
