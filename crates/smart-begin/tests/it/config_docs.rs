//! What is written about the configuration, for people and for editors, is what the program knows; the examples are good.

use std::fs;

use serde_json::Value;
use testkit::{Run, workspace};

use crate::certificates;
use crate::configured::Configured;
use crate::program::Home;

fn printed(what: &str) -> String {
    Home::new().call(["config", what]).run().expect_ok().stdout
}

#[test]
fn the_page_and_the_schema_in_the_repository_are_fresh() {
    for (what, file) in [("reference", "docs/configuration.md"), ("schema", "config/schema.json")] {
        let there = fs::read_to_string(workspace().join(file)).unwrap();
        assert!(printed(what) == there, "{file} is stale; renew it: cargo run -- config {what} > {file}");
    }
}

#[test]
fn every_key_of_the_schema_is_on_the_page() {
    let schema: Value = serde_json::from_str(&printed("schema")).unwrap();
    let page = printed("reference");
    let mut tables = vec![(String::new(), schema)];
    let mut keys = 0;
    while let Some((path, table)) = tables.pop() {
        assert_eq!(table["additionalProperties"], false, "{path}");
        for (name, part) in table["properties"].as_object().unwrap() {
            let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if part["type"] == "object" {
                tables.push((below, part.clone()));
                continue;
            }
            let section = page.split(&format!("\n### `[{path}]`\n")).nth(1).unwrap_or_else(|| panic!("no [{path}]"));
            let section = section.split("\n##").next().unwrap();
            assert!(section.contains(&format!("\n| `{name}` |")), "{below}");
            keys += 1;
        }
        for part in table["patternProperties"].as_object().unwrap().values() {
            tables.push((format!("{path}.NAME"), part.clone()));
        }
    }
    assert!(keys > 60, "{keys}");
}

#[test]
fn the_files_of_the_repository_name_the_schema_and_are_what_is_built_in() {
    for name in ["base", "development", "staging", "production"] {
        let text = fs::read_to_string(workspace().join(format!("config/{name}.toml"))).unwrap();
        assert!(text.starts_with("#:schema ./schema.json\n"), "{name}");
    }
    for environment in ["development", "staging", "production"] {
        let ours = Configured::new(environment).show();
        let home = Home::new();
        let folder = workspace().join("config");
        let named = home.call(["config", "show", "--format", "json", "--environment", environment, "--config"]);
        let named = crate::program::answer(&named.arg(folder).run())["values"].as_array().unwrap().clone();
        for (one, other) in ours.iter().zip(&named).filter(|(one, _)| one["key"] != "data.folder") {
            assert_eq!((&one["value"], &one["line"]), (&other["value"], &other["line"]), "{one}");
        }
    }
}

#[test]
fn the_files_satisfy_the_schema() {
    let Some(checker) = testkit::tool("check-jsonschema") else { return };
    let folder = workspace().join("config");
    let files = ["base", "development", "staging", "production"].map(|name| folder.join(format!("{name}.toml")));
    Run::new(&checker).arg("--schemafile").arg(folder.join("schema.json")).args(files).run().expect_ok();
    let bad = testkit::folder();
    fs::write(bad.path().join("bad.toml"), "[server]\nlistn = \"127.0.0.1:1\"\n").unwrap();
    let outcome =
        Run::new(checker).arg("--schemafile").arg(folder.join("schema.json")).arg(bad.path().join("bad.toml")).run();
    assert!(!outcome.ok(), "{outcome:?}");
}

/// The first block of TOML on the page, with its files beneath a folder of the test.
fn example(place: &Configured) -> String {
    let page = fs::read_to_string(workspace().join("docs/configuration.md")).unwrap();
    let block = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let root = place.home.root().to_str().unwrap();
    block
        .replace("\"/etc/", &format!("\"{root}/etc/"))
        .replace("file:/etc/", &format!("file:{root}/etc/"))
        .replace("\"/var/", &format!("\"{root}/var/"))
}

#[test]
fn the_example_for_production_is_good_once_its_files_are_there() {
    let place = Configured::new("production");
    place.write("production.toml", &example(&place));
    let told = place.check();
    assert_eq!(told.rules(), ["certificate-usable", "secret-there"], "{:?}", told.findings);
    fs::create_dir_all(place.home.root().join("etc/smart-begin/tls")).unwrap();
    let (certificate, key) = certificates::pair(90);
    place.beside("etc/smart-begin/tls/fullchain.pem", certificate, 0o644);
    place.beside("etc/smart-begin/tls/privkey.pem", key, 0o640);
    place.beside("etc/smart-begin/client-secret", "s3cr3t\n", 0o600);
    let told = place.check();
    assert!(told.findings.is_empty(), "{:?}", told.findings);
    // What it says about a proxy.
    let behind = example(&place)
        .replace("listen = \"0.0.0.0:8443\"", "listen = \"127.0.0.1:8080\"\ntrusted_proxies = [\"127.0.0.1\"]")
        .replace("redirect_listen = \"0.0.0.0:8080\"\n", "");
    let behind: String = behind
        .split("\n\n")
        .filter(|part| !part.starts_with("[server.tls]"))
        .map(|part| format!("{part}\n\n"))
        .collect();
    place.write("production.toml", &behind);
    let told = place.check();
    assert!(told.findings.is_empty(), "{:?}", told.findings);
}
