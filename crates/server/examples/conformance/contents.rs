//! Resources and prompts of the suite.

use rmcp::ErrorData;
use rmcp::model::*;
use serde_json::json;

use super::data::PNG;

pub(crate) fn resources() -> Vec<Resource> {
    let resource = |uri: &str, name: &str, kind: &str| {
        Resource::new(uri, name).with_description(format!("A fixture: {name}")).with_mime_type(kind)
    };
    vec![
        resource("test://static-text", "static-text", "text/plain"),
        resource("test://static-binary", "static-binary", "image/png"),
        resource("test://watched-resource", "watched-resource", "text/plain"),
    ]
}

pub(crate) fn templates() -> Vec<ResourceTemplate> {
    let template =
        ResourceTemplate::new("test://template/{id}/data", "template").with_description("A fixture: a template");
    vec![template.with_mime_type("application/json")]
}

pub(crate) fn read(uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let id = uri.strip_prefix("test://template/").and_then(|rest| rest.strip_suffix("/data"));
    let contents = match (uri, id) {
        ("test://static-text", _) => ResourceContents::text("This is the content of the static text resource.", uri),
        ("test://watched-resource", _) => ResourceContents::text("Watched.", uri),
        ("test://static-binary", _) => ResourceContents::blob(PNG, uri).with_mime_type("image/png"),
        (_, Some(id)) => {
            let data = json!({ "id": id, "templateTest": true, "data": format!("Data for ID: {id}") });
            ResourceContents::text(data.to_string(), uri).with_mime_type("application/json")
        }
        _ => return Err(ErrorData::resource_not_found("Resource not found", Some(json!({ "uri": uri })))),
    };
    Ok(ReadResourceResult::new(vec![contents]))
}

pub(crate) fn prompts() -> Vec<Prompt> {
    let argument = |name: &str| PromptArgument::new(name).with_description(format!("The {name}")).with_required(true);
    let prompt = |name: &str, arguments: Option<Vec<PromptArgument>>| {
        Prompt::new(name, Some(format!("A fixture: {name}")), arguments)
    };
    vec![
        prompt("test_simple_prompt", None),
        prompt("test_prompt_with_arguments", Some(vec![argument("arg1"), argument("arg2")])),
        prompt("test_prompt_with_embedded_resource", Some(vec![argument("resourceUri")])),
        prompt("test_prompt_with_image", None),
        prompt("test_input_required_result_prompt", None),
    ]
}

pub(crate) fn prompt(params: &GetPromptRequestParams) -> Result<GetPromptResult, ErrorData> {
    let argument = |name: &str| {
        let value = params.arguments.as_ref().and_then(|arguments| arguments.get(name));
        value.and_then(|value| value.as_str()).unwrap_or_default().to_owned()
    };
    let text = |text: String| PromptMessage::new_text(Role::User, text);
    let messages = match params.name.as_str() {
        "test_simple_prompt" => vec![text("This is a simple prompt for testing.".to_owned())],
        "test_prompt_with_arguments" => {
            let (first, second) = (argument("arg1"), argument("arg2"));
            vec![text(format!("Prompt with arguments: arg1='{first}', arg2='{second}'"))]
        }
        "test_prompt_with_embedded_resource" => {
            let embedded = ResourceContents::text("Embedded resource content for testing.", argument("resourceUri"));
            let resource = PromptMessage::new(Role::User, ContentBlock::resource(embedded));
            vec![resource, text("Please process the embedded resource above.".to_owned())]
        }
        "test_prompt_with_image" => {
            let image = PromptMessage::new(Role::User, ContentBlock::image(PNG, "image/png"));
            vec![image, text("Please analyze the image above.".to_owned())]
        }
        other => return Err(ErrorData::invalid_params(format!("There is no prompt {other}."), None)),
    };
    Ok(GetPromptResult::new(messages))
}
