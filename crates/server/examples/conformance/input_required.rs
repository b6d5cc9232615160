//! Tools and the prompt of the suite that answer with a question (`input_required`).

use rmcp::ErrorData;
use rmcp::model::*;
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Value, json};

pub(crate) const TOOLS: [&str; 8] = [
    "test_input_required_result_elicitation",
    "test_input_required_result_sampling",
    "test_input_required_result_list_roots",
    "test_input_required_result_request_state",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_multi_round",
    "test_input_required_result_tampered_state",
    "test_input_required_result_capabilities",
];

/// What the sealed states are bound to.
const BOUND_TO: &[u8] = b"conformance";

fn form(key: &str, message: &str, field: &str, kind: &str) -> (String, Value) {
    let schema = json!({ "type": "object", "properties": { field: { "type": kind } }, "required": [field] });
    let params = json!({ "mode": "form", "message": message, "requestedSchema": schema });
    (key.to_owned(), json!({ "method": "elicitation/create", "params": params }))
}

fn sampling(key: &str, prompt: &str) -> (String, Value) {
    let message = json!({ "role": "user", "content": { "type": "text", "text": prompt } });
    (
        key.to_owned(),
        json!({ "method": "sampling/createMessage", "params": { "messages": [message], "maxTokens": 100 } }),
    )
}

fn roots(key: &str) -> (String, Value) {
    (key.to_owned(), json!({ "method": "roots/list", "params": {} }))
}

fn requests(requests: impl IntoIterator<Item = (String, Value)>) -> Result<InputRequests, ErrorData> {
    let decode = |(key, request)| Ok((key, serde_json::from_value(request)?));
    let decoded: Result<_, serde_json::Error> = requests.into_iter().map(decode).collect();
    decoded.map_err(|error| ErrorData::internal_error(error.to_string(), None))
}

/// The answers to `keys`, when all of them were given as objects.
fn answers<'a>(params: &'a CallToolRequestParams, keys: &[&str]) -> Option<Vec<&'a Value>> {
    let given = params.input_responses.as_ref()?;
    keys.iter().map(|key| given.get(*key).filter(|answer| answer.is_object())).collect()
}

fn done(text: impl Into<String>) -> Result<CallToolResponse, ErrorData> {
    Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())
}

fn ask(asked: impl IntoIterator<Item = (String, Value)>, state: Option<String>) -> Result<CallToolResponse, ErrorData> {
    Ok(InputRequiredResult::new(Some(requests(asked)?), state).into())
}

/// The state that the client brought back, if it is ours.
fn opened(codec: &RequestStateCodec, params: &CallToolRequestParams) -> Result<Option<String>, ErrorData> {
    let refused = |_| ErrorData::invalid_params("requestState was not issued by this server", None);
    let state =
        params.request_state.as_deref().map(|state| codec.open_json_with::<String>(state, BOUND_TO).map_err(refused));
    state.transpose()
}

fn sealed(codec: &RequestStateCodec, state: &str) -> Result<Option<String>, ErrorData> {
    let options = SealOptions::new().associated_data(BOUND_TO);
    let sealed = codec.seal_json_with(&state, &options);
    sealed.map(Some).map_err(|error| ErrorData::internal_error(error.to_string(), None))
}

pub(crate) fn call(
    codec: &RequestStateCodec,
    params: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let state = opened(codec, params)?;
    match params.name.as_ref() {
        "test_input_required_result_elicitation" => match answers(params, &["user_name"]) {
            Some(given) => done(format!("Hello, {}!", given[0]["content"]["name"].as_str().unwrap_or_default())),
            None => ask([form("user_name", "What is your name?", "name", "string")], None),
        },
        "test_input_required_result_sampling" => match answers(params, &["capital_question"]) {
            Some(given) => done(given[0]["content"]["text"].as_str().unwrap_or_default()),
            None => ask([sampling("capital_question", "What is the capital of France?")], None),
        },
        "test_input_required_result_list_roots" => match answers(params, &["client_roots"]) {
            Some(given) => done(given[0]["roots"].to_string()),
            None => ask([roots("client_roots")], None),
        },
        "test_input_required_result_request_state" | "test_input_required_result_tampered_state" => {
            match (answers(params, &["confirm"]), state) {
                (Some(_), Some(_)) => done("state-ok"),
                _ => ask([form("confirm", "Please confirm", "ok", "boolean")], sealed(codec, "confirm")?),
            }
        }
        "test_input_required_result_multiple_inputs" => {
            match (answers(params, &["user_name", "greeting", "client_roots"]), state) {
                (Some(_), Some(_)) => done("all three"),
                _ => {
                    let name = form("user_name", "What is your name?", "name", "string");
                    let greeting = sampling("greeting", "Generate a greeting");
                    ask([name, greeting, roots("client_roots")], sealed(codec, "three")?)
                }
            }
        }
        "test_input_required_result_multi_round" => multi_round(codec, params, state.as_deref()),
        "test_streaming_elicitation" => ask([form("user_name", "What is your name?", "name", "string")], None),
        _ => by_capability(context),
    }
}

fn multi_round(
    codec: &RequestStateCodec,
    params: &CallToolRequestParams,
    state: Option<&str>,
) -> Result<CallToolResponse, ErrorData> {
    match state {
        Some("round-1") if answers(params, &["step1"]).is_some() => {
            ask([form("step2", "Step 2: What is your favorite color?", "color", "string")], sealed(codec, "round-2")?)
        }
        Some("round-2") if answers(params, &["step2"]).is_some() => done("both steps"),
        _ => ask([form("step1", "Step 1: What is your name?", "name", "string")], sealed(codec, "round-1")?),
    }
}

fn by_capability(context: &RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
    let can = context.client_capabilities().unwrap_or_default();
    let mut asked = Vec::new();
    if can.elicitation.is_some() {
        asked.push(form("user_name", "What is your name?", "name", "string"));
    }
    if can.sampling.is_some() {
        asked.push(sampling("greeting", "Generate a greeting"));
    }
    if asked.is_empty() { done("nothing that this client can be asked") } else { ask(asked, None) }
}

pub(crate) fn prompt(params: &GetPromptRequestParams) -> GetPromptResponse {
    let given = params.input_responses.as_ref().and_then(|given| given.get("user_context"));
    let context = given.and_then(|answer| answer["content"]["context"].as_str());
    match context {
        Some(context) => {
            GetPromptResult::new(vec![PromptMessage::new_text(Role::User, format!("Context: {context}"))]).into()
        }
        None => {
            let asked = requests([form("user_context", "What context should the prompt use?", "context", "string")]);
            InputRequiredResult::new(asked.ok(), None).into()
        }
    }
}
