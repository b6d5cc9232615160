//! Text that deceives a reader: every argument of every tool, as the schema lists them, so that a new one is tried too.

use serde_json::{Value, json};

use crate::http_client::*;
use crate::running::{House, Running};

/// What nobody sees, what turns the direction of the text around it, and what a terminal or a page would obey.
const DECEIVING: [&str; 6] = ["a\u{202e}b", "a\u{2066}b", "a\u{200b}b", "a\u{7}b", "a\u{1b}[31mb", "a\u{feff}b"];

/// What a page would obey, were it written there bare.
const MARKUP: &str = "<script>alert(1)</script>";

/// The arguments of the tool that take text, with one that is good but for `text` at each.
fn attempts(tool: &Value, text: &str) -> Vec<(String, Value)> {
    let properties = tool["inputSchema"]["properties"].as_object().unwrap();
    let begins = tool["name"] == "smart_begin";
    let with = |name: &str, value: Value| {
        let mut arguments = if begins { complete_arguments("demo", json!({ "apply": false })) } else { json!({}) };
        arguments[name] = value;
        (name.to_owned(), json!({ "name": tool["name"], "arguments": arguments }))
    };
    let taking = properties.iter().filter_map(|(name, schema)| {
        let kinds = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
        let is = |kind: &str| kinds.iter().any(|one| one == kind);
        match (is("string"), is("array")) {
            (true, _) => Some(with(name, json!(text))),
            (_, true) if name == "files" => Some(with(name, json!([{ "path": text, "text": "x" }]))),
            (_, true) => Some(with(name, json!([text]))),
            _ => None,
        }
    });
    taking.collect()
}

#[tokio::test]
async fn characters_that_deceive_are_refused_in_every_argument_and_never_echoed() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let tools = modern(at, "tools/list", json!({})).await.json();
    for tool in tools["result"]["tools"].as_array().unwrap() {
        for text in DECEIVING {
            let attempts = attempts(tool, text);
            let least = if tool["name"] == "smart_begin" { 10 } else { 3 };
            assert!(attempts.len() >= least, "{attempts:?}");
            for (name, arguments) in attempts {
                let answer = loop {
                    let answer = modern(at, "tools/call", arguments.clone()).await;
                    if answer.status != 429 {
                        break answer.json();
                    }
                    // Three tools have more arguments than a caller may send at once.
                    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                };
                assert!(
                    answer["result"]["isError"] == true || answer["error"].is_object(),
                    "{name} {text:?}: {answer}"
                );
                let told = strings(&answer);
                assert!(told.iter().any(|told| told.contains("U+")), "{name} {text:?}: {told:?}");
                let bad = |text: &String| {
                    text.chars().any(|c| DECEIVING.iter().any(|d| !c.is_alphanumeric() && d.contains(c) && c != '['))
                };
                assert!(!told.iter().any(bad), "{name} {text:?}: {told:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_name_of_an_unknown_argument_is_not_echoed_as_it_came() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    for text in DECEIVING {
        let mut arguments = complete_arguments("demo", json!({ "apply": false }));
        arguments[text] = json!(1);
        let answer = modern(at, "tools/call", call(arguments)).await.json();
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        assert!(!strings(&answer).iter().any(|told| told.contains(text)), "{answer}");
    }
}

#[tokio::test]
async fn markup_in_an_argument_is_refused_or_stays_text() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let tools = modern(at, "tools/list", json!({})).await.json();
    for tool in tools["result"]["tools"].as_array().unwrap() {
        for (name, arguments) in attempts(tool, MARKUP) {
            let answer = modern(at, "tools/call", call(arguments)).await;
            assert_eq!(answer.header("content-type"), Some("application/json"), "{name}");
            assert!(answer.status < 500, "{name}: {answer:?}");
        }
    }
}

/// Every text in `value`, keys included.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(map) => map.iter().flat_map(|(key, item)| [vec![key.clone()], strings(item)].concat()).collect(),
        _ => Vec::new(),
    }
}
