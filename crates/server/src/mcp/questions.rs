//! Asks a person what is still open before a project begins, where the client can ask.
//!
//! In the revision 2026-07-28 the answer to the call is the question, and the client calls again with the answers and
//! with a sealed note of ours. Before that, the server asks over the open connection, which only the standard streams
//! have: a stateless HTTP client of an older revision is not asked.

use std::time::Duration;

use app::Question;
use domain::Face;
use rmcp::ErrorData;
use rmcp::model::*;
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Value, json};

use super::envelope::is_modern;
use crate::call::Identity;
use crate::error::Error;

/// The key of our one form among the input requests.
const FORM: &str = "answers";
/// How long a person may take to answer.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Seals and opens the note that the client carries between question and answer.
pub(crate) struct Questions {
    codec: RequestStateCodec,
    patience: Duration,
}

/// How it goes on.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// With these arguments: those of the call and what the person added.
    Go(JsonObject),
    /// The client is to ask, and to call again.
    Ask(Box<InputRequiredResult>),
    /// The person does not want it.
    Cancelled,
}

/// The call as the client made it.
pub(crate) struct Asked {
    pub(crate) tool: &'static str,
    pub(crate) arguments: JsonObject,
    pub(crate) state: Option<String>,
    pub(crate) responses: Option<InputResponses>,
}

impl Questions {
    /// With a key of this process.
    pub(crate) fn new() -> Result<Self, Error> {
        let mut key = [0_u8; 32];
        getrandom::fill(&mut key).map_err(|_| Error::NoRandomness)?;
        let codec = RequestStateCodec::try_new(key).map_err(|_| Error::NoRandomness)?;
        Ok(Self { codec, patience: PATIENCE })
    }

    /// Settles what is open. `open` looks for the questions; `properties` are those of the tool's schema.
    pub(crate) async fn settle(
        &self,
        asked: Asked,
        open: impl FnOnce() -> Vec<Question>,
        properties: &Value,
        identity: &Identity,
        context: &RequestContext<RoleServer>,
    ) -> Result<Outcome, ErrorData> {
        if is_modern(context) {
            let forms = context.client_capabilities().is_some_and(|capabilities| shows_forms(&capabilities));
            return self.settle_by_retry(asked, open, properties, identity, forms);
        }
        let forms = context.client_capabilities().is_some_and(|capabilities| shows_forms(&capabilities));
        if identity.caller.face != Face::Stdio || !forms {
            return Ok(Outcome::Go(asked.arguments));
        }
        let questions = open();
        match form(&questions) {
            Some(form) => ask_over_the_connection(asked.arguments, &questions, form, properties, context).await,
            None => Ok(Outcome::Go(asked.arguments)),
        }
    }

    fn settle_by_retry(
        &self,
        asked: Asked,
        open: impl FnOnce() -> Vec<Question>,
        properties: &Value,
        identity: &Identity,
        forms: bool,
    ) -> Result<Outcome, ErrorData> {
        let bound_to = bound_to(&asked, identity);
        let fields = asked.state.as_deref().map(|state| self.open_note(state, &bound_to)).transpose()?;
        let given = asked.responses.as_ref().and_then(|responses| responses.get(FORM));
        if let (Some(fields), Some(given)) = (fields, given) {
            let answer: ElicitResult = serde_json::from_value(given.clone()).map_err(|error| {
                ErrorData::invalid_params(format!("inputResponses.{FORM} is not the answer to a form: {error}."), None)
            })?;
            return Ok(merge(asked.arguments, &fields, answer, properties));
        }
        let questions = if forms { open() } else { Vec::new() };
        let Some(form) = form(&questions) else { return Ok(Outcome::Go(asked.arguments)) };
        let fields: Vec<_> = questions.iter().map(|question| question.field).collect();
        let options = SealOptions::new().associated_data(&bound_to).ttl(self.patience);
        let note = self.codec.seal_json_with(&fields, &options).map_err(|_| unsealed())?;
        let requests = InputRequests::from([(FORM.to_owned(), InputRequest::Elicitation(ElicitRequest::new(form)))]);
        Ok(Outcome::Ask(Box::new(InputRequiredResult::new(Some(requests), Some(note)))))
    }

    /// The fields that were asked for, from a note that we sealed for this caller and these arguments.
    fn open_note(&self, note: &str, bound_to: &[u8]) -> Result<Vec<String>, ErrorData> {
        self.codec.open_json_with(note, bound_to).map_err(|cause| {
            tracing::warn!(cause = cause.to_string(), "request state refused");
            unsealed()
        })
    }
}

fn unsealed() -> ErrorData {
    let message = "requestState does not belong to this call, or it is older than ten minutes. \
        Call again without requestState and inputResponses.";
    ErrorData::invalid_params(message, None)
}

fn shows_forms(capabilities: &ClientCapabilities) -> bool {
    // A client that names no kind of form means the plain one.
    capabilities.elicitation.as_ref().is_some_and(|can| can.form.is_some() || can.url.is_none())
}

/// Principal, tool and arguments: a note for one of them is worth nothing for another.
fn bound_to(asked: &Asked, identity: &Identity) -> Vec<u8> {
    let mut text = format!("{}\0{}\0", asked.tool, identity.caller.name);
    write_sorted(&Value::Object(asked.arguments.clone()), &mut text);
    text.into_bytes()
}

/// JSON with sorted keys: a client may write them in another order the second time.
fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (key, value) in members {
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write_sorted(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_sorted(item, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

/// One form with all questions; none of its fields has to be filled in.
fn form(questions: &[Question]) -> Option<ElicitRequestParams> {
    if questions.is_empty() {
        return None;
    }
    let mut properties = JsonObject::new();
    for question in questions {
        let mut property = json!({ "type": "string", "title": question.text });
        if !question.choices.is_empty() {
            property["enum"] = question.choices.clone().into();
        }
        if let Some(default) = &question.default {
            property["default"] = default.clone().into();
        }
        properties.insert(question.field.to_owned(), property);
    }
    let Value::Object(schema) = json!({ "type": "object", "properties": properties }) else { return None };
    let requested_schema = ElicitationSchema::from_json_schema(schema).ok()?;
    let message = "A few questions before your project begins. Leave out what you do not know: \
        a sensible choice is made for you, and you are told which.";
    Some(ElicitRequestParams::FormElicitationParams { meta: None, message: message.to_owned(), requested_schema })
}

async fn ask_over_the_connection(
    arguments: JsonObject,
    questions: &[Question],
    form: ElicitRequestParams,
    properties: &Value,
    context: &RequestContext<RoleServer>,
) -> Result<Outcome, ErrorData> {
    let answer = tokio::select! {
        () = context.ct.cancelled() => return Ok(Outcome::Cancelled),
        answer = context.peer.create_elicitation_with_timeout(form, Some(PATIENCE)) => answer,
    };
    match answer {
        Ok(answer) => {
            let fields: Vec<_> = questions.iter().map(|question| question.field.to_owned()).collect();
            Ok(merge(arguments, &fields, answer, properties))
        }
        Err(cause) => {
            // It said that it can ask and then could not: the defaults are as good as without it.
            tracing::warn!(cause = cause.to_string(), "the client did not ask");
            Ok(Outcome::Go(arguments))
        }
    }
}

/// Puts the person's answers to those of `fields` into the arguments.
fn merge(mut arguments: JsonObject, fields: &[String], answer: ElicitResult, properties: &Value) -> Outcome {
    match answer.action {
        ElicitationAction::Cancel => return Outcome::Cancelled,
        ElicitationAction::Accept => {}
        _ => return Outcome::Go(arguments),
    }
    for field in fields {
        let value = answer.content.as_ref().and_then(|content| content.get(field));
        let Some(value) = value.filter(|value| !value.is_null() && *value != "") else { continue };
        let in_list = properties.get(field).is_some_and(|property| property["type"] == "array") && !value.is_array();
        let value = if in_list { json!([value]) } else { value.clone() };
        arguments.insert(field.clone(), value);
    }
    Outcome::Go(arguments)
}

#[cfg(test)]
mod tests {
    use domain::{Caller, RequestId};

    use super::*;

    fn questions() -> Vec<Question> {
        let question = |field, choices: &[&str]| Question {
            field,
            text: format!("Which {field}?"),
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
            default: None,
        };
        vec![question("stack", &["rust", "python"]), question("targetUsers", &[])]
    }

    fn asked(arguments: Value, state: Option<String>, response: Option<Value>) -> Asked {
        let Value::Object(arguments) = arguments else { panic!("an object") };
        let responses = response.map(|response| InputResponses::from([(FORM.to_owned(), response)]));
        Asked { tool: "smart_begin", arguments, state, responses }
    }

    fn caller(name: &str) -> Identity {
        let caller = Caller { name: name.to_owned(), ..Caller::local(&domain::Policy::default()) };
        Identity { caller, request: RequestId::random().unwrap() }
    }

    fn settle(questions_of: &Questions, asked: Asked, name: &str) -> Result<Outcome, ErrorData> {
        let properties = json!({ "stack": { "type": "string" }, "targetUsers": { "type": "array" } });
        questions_of.settle_by_retry(asked, questions, &properties, &caller(name), true)
    }

    fn note(outcome: Outcome) -> String {
        let Outcome::Ask(result) = outcome else { panic!("{outcome:?}") };
        let text = serde_json::to_value(&result.input_requests).unwrap();
        assert_eq!(text[FORM]["params"]["requestedSchema"]["properties"]["stack"]["enum"][0], "rust");
        result.request_state.unwrap()
    }

    #[test]
    fn answers_reach_the_arguments_in_the_form_that_the_schema_wants() {
        let by = Questions::new().unwrap();
        let arguments = json!({ "projectName": "a", "description": "b" });
        let note = note(settle(&by, asked(arguments, None, None), "ada").unwrap());
        let reordered = json!({ "description": "b", "projectName": "a" });
        let content = json!({ "stack": "rust", "targetUsers": "vibe-coders", "apply": false });
        let answer = json!({ "action": "accept", "content": content });
        let Outcome::Go(found) = settle(&by, asked(reordered, Some(note), Some(answer)), "ada").unwrap() else {
            panic!()
        };
        assert_eq!((&found["stack"], &found["targetUsers"]), (&json!("rust"), &json!(["vibe-coders"])));
        assert_eq!(found.get("apply"), None, "only what was asked for is taken");
    }

    #[test]
    fn a_note_is_bound_to_caller_arguments_and_time() {
        let mut by = Questions::new().unwrap();
        let arguments = json!({ "projectName": "a" });
        let fresh = note(settle(&by, asked(arguments.clone(), None, None), "ada").unwrap());
        let answer = || Some(json!({ "action": "decline" }));
        let again =
            |note: &str, arguments: Value, name| settle(&by, asked(arguments, Some(note.to_owned()), answer()), name);
        assert!(matches!(again(&fresh, arguments.clone(), "ada"), Ok(Outcome::Go(_))));
        assert!(again(&fresh, arguments.clone(), "eve").is_err());
        assert!(again(&fresh, json!({ "projectName": "b" }), "ada").is_err());
        assert!(again(&format!("{fresh}x"), arguments.clone(), "ada").is_err());
        by.patience = Duration::ZERO;
        let stale = note(settle(&by, asked(arguments.clone(), None, None), "ada").unwrap());
        std::thread::sleep(Duration::from_millis(5));
        assert!(settle(&by, asked(arguments, Some(stale), answer()), "ada").is_err());
    }

    #[test]
    fn declined_goes_on_cancelled_ends_and_nonsense_is_an_error() {
        let by = Questions::new().unwrap();
        let arguments = json!({ "projectName": "a" });
        let note = note(settle(&by, asked(arguments.clone(), None, None), "ada").unwrap());
        let with = |answer: Value| settle(&by, asked(arguments.clone(), Some(note.clone()), Some(answer)), "ada");
        assert!(matches!(with(json!({ "action": "decline" })), Ok(Outcome::Go(found)) if found.len() == 1));
        assert!(matches!(with(json!({ "action": "cancel" })), Ok(Outcome::Cancelled)));
        assert!(with(json!(12345)).is_err());
        let without = settle(&by, asked(arguments.clone(), Some(note.clone()), None), "ada");
        assert!(matches!(without, Ok(Outcome::Ask(_))), "a missing answer is asked for again");
    }
}
