//! `osv-scanner.toml`: what it covers, and until when.

use dependencies::advisories::Ignores;
use domain::Finding;
use jiff::civil::{Date, date};

use super::sample::{check, dependency, introduced, record};

fn finding() -> Finding {
    let mut one = record("GHSA-1", "npm", "p", &[introduced("0")]);
    one["aliases"] = serde_json::json!(["CVE-2026-1"]);
    check(&[one], &[dependency("npm", "p", "1.0.0")]).findings.remove(0)
}

const TODAY: Date = date(2026, 11, 23);

#[test]
fn an_id_covers_its_aliases_until_its_day() {
    let covers = |text: &str| Ignores::from_toml(text).unwrap().covers(&finding(), TODAY);
    let id = |id: &str, more: &str| format!("[[IgnoredVulns]]\nid = \"{id}\"\n{more}\n");
    assert_eq!(covers(&id("GHSA-1", "reason = \"not reached\"")).as_deref(), Some("not reached"));
    assert_eq!(covers(&id("CVE-2026-1", "")).as_deref(), Some("no reason is given"));
    assert_eq!(covers(&id("CVE-2026-2", "")), None);
    let until = covers(&id("GHSA-1", "ignoreUntil = 2026-11-24\nreason = \"soon\""));
    assert_eq!(until.as_deref(), Some("soon (until 2026-11-24)"));
    assert_eq!(covers(&id("GHSA-1", "ignoreUntil = 2026-11-23")), None);
    assert_eq!(covers(&id("GHSA-1", "ignoreUntil = 2025-01-01T00:00:00Z")), None);
}

#[test]
fn a_package_is_covered_only_when_all_that_is_said_fits() {
    let covers = |text: &str| {
        let text = format!("[[PackageOverrides]]\n{text}\nreason = \"ours\"\n");
        Ignores::from_toml(&text).unwrap().covers(&finding(), TODAY).is_some()
    };
    assert!(covers("name = \"p\"\necosystem = \"npm\"\nignore = true"));
    assert!(covers("name = \"p\"\nversion = \"1.0.0\"\nvulnerability.ignore = true"));
    assert!(!covers("name = \"p\"\nversion = \"2.0.0\"\nignore = true"));
    assert!(!covers("name = \"p\"\necosystem = \"PyPI\"\nignore = true"));
    assert!(!covers("name = \"p\"\nlicense.ignore = true"));
    assert!(!covers("name = \"p\"\ngroup = \"dev\"\nignore = true"));
    assert!(!covers("name = \"p\"\nignore = true\neffectiveUntil = 2026-01-01"));
}

#[test]
fn what_is_no_such_file_is_told() {
    assert!(Ignores::from_toml("IgnoredVulns = 7").unwrap_err().to_string().contains("configuration of osv-scanner"));
    assert!(Ignores::from_toml(&"#".repeat(2 << 20)).is_err());
    assert!(Ignores::from_toml("").unwrap().covers(&finding(), TODAY).is_none());
}
