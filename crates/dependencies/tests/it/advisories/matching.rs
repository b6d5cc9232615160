//! What is about a version and what is not; one finding for one vulnerability; how bad it is; which version is free of it.

use domain::{FindingKind, Severity};
use serde_json::{Value, json};

use super::sample::{check, dependency, fixed, ids, introduced, record, with_affected};

fn last(version: &str) -> Value {
    json!({ "last_affected": version })
}

#[track_caller]
fn affected(events: &[Value], versions: &[(&str, bool)]) {
    for (version, expected) in versions {
        let found = ids(&[record("A-1", "npm", "p", events)], "npm", "p", version);
        assert_eq!(!found.is_empty(), *expected, "{version} in {events:?}");
    }
}

#[test]
fn events_count_in_the_order_of_versions_wherever_they_stand() {
    let cases =
        [("0.9.0", false), ("1.0.0", true), ("1.4.9", true), ("1.5.0", false), ("2.0.0", true), ("2.1.0", false)];
    affected(&[introduced("1.0.0"), fixed("1.5.0"), introduced("2.0.0"), fixed("2.1.0")], &cases);
    affected(&[fixed("2.1.0"), introduced("2.0.0"), fixed("1.5.0"), introduced("1.0.0")], &cases);
    affected(&[json!({ "introduced": "1.0.0", "fixed": "1.5.0" }), fixed("2.1.0"), introduced("2.0.0")], &cases);
}

#[test]
fn last_affected_is_affected_and_what_comes_after_is_not() {
    affected(&[introduced("0"), last("1.5.0")], &[("0.0.0", true), ("1.5.0", true), ("1.5.1", false)]);
    affected(&[introduced("1.5.0"), last("1.5.0")], &[("1.4.9", false), ("1.5.0", true), ("1.5.1", false)]);
}

#[test]
fn a_limit_ends_what_is_looked_at_and_a_star_ends_nothing() {
    let limit = |version: &str| json!({ "limit": version });
    affected(&[introduced("1.0.0"), limit("2.0.0")], &[("1.9.9", true), ("2.0.0", false), ("3.0.0", false)]);
    affected(&[limit("*"), introduced("1.0.0")], &[("0.9.0", false), ("99.0.0", true)]);
}

#[test]
fn one_range_that_ends_where_the_next_begins_goes_on() {
    let events = [introduced("0"), fixed("1.0.0"), introduced("1.0.0"), fixed("2.0.0")];
    affected(&events, &[("0.5.0", true), ("1.0.0", true), ("1.5.0", true), ("2.0.0", false)]);
    affected(&[introduced("1.0.0"), fixed("1.0.0")], &[("1.0.0", false), ("2.0.0", false)]);
}

#[test]
fn a_git_range_stops_nothing_and_all_ranges_are_looked_at() {
    let ranges = json!([
        { "type": "GIT", "repo": "https://git.example/p", "events": [introduced("0"), fixed("abcdef")] },
        { "type": "ECOSYSTEM", "events": [introduced("1.0"), fixed("1.1")] },
        { "type": "SEMVER", "events": [introduced("3.0.0"), fixed("3.1.0")] },
    ]);
    let package = json!({ "ecosystem": "PyPI", "name": "P_q" });
    let record = with_affected("PYSEC-1", json!([{ "package": package, "ranges": ranges, "versions": ["2.0"] }]));
    for (version, expected) in [("0.9", false), ("1.0.5", true), ("2.0.0", true), ("2.1", false), ("3.0.1", true)] {
        let found = ids(std::slice::from_ref(&record), "PyPI", "p-Q", version);
        assert_eq!(!found.is_empty(), expected, "{version}");
    }
}

#[test]
fn withdrawn_records_count_for_nothing() {
    let mut withdrawn = record("A-1", "npm", "p", &[introduced("0")]);
    withdrawn["withdrawn"] = json!("2026-01-01T00:00:00Z");
    let other = record("A-2", "npm", "other", &[introduced("0")]);
    assert_eq!(ids(&[withdrawn, other], "npm", "p", "1.0.0"), Vec::<String>::new());
}

#[test]
fn aliases_become_one_finding_and_an_update_for_several_stays_apart() {
    let named = |id: &str, aliases: &[&str]| {
        let mut record = record(id, "npm", "p", &[introduced("0")]);
        record["aliases"] = json!(aliases);
        record
    };
    let mut update = record("DSA-1", "npm", "p", &[introduced("0")]);
    update["upstream"] = json!(["CVE-2026-1", "CVE-2026-2"]);
    let mut same = record("DEBIAN-CVE-2026-2", "npm", "p", &[introduced("0")]);
    same["upstream"] = json!(["CVE-2026-2"]);
    let mut related = record("X-9", "npm", "p", &[introduced("0")]);
    related["related"] = json!(["CVE-2026-1"]);
    let records = [
        named("GHSA-a", &["CVE-2026-1"]),
        named("NPMSEC-1", &["CVE-2026-1", "GHSA-zz"]),
        named("CVE-2026-2", &[]),
        update,
        same,
        related,
    ];
    let matched = check(&records, &[dependency("npm", "p", "1.0.0")]);
    let found: Vec<(&str, Vec<&str>)> = matched
        .findings
        .iter()
        .map(|finding| (finding.rule.as_str(), finding.aliases.iter().map(String::as_str).collect()))
        .collect();
    let expected = [
        ("DEBIAN-CVE-2026-2", vec!["CVE-2026-2"]),
        ("DSA-1", vec![]),
        ("NPMSEC-1", vec!["CVE-2026-1", "GHSA-a", "GHSA-zz"]),
        ("X-9", vec![]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_fixed_version_is_the_smallest_that_nothing_of_the_same_advisory_covers() {
    let events =
        [introduced("1.0.0"), fixed("1.5.0"), introduced("1.5.0"), fixed("1.6.0"), introduced("2.0.0"), fixed("2.1.0")];
    for (version, expected) in [("1.2.0", "1.6.0"), ("1.5.5", "1.6.0"), ("2.0.5", "2.1.0")] {
        let matched = check(&[record("A-1", "npm", "p", &events)], &[dependency("npm", "p", version)]);
        assert_eq!(matched.findings[0].fixed.as_deref(), Some(expected), "{version}");
        assert!(matched.findings[0].hint.contains(expected));
    }
    let none = check(&[record("A-1", "npm", "p", &[introduced("0")])], &[dependency("npm", "p", "1.0.0")]);
    assert_eq!(none.findings[0].fixed, None);
    let go = check(
        &[record("GO-1", "Go", "example.com/m", &[introduced("0"), fixed("1.2.3")])],
        &[dependency("Go", "example.com/m", "v1.0.0")],
    );
    assert_eq!(go.findings[0].fixed.as_deref(), Some("v1.2.3"));
}

#[track_caller]
fn severity(change: impl Fn(&mut Value)) -> (Severity, Option<String>) {
    let mut record = record("A-1", "npm", "p", &[introduced("0")]);
    change(&mut record);
    let matched = check(&[record], &[dependency("npm", "p", "1.0.0")]);
    (matched.findings[0].severity, matched.findings[0].score.clone())
}

#[test]
fn severity_comes_from_vectors_then_from_words_and_else_is_unknown() {
    let critical = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    let low = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N";
    let four = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
    let two = "AV:N/AC:L/Au:N/C:C/I:C/A:C";
    let vector = |kind: &str, text: &str| json!([{ "type": kind, "score": text }]);
    let said = |severity, score: &str| (severity, Some(score.to_owned()));
    assert_eq!(severity(|record| record["severity"] = vector("CVSS_V3", critical)), said(Severity::Critical, critical));
    assert_eq!(severity(|record| record["severity"] = vector("CVSS_V4", four)), said(Severity::Critical, four));
    assert_eq!(severity(|record| record["severity"] = vector("CVSS_V2", two)), said(Severity::High, two));
    // Version 2 counts only where nothing newer is there.
    let both = json!([{ "type": "CVSS_V2", "score": two }, { "type": "CVSS_V3", "score": low }]);
    assert_eq!(severity(|record| record["severity"] = both.clone()), said(Severity::Low, low));
    assert_eq!(
        severity(|record| {
            record["severity"] = vector("CVSS_V3", low);
            record["affected"][0]["severity"] = vector("CVSS_V3", critical);
        }),
        said(Severity::Critical, critical)
    );
    assert_eq!(severity(|record| record["severity"] = vector("Ubuntu", "medium")), said(Severity::Medium, "medium"));
    assert_eq!(
        severity(|record| record["database_specific"] = json!({ "severity": "MODERATE", "x": [1, { "y": null }] })),
        said(Severity::Medium, "MODERATE")
    );
    assert_eq!(
        severity(|record| record["affected"][0]["database_specific"] = json!({ "cvss": critical })),
        said(Severity::Critical, critical)
    );
    assert_eq!(
        severity(|record| record["severity"] = vector("CVSS_V3", "CVSS:3.1/nonsense")),
        (Severity::Unknown, None)
    );
    assert_eq!(severity(|record| record["database_specific"] = json!({ "severity": 7 })), (Severity::Unknown, None));
    assert_eq!(severity(|_| ()), (Severity::Unknown, None));
}

#[test]
fn a_finding_has_its_place_and_a_fingerprint_that_does_not_depend_on_it() {
    let records = [record("A-1", "npm", "p", &[introduced("0"), fixed("2.0.0")])];
    let mut other = dependency("npm", "p", "1.1.0");
    (other.file, other.line, other.direct, other.dev) = ("sub/lock".to_owned(), None, Some(false), true);
    let matched = check(&records, &[dependency("npm", "p", "1.0.0"), dependency("npm", "q", "1.0.0"), other]);
    let [one, two] = &matched.findings[..] else { panic!("{matched:?}") };
    assert_eq!(
        (one.kind, one.file.as_deref(), one.line, one.direct, one.dev),
        (FindingKind::Vulnerability, Some("lock"), Some(7), Some(true), Some(false))
    );
    assert_eq!((two.file.as_deref(), two.line, two.direct, two.dev), (Some("sub/lock"), None, Some(false), Some(true)));
    assert_eq!(one.fingerprint, two.fingerprint);
    assert_eq!(one.fingerprint, dependencies::advisories::fingerprint("npm", "p", "A-1"));
    assert_eq!(one.fingerprint.len(), 32);
    assert_eq!((matched.packages, one.message.as_str()), (3, "p 1.0.0 has a known vulnerability: It fails."));
}

#[test]
fn releases_of_distributions_are_kept_apart() {
    let records = [
        record("DSA-12", "Debian:12", "p", &[introduced("0"), fixed("2-1")]),
        record("DSA-11", "Debian:11", "p", &[introduced("0")]),
        record("DSA-ALL", "Debian", "p", &[introduced("0")]),
        record("USN-1", "Ubuntu:22.04:LTS", "p", &[introduced("0")]),
        record("USN-PRO", "Ubuntu:Pro:22.04:LTS", "p", &[introduced("0")]),
    ];
    assert_eq!(ids(&records, "Debian:12", "p", "1-1"), ["DSA-12", "DSA-ALL"]);
    assert_eq!(ids(&records, "Debian:12", "p", "2-1"), ["DSA-ALL"]);
    assert_eq!(ids(&records, "Debian:1", "p", "1-1"), ["DSA-ALL"]);
    assert_eq!(ids(&records, "Ubuntu:22.04", "p", "1-1"), ["USN-1"]);
    let without = check(&records, &[dependency("Debian", "p", "1-1")]);
    assert_eq!(without.findings.len(), 1);
    assert!(without.not_run[0].reason.contains("which release of Debian"), "{:?}", without.not_run);
}

#[test]
fn names_are_the_same_where_their_ecosystem_says_so() {
    let records = |ecosystem: &str, name: &str| [record("A-1", ecosystem, name, &[introduced("0")])];
    assert_eq!(ids(&records("NuGet", "Newtonsoft.Json"), "NuGet", "newtonsoft.json", "1.0.0"), ["A-1"]);
    assert_eq!(ids(&records("PyPI", "Flask_Admin"), "PyPI", "flask.admin", "1.0.0"), ["A-1"]);
    assert!(ids(&records("npm", "JSONStream"), "npm", "jsonstream", "1.0.0").is_empty());
    assert_eq!(ids(&records("Maven", "g:a"), "Maven", "g:a", "1.0"), ["A-1"]);
}

#[test]
fn what_cannot_be_ordered_is_told_and_lists_still_count() {
    let package = |versions: &[&str]| {
        let ranges = [json!({ "type": "ECOSYSTEM", "events": [introduced("0"), fixed("5")] })];
        let package = json!({ "ecosystem": "Unheard", "name": "p" });
        with_affected("U-1", json!([{ "package": package, "ranges": ranges, "versions": versions }]))
    };
    let listed = check(&[package(&["3.x"])], &[dependency("Unheard", "p", "3.x")]);
    assert_eq!((listed.findings.len(), listed.not_run.len()), (1, 0));
    let unlisted = check(&[package(&["3.x"])], &[dependency("Unheard", "p", "4.x")]);
    assert_eq!(unlisted.findings.len(), 0);
    assert!(unlisted.not_run[0].reason.contains("no place in an order"), "{:?}", unlisted.not_run);
    let branch = check(
        &[record("A-1", "Packagist", "v/p", &[introduced("0"), fixed("2.0")])],
        &[dependency("Packagist", "v/p", "dev-main")],
    );
    assert_eq!((branch.findings.len(), branch.not_run.len()), (0, 1));
}

#[test]
fn a_range_is_no_pin_and_no_data_is_unknown() {
    let records = [record("A-1", "npm", "p", &[introduced("0")])];
    let mut ranged = dependency("npm", "p", "1.0.0");
    (ranged.version, ranged.requirement) = (None, Some("^1".to_owned()));
    let matched = check(&records, &[ranged]);
    assert_eq!((matched.packages, matched.findings.len()), (0, 0));
    let empty = testkit::folder();
    let database = dependencies::advisories::Database::open(&empty.path().join("none")).unwrap();
    let matched = database.check(&[
        dependency("npm", "p", "1.0.0"),
        dependency("PyPI", "q", "1"),
        dependency("npm", "r", "1.0.0"),
    ]);
    let told: Vec<(&str, &str)> =
        matched.not_run.iter().map(|told| (told.check.as_str(), told.hint.as_str())).collect();
    let expected = [
        ("PyPI", "Run `smart-begin advisories update --ecosystem PyPI`."),
        ("npm", "Run `smart-begin advisories update --ecosystem npm`."),
    ];
    assert_eq!(told, expected);
}

#[test]
fn probabilities_are_added_where_the_file_is() {
    let mut one = record("GHSA-1", "npm", "p", &[introduced("0")]);
    one["aliases"] = json!(["CVE-2026-1", "CVE-2026-2"]);
    let (from, into) = (super::sample::folder(&[one]), testkit::folder());
    super::sample::take_in(into.path(), from.path(), &[]).unwrap();
    let database = dependencies::advisories::Database::open(into.path()).unwrap();
    let look = || database.check(&[dependency("npm", "p", "1.0.0")]).findings[0].epss.map(|epss| epss.value());
    assert_eq!(look(), None);
    let text = "#model_version:v2026\ncve,epss,percentile\nCVE-2026-1,0.00043,0.1\nCVE-2026-2,0.91,0.99\nCVE-2026-10,0.5,0.5\n";
    std::fs::write(into.path().join(dependencies::advisories::EPSS_FILE), text).unwrap();
    assert_eq!(look(), Some(0.91));
}
