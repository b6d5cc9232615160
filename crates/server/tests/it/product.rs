//! The tool itself, over both transports.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::http_client::*;
use crate::running::{House, Running};
use crate::stream_client::Client;

#[tokio::test]
async fn the_tool_is_described_for_clients() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let listed = modern(at, "tools/list", json!({})).await.json();
    let tools = listed["result"]["tools"].as_array().unwrap();
    assert_eq!(tools.len(), 3);
    let tool = &tools[0];
    assert_eq!(tool["name"], "smart_begin");
    let hints = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"]
        .map(|hint| tool["annotations"][hint].clone());
    assert_eq!(hints, [json!(false), json!(false), json!(false), json!(false)]);
    assert_eq!(tool["inputSchema"]["additionalProperties"], false);
    assert_eq!(tool["inputSchema"]["properties"]["projectTemplate"]["enum"], json!(["api-service"]));
    assert!(tool["inputSchema"]["properties"]["license"]["enum"].to_string().contains("MIT"));
    assert!(tool["outputSchema"]["properties"]["planHash"].is_object());
}

#[tokio::test]
async fn a_project_is_made_and_told_in_plain_words_with_progress_that_grows() {
    let house = House::new();
    let mut client = Client::to_product(&house.services);
    client.initialize(json!({})).await;
    let mut params = call(complete_arguments("tea shop", json!({})));
    params["_meta"] = json!({ "progressToken": "t" });
    let (progress, answer) = client.ask(1, "tools/call", params).await;
    let result = &answer["result"];
    let report = &result["structuredContent"];
    assert_eq!((&report["projectName"], &report["applied"]), (&json!("tea-shop"), &json!(true)), "{answer}");
    assert!(house.project("tea-shop").join("README.md").is_file());
    let text = result["content"][0]["text"].as_str().unwrap();
    for part in [
        "I made \"tea-shop\"",
        "What to do next:\n1. ",
        "\n2. ",
        "What I decided because nobody said otherwise:",
        report["projectId"].as_str().unwrap(),
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let numbers: Vec<_> = progress.iter().map(|message| message["params"]["progress"].as_f64().unwrap()).collect();
    assert!(numbers.len() >= 3 && numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
    assert!(progress.iter().all(|message| message["params"]["progressToken"] == "t"));
}

#[tokio::test]
async fn a_plan_is_looked_at_and_then_written_by_its_hash() {
    let house = House::new();
    let mut client = Client::to_product(&house.services);
    client.initialize(json!({})).await;
    let (_, plan) = client.ask(1, "tools/call", call(complete_arguments("planned", json!({ "apply": false })))).await;
    let report = &plan["result"]["structuredContent"];
    assert_eq!(report["applied"], false);
    assert!(!house.project("planned").exists());
    let (_, stale) =
        client.ask(2, "tools/call", call(complete_arguments("planned", json!({ "planHash": "0".repeat(64) })))).await;
    assert_eq!(stale["result"]["isError"], true, "{stale}");
    assert_eq!(stale["result"]["_meta"]["smart-begin/error"]["field"], "planHash", "{stale}");
    assert!(!house.project("planned").exists());
    let hash = report["planHash"].clone();
    let (_, made) = client.ask(3, "tools/call", call(complete_arguments("planned", json!({ "planHash": hash })))).await;
    assert_eq!(made["result"]["structuredContent"]["planHash"], hash, "{made}");
    let (_, again) = client.ask(4, "tools/call", call(complete_arguments("planned", json!({})))).await;
    assert_eq!(again["result"]["_meta"]["smart-begin/error"]["kind"], "refused", "{again}");
}

/// Writes log lines where the test can read them.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn an_archive_is_downloaded_once_and_its_token_is_in_no_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    let house = House::new();
    let running = Running::product(&house).await;
    let at = running.address;
    let made =
        modern(at, "tools/call", call(complete_arguments("boxed", json!({ "delivery": "archive" })))).await.json();
    let archive = &made["result"]["structuredContent"]["archive"];
    let link = archive["zip"].as_str().unwrap();
    let path = link.strip_prefix(&format!("http://{at}")).unwrap();
    let head = raw(at, &format!("HEAD {path} HTTP/1.1\nhost: {at}"), b"").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    let prefetch = raw(at, &format!("GET {path} HTTP/1.1\nhost: {at}\nsec-purpose: prefetch"), b"").await;
    assert_eq!(prefetch.status, 503);
    let first = get(at, path).await;
    assert_eq!((first.status, first.header("content-type")), (200, Some("application/zip")), "HEAD has not used it up");
    assert_eq!(first.header("content-disposition"), Some("attachment; filename=\"boxed.zip\""));
    assert_eq!(
        (first.header("cache-control"), first.header("x-content-type-options")),
        (Some("no-store"), Some("nosniff"))
    );
    assert_eq!(&first.body[..2], b"PK");
    let second = raw(at, &format!("GET {path} HTTP/1.1\nhost: {at}\naccept: text/html"), b"").await;
    assert_eq!((second.status, second.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert!(second.text().contains("<h1>This download link does not work"), "{}", second.text());
    running.stop().await.unwrap();
    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let token = path.strip_prefix("/downloads/").unwrap();
    let ours: Vec<&str> = written.lines().filter(|line| !line.contains("\"target\":\"rmcp")).collect();
    assert!(ours.iter().any(|line| line.contains("GET /downloads/{token}")), "it is logged");
    let told: Vec<_> = ours.iter().filter(|line| line.contains(token)).collect();
    assert!(told.is_empty(), "{told:?}");
}

#[tokio::test]
async fn every_call_has_one_line_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    let house = House::new();
    let running = Running::product(&house).await;
    let answer = modern(running.address, "tools/call", call(json!({ "projectName": "" }))).await;
    let id = answer.header("x-request-id").unwrap().to_owned();
    post(running.address, "", "nonsense").await;
    running.stop().await.unwrap();
    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lines: Vec<_> = lines.iter().filter(|line| line["target"].as_str().unwrap().starts_with("server")).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["request_id"], id);
    let told = ["caller", "operation", "outcome"].map(|key| lines[0][key].as_str().unwrap());
    assert_eq!(told, ["local", "tools/call smart_begin", "invalid"]);
    assert!(lines[0]["duration_ms"].is_number());
    assert_eq!((&lines[1]["operation"], &lines[1]["outcome"]), (&json!("POST /mcp"), &json!(400)));
}
