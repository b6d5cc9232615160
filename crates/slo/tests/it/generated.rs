//! Everything that is made of the file is fresh, and the programs that read it take it.

use std::fs;

use slo::Slos;
use slo::generate::{ALERTMANAGER, GRAFANA, PAGE, RULES, RULES_LONG_TEST, RULES_TEST, files, missing, renewed};
use testkit::workspace;

use crate::tools::{amtool, promtool};

fn text(path: &str) -> String {
    fs::read_to_string(workspace().join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}: run cargo xtask alerts"))
}

#[test]
fn every_generated_file_is_fresh() {
    let slos = Slos::shipped().unwrap();
    for (path, wanted) in files(&slos) {
        assert!(text(path) == wanted, "{path} is stale: run cargo xtask alerts");
    }
    let page = text(PAGE);
    assert!(renewed(&slos, &page).unwrap() == page, "{PAGE} has a stale index: run cargo xtask alerts");
}

#[test]
fn the_runbook_has_a_whole_section_for_every_alert() {
    assert_eq!(missing(&Slos::shipped().unwrap(), &text(PAGE)), Vec::<String>::new());
}

#[test]
fn a_runbook_without_a_section_or_a_part_of_it_is_told() {
    let slos = Slos::shipped().unwrap();
    let page = text(PAGE);
    let renamed = page.replace("## disk-full\n", "## disk-fuller\n");
    assert_eq!(missing(&slos, &renamed), ["docs/runbook.md has no section with the anchor #disk-full"]);
    let start = page.find("## cpu-high\n").unwrap();
    let part = start + page[start..].find("**What to do.**").unwrap();
    let cut = format!("{}{}", &page[..part], page[part..].replacen("**What to do.**", "", 1));
    assert_eq!(missing(&slos, &cut).len(), 1);
    let next = part + page[part..].find("\n## ").unwrap();
    let empty = format!("{}**What to do.** Soon.{}", &page[..part], &page[next..]);
    assert_eq!(missing(&slos, &empty).len(), 1);
    assert!(renewed(&slos, "# Runbook\n").is_err());
}

#[test]
fn promtool_takes_the_rules_without_a_word_of_warning() {
    let Some(outcome) =
        promtool(&[("rules.yml", &text(RULES))], &["check", "rules", "--lint=all", "--lint-fatal", "rules.yml"])
    else {
        return;
    };
    let outcome = outcome.expect_ok();
    let slos = Slos::shipped().unwrap();
    // Eight recordings of each objective: five shares, three counts.
    let rules = slos.alerts.len() + slos.objectives.len() * 8;
    assert!(outcome.stdout.contains(&format!("SUCCESS: {rules} rules found")), "{outcome:?}");
}

#[test]
fn every_alert_has_a_firing_and_a_quiet_case_and_promtool_agrees() {
    let (rules, tests, long) = (text(RULES), text(RULES_TEST), text(RULES_LONG_TEST));
    for alert in Slos::shipped().unwrap().alerts {
        for word in ["fires", "is quiet"] {
            let name = format!("- name: \"{} {word}\"", alert.id);
            assert!(tests.contains(&name) != long.contains(&name), "{name}");
        }
    }
    for tests in [&tests, &long] {
        let files = [("smart-begin.rules.yml", rules.as_str()), ("test.yml", tests.as_str())];
        let Some(outcome) = promtool(&files, &["test", "rules", "test.yml"]) else { return };
        outcome.expect_ok();
    }
    // The test of the test: expect the firing ones not to fire.
    let first = tests.find("exp_alerts:\n").unwrap();
    let wrong = format!("{}exp_alerts: []\n", &tests[..first]);
    let files = [("smart-begin.rules.yml", rules.as_str()), ("test.yml", wrong.as_str())];
    let outcome = promtool(&files, &["test", "rules", "test.yml"]).unwrap();
    assert!(!outcome.ok(), "{outcome:?}");
}

#[test]
fn amtool_takes_the_routing_and_pages_reach_whoever_is_on_call() {
    let routing = text(ALERTMANAGER);
    let files = [("alertmanager.yml", routing.as_str())];
    let Some(outcome) = amtool(&files, &["check-config", "alertmanager.yml"]) else { return };
    assert!(outcome.expect_ok().stdout.contains("SUCCESS"));
    for (severity, receiver) in [("page", "pages"), ("ticket", "tickets")] {
        let severity = format!("severity={severity}");
        let asked = ["config", "routes", "test", "--config.file=alertmanager.yml", &severity];
        let outcome = amtool(&files, &asked).unwrap().expect_ok();
        assert_eq!(outcome.stdout.trim(), receiver);
    }
}

fn expressions(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(text) if name == "expr" => found.push(text.to_owned()),
                    _ => expressions(field, found),
                }
            }
        }
        serde_json::Value::Array(all) => all.iter().for_each(|one| expressions(one, found)),
        _ => {}
    }
}

#[test]
fn promtool_reads_every_expression_of_the_dashboard() {
    let dashboard: serde_json::Value = serde_json::from_str(&text(GRAFANA)).unwrap();
    let mut found = Vec::new();
    expressions(&dashboard, &mut found);
    assert!(found.len() > 30, "{found:?}");
    let rules = |all: &[String]| {
        let one = |(place, expression): (usize, &String)| {
            format!("      - record: checked:{place}\n        expr: {}\n", serde_json::Value::from(expression.as_str()))
        };
        let rules: String = all.iter().enumerate().map(one).collect();
        format!("groups:\n  - name: dashboard\n    rules:\n{rules}")
    };
    let check = |all: &[String]| promtool(&[("rules.yml", &rules(all))], &["check", "rules", "rules.yml"]);
    let Some(outcome) = check(&found) else { return };
    assert!(outcome.expect_ok().stdout.contains(&format!("SUCCESS: {} rules found", found.len())));
    found.push("sum by (".to_owned());
    assert!(!check(&found).unwrap().ok());
}

#[test]
fn every_alert_and_objective_is_on_the_dashboard() {
    let dashboard = text(GRAFANA);
    let slos = Slos::shipped().unwrap();
    for alert in slos.alerts.iter().filter(|alert| alert.objective.is_none()) {
        assert!(dashboard.contains(&format!("\"title\": \"{}\"", alert.title)), "{}", alert.id);
    }
    for objective in &slos.objectives {
        assert!(dashboard.contains(&format!("\"title\": \"{}\"", objective.title)), "{}", objective.id);
    }
}
