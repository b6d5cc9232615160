//! Tools of the suite that answer at once or with notifications.

use std::time::Duration;

use rmcp::ErrorData;
use rmcp::model::*;
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Value, json};
use tokio::sync::broadcast;
use tokio::time::sleep;

use super::Changed;
use super::data::{PNG, WAV};
use super::input_required;

const PLAIN: [&str; 18] = [
    "test_simple_text",
    "test_image_content",
    "test_audio_content",
    "test_embedded_resource",
    "test_multiple_content_types",
    "test_tool_with_logging",
    "test_error_handling",
    "test_tool_with_progress",
    "test_sampling",
    "test_elicitation",
    "test_elicitation_sep1034_defaults",
    "test_elicitation_sep1330_enums",
    "test_reconnection",
    "test_missing_capability",
    "test_logging_tool",
    "test_trigger_tool_change",
    "test_trigger_prompt_change",
    "test_streaming_elicitation",
];

pub(crate) fn list() -> Vec<Tool> {
    let tool = |name: &'static str, schema: Value| {
        let Value::Object(schema) = schema else { return Tool::default() };
        Tool::new(name, format!("A fixture: {name}"), schema)
    };
    let empty = || json!({ "type": "object", "properties": {} });
    let named = PLAIN.into_iter().chain(input_required::TOOLS).map(|name| tool(name, empty()));
    let with_header = json!({
        "type": "object",
        "properties": { "region": { "type": "string", "x-mcp-header": "Region" } },
        "required": ["region"],
    });
    named
        .chain([tool("test_header_parameter", with_header), tool("json_schema_2020_12_tool", whole_vocabulary())])
        .collect()
}

fn whole_vocabulary() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": { "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": { "street": { "type": "string" }, "city": { "type": "string" } },
        }},
        "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" },
        },
        "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
        "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
        "then": { "required": ["phone"] },
        "else": { "required": ["email"] },
        "additionalProperties": false,
    })
}

pub(crate) async fn call(
    changes: &broadcast::Sender<Changed>,
    params: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResult, ErrorData> {
    let text = |text: &str| ContentBlock::text(text);
    let done = |content: Vec<ContentBlock>| Ok(CallToolResult::success(content));
    match params.name.as_ref() {
        "test_simple_text" => done(vec![text("This is a simple text response for testing.")]),
        "test_image_content" => done(vec![ContentBlock::image(PNG, "image/png")]),
        "test_audio_content" => done(vec![ContentBlock::Audio(AudioContent::new(WAV, "audio/wav"))]),
        "test_embedded_resource" => {
            let contents = ResourceContents::text("This is an embedded resource content.", "test://embedded-resource");
            done(vec![ContentBlock::resource(contents)])
        }
        "test_multiple_content_types" => {
            let contents = ResourceContents::text(r#"{"test":"data","value":123}"#, "test://mixed-content-resource");
            let resource = ContentBlock::resource(contents.with_mime_type("application/json"));
            done(vec![text("Multiple content types test:"), ContentBlock::image(PNG, "image/png"), resource])
        }
        "test_error_handling" => {
            Ok(CallToolResult::error(vec![text("This tool intentionally returns an error for testing")]))
        }
        "test_tool_with_progress" => progress(context).await,
        "test_tool_with_logging" => logging(context).await,
        "test_missing_capability" => {
            let required = ClientCapabilities::builder().enable_sampling().build();
            Err(ErrorData::missing_required_client_capability(required))
        }
        "test_trigger_tool_change" => announce(changes, Changed::Tools),
        "test_trigger_prompt_change" => announce(changes, Changed::Prompts),
        "test_header_parameter" | "test_logging_tool" | "json_schema_2020_12_tool" => done(vec![text("ok")]),
        // A stateless server cannot ask a client of the older revisions anything back.
        name if PLAIN.contains(&name) => Ok(CallToolResult::error(vec![text("This server keeps no sessions.")])),
        other => Err(ErrorData::invalid_params(format!("There is no tool {other}."), None)),
    }
}

fn announce(changes: &broadcast::Sender<Changed>, changed: Changed) -> Result<CallToolResult, ErrorData> {
    let _ = changes.send(changed);
    Ok(CallToolResult::success(vec![ContentBlock::text("changed")]))
}

async fn progress(context: &RequestContext<RoleServer>) -> Result<CallToolResult, ErrorData> {
    for done in [0.0, 50.0, 100.0] {
        if let Some(token) = context.meta.get_progress_token() {
            let params = ProgressNotificationParam::new(token, done).with_total(100.0);
            let _ = context.peer.notify_progress(params).await;
        }
        sleep(Duration::from_millis(50)).await;
    }
    Ok(CallToolResult::success(vec![ContentBlock::text("done")]))
}

async fn logging(context: &RequestContext<RoleServer>) -> Result<CallToolResult, ErrorData> {
    for line in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
        let params = LoggingMessageNotificationParam::new(LoggingLevel::Info, line.into());
        let _ = context.peer.notify_logging_message(params).await;
        sleep(Duration::from_millis(50)).await;
    }
    Ok(CallToolResult::success(vec![ContentBlock::text("done")]))
}
