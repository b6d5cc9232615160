//! `smart-begin compliance`: its exit code, its formats, who may read it, and that it leaves no trace.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::Run;

use crate::compliance_profile::shipped;
use crate::program::{Home, answer};

/// Opens the page as a browser does, wide and narrow, light and dark.
const LOOK: &str = include_str!("compliance.mjs");

/// The rows with this status, as `id`.
fn with_status(report: &Value, status: &str) -> Vec<String> {
    let rows = report["catalogues"].as_array().unwrap().iter().flat_map(|each| each["rows"].as_array().unwrap());
    rows.filter(|row| row["status"] == status).map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_fails_is_told_first_with_what_to_do_and_the_exit_code_is_1() {
    let place = shipped().set("SMART_BEGIN_SIGN_IN__REQUIRED", "false");
    let outcome = place.call(&["compliance"]).run();
    assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
    let text = &outcome.stdout;
    let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("no {word}: {text}"));
    assert!(at("\nFAIL") < at("\nUNKNOWN"), "{text}");
    for said in ["T11.2", "do: Set sign_in.required = true.", "the operator of the host must look", "--all"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("SITE.clock The clock") || text.contains("timedatectl"), "{text}");
    let all = place.call(&["compliance", "--all"]).run().stdout;
    assert!(all.len() > text.len() && all.contains("NOT APPLICABLE") && all.contains("probe lockout"), "{all}");
    let development = Home::new().call(["compliance"]).run();
    assert_eq!(development.status.code(), Some(1), "development is not for others\n{}", development.stdout);
}

#[test]
fn a_faulty_configuration_is_a_finding_and_no_reason_to_tell_nothing() {
    let place =
        shipped().set("SMART_BEGIN_SERVER__PUBLIC_URL", "http://begin.example").set("SMART_BEGIN_NO_SUCH__KEY", "1");
    let outcome = place.call(&["compliance", "--format", "json"]).run();
    assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
    let failing = with_status(&answer(&outcome), "FAIL");
    for id in ["T1.2", "T2.3", "V12.2.1"] {
        assert!(failing.iter().any(|each| each == id), "{id}: {failing:?}");
    }
    let broken = shipped();
    fs::create_dir_all(broken.home.data()).unwrap();
    fs::write(broken.home.data().join("store.db"), "this is no database, and long enough to look at").unwrap();
    let outcome = broken.call(&["compliance", "--format", "json"]).run();
    assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
    assert!(with_status(&answer(&outcome), "FAIL").contains(&"T7.3".to_owned()), "{}", outcome.stdout);
}

#[test]
fn programs_get_json_that_satisfies_its_schema() {
    let home = Home::new();
    let schema = home.call(["compliance", "--schema"]).run().expect_ok().stdout;
    assert!(!home.data().exists(), "the schema needs no store");
    let place = shipped();
    let outcome = place.call(&["compliance", "--format", "json"]).run().expect_ok();
    let report = answer(&outcome);
    let counted: u64 = report["summary"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    let rows: usize =
        report["catalogues"].as_array().unwrap().iter().map(|each| each["rows"].as_array().unwrap().len()).sum();
    assert_eq!(counted, u64::try_from(rows).unwrap());
    let Some(checker) = testkit::tool("check-jsonschema") else { return };
    let folder = testkit::folder();
    let (schema_file, report_file) = (folder.path().join("schema.json"), folder.path().join("report.json"));
    fs::write(&schema_file, schema).unwrap();
    fs::write(&report_file, &outcome.stdout).unwrap();
    Run::new(&checker).arg("--schemafile").arg(&schema_file).arg(&report_file).run().expect_ok();
    fs::write(&report_file, outcome.stdout.replace("NOT BUILT", "MAYBE")).unwrap();
    assert!(!Run::new(checker).arg("--schemafile").arg(&schema_file).arg(&report_file).run().ok());
}

#[test]
fn a_token_is_asked_for_what_it_may() {
    let place = shipped();
    let token = |role: &str| {
        let made = place.call(&["token", "create", role, "--role", role]).run().expect_ok();
        made.stdout.trim().to_owned()
    };
    let with = |role: &str| place.call(&["compliance"]).env("SMART_BEGIN_TOKEN", token(role)).run();
    for role in ["auditor", "operator", "admin"] {
        assert_eq!(with(role).status.code(), Some(0), "{role}");
    }
    for role in ["viewer", "member"] {
        let refused = with(role);
        assert_eq!(refused.status.code(), Some(3), "{role}: {refused:?}");
        assert!(refused.stdout.is_empty(), "{role}: {refused:?}");
    }
}

#[test]
fn it_is_quick_and_looking_changes_nothing() {
    let place = shipped();
    place.call(&["compliance"]).run().expect_ok();
    let files = |place: &crate::configured::Configured| -> BTreeSet<String> {
        let names = fs::read_dir(place.home.root()).unwrap().map(|entry| entry.unwrap().file_name());
        names.map(|name| name.to_string_lossy().into_owned()).collect()
    };
    let before = files(&place);
    let started = Instant::now();
    place.call(&["compliance"]).run().expect_ok();
    // An unoptimised build on a busy machine; the optimised one needs a small part of it.
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!(files(&place), before);
}

#[test]
fn the_page_can_be_read_on_a_phone_and_shows_everything() {
    let place = shipped();
    let html = place.call(&["compliance", "--format", "html"]).run().expect_ok().stdout;
    let folder = testkit::folder();
    let page = folder.path().join("page.html");
    fs::write(&page, &html).unwrap();
    let (Some(node), Some(modules)) = (testkit::tool("node"), testkit::node_modules()) else { return };
    let Some(chromium) = testkit::tool("chromium") else { return };
    std::os::unix::fs::symlink(modules, folder.path().join("node_modules")).unwrap();
    fs::write(folder.path().join("look.mjs"), LOOK).unwrap();
    // To look at them: SMART_BEGIN_SCREENSHOTS=folder keeps the pictures there.
    let pictures =
        std::env::var_os("SMART_BEGIN_SCREENSHOTS").map_or_else(|| folder.path().join("pictures"), PathBuf::from);
    fs::create_dir_all(&pictures).unwrap();
    let run = Run::new(node).arg(folder.path().join("look.mjs")).arg(&page).arg(&chromium).arg(&pictures);
    let out = run.within(Duration::from_secs(120)).run().expect_ok();
    assert!(out.stdout.trim_end().ends_with("all seen"), "{out:?}");
}
