//! Resources, the prompt and completion.

use serde_json::{Value, json};

use crate::http_client::*;
use crate::running::{House, Running};
use crate::stream_client::Client;

#[tokio::test]
async fn an_archive_links_to_each_of_its_files_and_they_can_be_read() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let made =
        modern(at, "tools/call", call(complete_arguments("boxed", json!({ "delivery": "archive" })))).await.json();
    let result = &made["result"];
    let listed = result["structuredContent"]["projectStructure"]["files"].as_array().unwrap();
    let content = result["content"].as_array().unwrap();
    let links: Vec<_> = content.iter().filter(|block| block["type"] == "resource_link").collect();
    assert_eq!(links.len(), listed.len());
    let readme = links.iter().find(|link| link["name"] == "README.md").unwrap();
    let read = modern(at, "resources/read", json!({ "uri": readme["uri"] })).await.json();
    let contents = &read["result"]["contents"][0];
    assert_eq!((&contents["uri"], &contents["mimeType"]), (&readme["uri"], &json!("text/markdown")));
    assert!(contents["text"].as_str().unwrap().contains("boxed"), "{contents}");
}

#[tokio::test]
async fn a_project_can_be_read_as_data_and_as_a_report() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let made =
        modern(at, "tools/call", call(complete_arguments("told", json!({ "delivery": "archive" })))).await.json();
    let id = made["result"]["structuredContent"]["projectId"].as_str().unwrap().to_owned();
    let read = |path: String| async move {
        modern(at, "resources/read", json!({ "uri": format!("smart-begin://projects/{path}") })).await.json()
    };
    let data = read(id.clone()).await;
    let data: Value = serde_json::from_str(data["result"]["contents"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!((&data["name"], &data["state"]), (&json!("told"), &json!("finished")));
    let report = read(format!("{id}/report")).await;
    let text = report["result"]["contents"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("# told\n") && text.contains("NOT RUN") && text.contains("project-finished"), "{text}");
    for missing in [
        format!("{id}/files/../../etc/passwd"),
        format!("{id}/files/nothing"),
        format!("{id}/other"),
        "prj_x".to_owned(),
    ] {
        let error = read(missing.clone()).await["error"].clone();
        assert_eq!(error["code"], -32602, "{missing}: {error}");
        assert_eq!(error["data"]["uri"], format!("smart-begin://projects/{missing}"));
    }
}

#[tokio::test]
async fn one_callers_projects_are_not_there_for_another() {
    let house = House::new();
    let mut owner = Client::to_product(&house.services);
    owner.initialize(json!({})).await;
    let (_, made) = owner.ask(1, "tools/call", call(complete_arguments("secret", json!({})))).await;
    let id = made["result"]["structuredContent"]["projectId"].as_str().unwrap().to_owned();
    let at = Running::product(&house).await.address;
    let list = modern(at, "resources/read", json!({ "uri": "smart-begin://projects" })).await.text();
    assert!(!list.contains("secret"), "{list}");
    for path in ["", "/report", "/files/README.md"] {
        let uri = format!("smart-begin://projects/{id}{path}");
        let error = modern(at, "resources/read", json!({ "uri": uri })).await.json()["error"].clone();
        let unknown = uri.replace(&id, "prj_000000000000000000000000");
        let other = modern(at, "resources/read", json!({ "uri": unknown })).await.json()["error"].clone();
        assert_eq!(
            (&error["code"], &error["message"]),
            (&json!(-32602), &other["message"]),
            "it does not tell that it exists"
        );
    }
    let template = json!({ "type": "ref/resource", "uri": "smart-begin://projects/{id}" });
    let typed = json!({ "ref": template, "argument": { "name": "id", "value": "prj_" } });
    let completed = modern(at, "completion/complete", typed.clone()).await.json();
    assert_eq!(completed["result"]["completion"]["values"], json!([]));
    let (_, completed) = owner.ask(2, "completion/complete", typed).await;
    assert_eq!(completed["result"]["completion"]["values"], json!([id]));
}

#[tokio::test]
async fn older_revisions_get_their_own_code_for_what_is_not_there() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let answer = legacy(at, "resources/read", json!({ "uri": "smart-begin://nothing" })).await;
    assert_eq!(answer.json()["error"]["code"], -32002);
}

#[tokio::test]
async fn the_prompt_guides_and_its_arguments_complete() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let get = json!({ "name": "start_a_project", "arguments": { "idea": "sell cakes" } });
    let text = modern(at, "prompts/get", get).await.text();
    assert!(text.contains("sell cakes") && text.contains("apply: false"), "{text}");
    let complete = |name: &str, value: &str| {
        let prompt = json!({ "type": "ref/prompt", "name": "start_a_project" });
        json!({ "ref": prompt, "argument": { "name": name, "value": value } })
    };
    for (name, value, expected) in [
        ("stack", "ty", json!(["typescript"])),
        ("projectTemplate", "a", json!(["api-service"])),
        ("qualityLevel", "prod", json!(["production"])),
        ("idea", "", json!([])),
    ] {
        let answer = modern(at, "completion/complete", complete(name, value)).await.json();
        assert_eq!(answer["result"]["completion"]["values"], expected, "{name}");
    }
    let unknown = modern(at, "prompts/get", json!({ "name": "nothing" })).await.json();
    assert_eq!(unknown["error"]["code"], -32602);
}
