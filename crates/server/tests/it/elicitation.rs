//! Questions to a person, over both transports and in both eras.

use serde_json::{Value, json};

use crate::http_client::*;
use crate::running::{House, Running};
use crate::stream_client::Client;

/// A call that leaves things open, from a client that can show forms.
fn open_call(name: &str) -> Value {
    let mut params = call(json!({ "projectName": name, "delivery": "archive" }));
    params["_meta"] = meta(json!({ "elicitation": {} }));
    params
}

/// The same call with the answer to the form.
fn retry(mut params: Value, question: &Value, answer: Value) -> Value {
    params["requestState"] = question["requestState"].clone();
    params["inputResponses"] = json!({ "answers": answer });
    params
}

#[tokio::test]
async fn the_newest_revision_asks_by_answering_and_goes_on_with_the_answers() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let question = modern(at, "tools/call", open_call("asked")).await.json()["result"].clone();
    assert_eq!(question["resultType"], "input_required", "{question}");
    let form = &question["inputRequests"]["answers"];
    assert_eq!((&form["method"], &form["params"]["mode"]), (&json!("elicitation/create"), &json!("form")));
    assert_eq!(form["params"]["requestedSchema"].get("required"), None, "nothing has to be filled in");
    assert!(form["params"]["requestedSchema"]["properties"]["stack"]["enum"].to_string().contains("python"));
    let answer = json!({ "action": "accept", "content": { "stack": "python", "description": "Sells cakes." } });
    let made = modern(at, "tools/call", retry(open_call("asked"), &question, answer)).await.json();
    let report = &made["result"]["structuredContent"];
    assert_eq!((&report["applied"], &report["blueprint"]["stack"]), (&json!(true), &json!("python")), "{made}");
}

#[tokio::test]
async fn declined_takes_defaults_and_cancelled_begins_nothing() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let question = modern(at, "tools/call", open_call("maybe")).await.json()["result"].clone();
    let cancelled =
        modern(at, "tools/call", retry(open_call("maybe"), &question, json!({ "action": "cancel" }))).await.json();
    let result = &cancelled["result"];
    assert_eq!(
        (&result["isError"], &result["_meta"]["smart-begin/error"]["kind"]),
        (&json!(true), &json!("cancelled"))
    );
    assert!(result["content"][0]["text"].as_str().unwrap().contains("nothing was begun"), "{result}");
    let listed = modern(at, "resources/read", json!({ "uri": "smart-begin://projects" })).await.text();
    assert!(!listed.contains("maybe"), "{listed}");
    let declined =
        modern(at, "tools/call", retry(open_call("maybe"), &question, json!({ "action": "decline" }))).await.json();
    let report = &declined["result"]["structuredContent"];
    assert_eq!(report["blueprint"]["stack"], "typescript", "{declined}");
    assert!(report["assumptions"].to_string().contains("typescript"));
}

#[tokio::test]
async fn a_sealed_note_is_good_for_its_own_call_only() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let question = modern(at, "tools/call", open_call("one")).await.json()["result"].clone();
    let answer = || json!({ "action": "accept", "content": {} });
    let other = modern(at, "tools/call", retry(open_call("two"), &question, answer())).await.json();
    assert_eq!(other["error"]["code"], -32602, "{other}");
    let mut forged = question.clone();
    forged["requestState"] = json!(format!("{}A", question["requestState"].as_str().unwrap()));
    let forged = modern(at, "tools/call", retry(open_call("one"), &forged, answer())).await.json();
    assert_eq!(forged["error"]["code"], -32602, "{forged}");
    let nonsense = modern(at, "tools/call", retry(open_call("one"), &question, json!(5))).await.json();
    assert_eq!(nonsense["error"]["code"], -32602, "{nonsense}");
}

#[tokio::test]
async fn a_client_that_cannot_ask_is_not_asked() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    for capabilities in [json!({}), json!({ "elicitation": { "url": {} } })] {
        let mut params = open_call("quiet");
        params["_meta"] = meta(capabilities);
        let made = modern(at, "tools/call", params).await.json();
        assert_eq!(made["result"]["structuredContent"]["applied"], true, "{made}");
    }
}

#[tokio::test]
async fn older_revisions_are_asked_over_the_open_streams() {
    let house = House::new();
    for (name, action, stack) in [("yes", "accept", "python"), ("no", "decline", "typescript")] {
        let mut client = Client::to_product(&house.services);
        client.initialize(json!({ "elicitation": {} })).await;
        let params = call(json!({ "projectName": name, "delivery": "archive" }));
        client.send(json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })).await;
        let question = client.next().await.unwrap();
        assert_eq!(question["method"], "elicitation/create", "{question}");
        let mut answer = json!({ "action": action });
        if action == "accept" {
            answer["content"] = json!({ "stack": "python" });
        }
        client.send(json!({ "jsonrpc": "2.0", "id": question["id"], "result": answer })).await;
        let made = client.next().await.unwrap();
        assert_eq!(made["result"]["structuredContent"]["blueprint"]["stack"], stack, "{made}");
        client.close().await.unwrap();
    }
}

#[tokio::test]
async fn the_newest_revision_is_asked_on_the_streams_too() {
    let house = House::new();
    let mut client = Client::to_product(&house.services);
    let (_, question) = client.ask(1, "tools/call", open_call("streamed")).await;
    assert_eq!(question["result"]["resultType"], "input_required", "{question}");
    let answer = json!({ "action": "accept", "content": { "stack": "python" } });
    let (_, made) = client.ask(2, "tools/call", retry(open_call("streamed"), &question["result"], answer)).await;
    assert_eq!(made["result"]["structuredContent"]["blueprint"]["stack"], "python", "{made}");
    client.close().await.unwrap();
}
