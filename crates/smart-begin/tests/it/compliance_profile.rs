//! The production profile as it is shipped, with the settings that docs/configuration.md calls the least there is: what
//! nobody but its operators can show is unknown, and nothing fails.

use std::fs;

use serde_json::Value;
use testkit::workspace;

use crate::certificates;
use crate::configured::Configured;
use crate::program::answer;

/// What only the place where it runs can show. A row that becomes unknown for another reason fails the test.
const UNKNOWN: [&str; 12] = [
    "SITE.anchor",
    "SITE.backup",
    "SITE.clock",
    "SITE.disk",
    "SITE.firewall",
    "SITE.patches",
    "V11.2.3",
    "V12.2.2",
    "V16.2.2",
    "V16.4.3",
    "V3.5.4",
    "V6.3.3",
];

const REPORT: &str = "docs/reports/security.md";

/// Production as the page shows it, with its files in place.
pub(crate) fn shipped() -> Configured {
    let place = Configured::new("production");
    let page = fs::read_to_string(workspace().join("docs/configuration.md")).unwrap();
    let block = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let root = place.home.root().to_str().unwrap().to_owned();
    let block = block.replace("\"/etc/", &format!("\"{root}/etc/")).replace("file:/etc/", &format!("file:{root}/etc/"));
    place.write("production.toml", &block);
    fs::create_dir_all(place.home.root().join("etc/smart-begin/tls")).unwrap();
    let (certificate, key) = certificates::pair(90);
    place.beside("etc/smart-begin/tls/fullchain.pem", certificate, 0o644);
    place.beside("etc/smart-begin/tls/privkey.pem", key, 0o640);
    place.beside("etc/smart-begin/client-secret", "s3cr3t\n", 0o600);
    place
}

fn ids(report: &Value, status: &str) -> Vec<String> {
    let rows = report["catalogues"].as_array().unwrap().iter().flat_map(|each| each["rows"].as_array().unwrap());
    let mut ids: Vec<String> =
        rows.filter(|row| row["status"] == status).map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn the_shipped_production_profile_has_no_fail_and_only_what_the_site_can_show_is_unknown() {
    let outcome = shipped().call(&["compliance", "--format", "json"]).run();
    let report = answer(&outcome);
    assert_eq!(ids(&report, "FAIL"), Vec::<String>::new(), "{}", outcome.stderr);
    assert_eq!(ids(&report, "UNKNOWN"), UNKNOWN, "each must be for its site alone to show");
    assert_eq!(outcome.status.code(), Some(0));
    assert!(!outcome.stdout.contains("NOT RUN"), "every probe that a row names has run");
}

#[test]
fn the_security_report_is_fresh() {
    let place = shipped();
    let told = place.call(&["compliance", "--format", "markdown"]).run().expect_ok().stdout;
    let again = shipped().call(&["compliance", "--format", "markdown"]).run().expect_ok().stdout;
    assert_eq!(told, again, "two places tell the same of the same profile");
    assert!(!told.contains(place.home.root().to_str().unwrap()), "a report names no machine");
    let file = workspace().join(REPORT);
    if std::env::var_os("SMART_BEGIN_RENEW").is_some() {
        fs::write(&file, &told).unwrap();
    }
    let there = fs::read_to_string(&file).unwrap_or_default();
    assert!(told == there, "{REPORT} is stale; renew it: cargo xtask security-report");
}
