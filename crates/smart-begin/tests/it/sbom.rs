//! `smart-begin sbom`: of this repository, read back in, and of what is not all known.

use serde_json::Value;

use crate::program::Home;

fn components(document: &Value) -> Vec<String> {
    let all = document["components"].as_array().unwrap().iter();
    let mut all: Vec<String> =
        all.map(|each| format!("{} {} {}", each["purl"].as_str().unwrap(), each["scope"], direct(each))).collect();
    all.sort();
    all
}

fn direct(component: &Value) -> &str {
    let properties = component["properties"].as_array().unwrap().iter();
    let mut direct =
        properties.filter(|property| property["name"] == "smart-begin:direct").map(|property| &property["value"]);
    direct.next_back().and_then(Value::as_str).unwrap()
}

#[test]
fn this_program_lists_what_it_is_made_of() {
    let home = Home::new();
    let root = testkit::workspace();
    for name in ["Cargo.lock", "Cargo.toml"] {
        std::fs::copy(root.join(name), home.work().join(name)).unwrap();
    }
    for folder in std::fs::read_dir(root.join("crates")).unwrap().flatten() {
        let to = home.work().join("crates").join(folder.file_name());
        std::fs::create_dir_all(&to).unwrap();
        std::fs::copy(folder.path().join("Cargo.toml"), to.join("Cargo.toml")).unwrap();
    }
    let made = home.call(["sbom", "--name", "smart-begin", "--no-time"]).run().expect_ok();
    let document: Value = serde_json::from_str(&made.stdout).unwrap();
    assert_eq!(document["metadata"]["component"]["name"], "smart-begin");
    assert_eq!(document["compositions"][0]["aggregate"], "complete", "{}", made.stderr);
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).unwrap();
    assert_eq!(components(&document).len(), lock.matches("\nsource = ").count());
    let has = |line: &str| {
        components(&document).iter().any(|component| component.starts_with("pkg:cargo/") && component.contains(line))
    };
    assert!(has("/serde@") && has("/proptest@"));
    let again = home.call(["sbom", "--name", "smart-begin", "--no-time"]).run().expect_ok();
    assert_eq!(again.stdout, made.stdout, "the same files make the same bytes");

    let back = Home::new();
    std::fs::write(back.work().join("anything.json"), &made.stdout).unwrap();
    let read: Value = serde_json::from_str(&back.call(["sbom", "--no-time"]).run().expect_ok().stdout).unwrap();
    assert_eq!(components(&read), components(&document), "what is read back is what was written");

    let spdx = home.call(["sbom", "--format", "spdx", "--no-time"]).run().expect_ok().stdout;
    std::fs::write(back.work().join("anything.json"), &spdx).unwrap();
    let read: Value = serde_json::from_str(&back.call(["sbom", "--no-time"]).run().expect_ok().stdout).unwrap();
    assert_eq!(read["components"].as_array().unwrap().len(), components(&document).len());
}

#[test]
fn what_is_not_in_a_bill_is_told_beside_it() {
    let home = Home::new();
    std::fs::write(home.work().join("package.json"), r#"{"dependencies":{"a":"^1"}}"#).unwrap();
    std::fs::write(home.work().join("Cargo.lock"), "[[package]\n").unwrap();
    let made = home.call(["sbom", "--output", "out.json"]).env("SOURCE_DATE_EPOCH", "1000000000").run().expect_ok();
    assert_eq!(made.stdout, "");
    assert!(made.stderr.contains("1 of which only a range is known"), "{}", made.stderr);
    assert!(made.stderr.contains("NOT IN IT: Cargo.lock: it is not understood as Cargo.lock"), "{}", made.stderr);
    let text = std::fs::read_to_string(home.work().join("out.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["metadata"]["timestamp"], "2001-09-09T01:46:40Z");
    assert_eq!(document["compositions"][0]["aggregate"], "incomplete");
    let nowhere = home.call(["sbom", "not-there"]).run();
    assert!(!nowhere.ok() && nowhere.stderr.contains("There is no such folder"), "{}", nowhere.stderr);
}
