//! `smart-begin analyze`, and the mode of `smart_begin` for it, on a project that exists.

use std::fs;

use serde_json::{Value, json};

use crate::json_rpc::Server;
use crate::program::{Home, answer, text};

/// A small project in its home's working folder.
fn home() -> Home {
    let home = Home::new();
    let project = home.work().join("shop");
    for folder in ["src", "tests", ".github/workflows"] {
        fs::create_dir_all(project.join(folder)).unwrap();
    }
    let write = |name: &str, text: &str| fs::write(project.join(name), text).unwrap();
    write("requirements.txt", "flask==3.0.0\n");
    write("src/app.py", "import flask\n\n\ndef price(a, b):\n    return a if a > b else b\n");
    write("tests/test_app.py", "def test_price():\n    assert True\n");
    write(
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n",
    );
    home
}

#[test]
fn a_person_reads_what_it_is_what_is_missing_and_what_nobody_looked_at() {
    let home = home();
    let seen = home.call(["analyze", "shop"]).run().expect_ok().stdout;
    for part in [
        "What it is",
        "Python",
        "Flask",
        "Gates",
        "FAIL",
        "secrets and vulnerable packages in what was looked at: 0 (0 critical,",
        "NOT LOOKED AT: PyPI",
        "What is missing",
        ".github/workflows/ci.yml:6",
        "work: ",
        "UNKNOWN",
        "smart-begin advisories update",
        "What to do next",
    ] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    let quick = home.call(["analyze", "shop", "--depth", "quick"]).run().expect_ok().stdout;
    assert!(quick.contains("Python") && !quick.contains("Gates\n") && !quick.contains("NOT LOOKED AT"), "{quick}");
    // Where there are advisories, all of it was looked at.
    let records = home.root().join("osv");
    fs::create_dir(&records).unwrap();
    let record = json!({
        "schema_version": "1.7.5", "id": "OSV-2026-1", "modified": "2026-11-01T00:00:00Z", "summary": "It hangs.",
        "affected": [{ "package": { "ecosystem": "PyPI", "name": "flask" }, "versions": ["3.0.0"] }],
        "database_specific": { "severity": "HIGH" },
    });
    fs::write(records.join("1.json"), record.to_string()).unwrap();
    home.json(&["advisories", "update", "--from", &records.display().to_string(), "--ecosystem", "PyPI"]);
    let seen = home.call(["analyze", "shop"]).run().expect_ok().stdout;
    assert!(seen.contains("in what was looked at: 1 (0 critical, 1 high"), "{seen}");
    assert!(!seen.contains("NOT LOOKED AT") && seen.contains("`smart-begin fix` proposes"), "{seen}");
    let nowhere = home.call(["analyze", "not-there"]).run();
    assert!(!nowhere.ok() && nowhere.stderr.contains("There is no such folder"), "{nowhere:?}");
}

#[test]
fn a_program_reads_the_same_over_the_command_line_and_mcp() {
    let home = home();
    let outcome = home.call(["analyze", "shop", "--format", "json"]).run().expect_ok();
    let mut by_command = answer(&outcome);
    is_the_shop(&by_command);
    let mut server = Server::start(&home, &["--root", "."]);
    let asked = |more: Value| {
        let mut arguments = json!({ "projectName": "shop", "mode": "analyze-existing", "existingProjectPath": "shop", "analysisDepth": "standard" });
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        arguments
    };
    let result = server.tool(asked(json!({})));
    let words = result["content"][0]["text"].as_str().unwrap();
    assert!(words.contains("In what they looked at, the scanners found 0 secrets and vulnerable packages."), "{words}");
    assert!(words.contains("NOT RUN PyPI"), "{words}");
    let mut by_tool = result["structuredContent"].clone();
    is_the_shop(&by_tool);
    for report in [&mut by_command, &mut by_tool] {
        report["technicalMetrics"]["responseTime"] = Value::Null;
        report["analysisResults"]["findings"]["summary"]["duration_ms"] = Value::Null;
    }
    assert_eq!(by_command["qualityGates"], by_tool["qualityGates"]);
    assert_eq!(by_command["analysisResults"]["description"], by_tool["analysisResults"]["description"]);
    assert_eq!(by_command["nextSteps"], by_tool["nextSteps"]);
    for (more, field) in [
        (json!({ "existingProjectPath": null }), "existingProjectPath"),
        (json!({ "existingProjectPath": "../data" }), "existingProjectPath"),
        (json!({ "analysisDepth": "abyss" }), "analysisDepth"),
    ] {
        let said = server.refusal(asked(more));
        assert!(said.contains(field), "{field}: {said}");
    }
    assert_eq!(fs::read_dir(home.work()).unwrap().count(), 1, "nothing was written");
    server.finish().assert_clean();
}

fn is_the_shop(report: &Value) {
    assert_eq!((text(report, "projectName").as_str(), &report["applied"]), ("shop", &json!(false)), "{report}");
    let results = &report["analysisResults"];
    assert_eq!(results["description"]["languages"][0]["language"], "Python", "{results}");
    let gate = |id: &str| results["gates"].as_array().unwrap().iter().find(|gate| gate["id"] == id).unwrap().clone();
    assert_eq!(
        (&gate("pinned-actions")["status"], &gate("branch-rules")["status"]),
        (&json!("FAIL"), &json!("UNKNOWN"))
    );
    assert!(
        results["missing"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["gate"] == "pinned-actions" && one["why"].is_string())
    );
    assert!(results["notRun"].as_array().unwrap().iter().any(|one| one["check"] == "PyPI"), "{results}");
    assert_eq!(report["technicalMetrics"]["securityScore"], "unknown");
}
