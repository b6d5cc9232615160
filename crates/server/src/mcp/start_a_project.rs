//! The prompt `start_a_project`: a conversation that leads a beginner from an idea to a project.

use rmcp::ErrorData;
use rmcp::model::*;
use serde_json::Value;

/// The prompt's name.
pub(crate) const NAME: &str = "start_a_project";

/// Its arguments, all optional: name, title, and what the assistant is told about a given value.
const ARGUMENTS: [(&str, &str, &str); 6] = [
    ("idea", "What should it do, in your own words?", "My idea"),
    ("projectName", "What is it called?", "Its name"),
    (
        "targetUsers",
        "Who builds it: strategy-people, vibe-coders or non-technical-founders?",
        "Who builds it (targetUsers)",
    ),
    ("stack", "Which language: typescript, python or rust?", "The language (stack)"),
    ("projectTemplate", "What kind of project, for example api-service?", "The kind of project (projectTemplate)"),
    ("qualityLevel", "How strict: basic, standard, enterprise or production?", "How strict (qualityLevel)"),
];

const LONGEST: usize = 2000;

const GUIDE: &str = "Please help me start a software project with the tool smart_begin. I am not a programmer, so use plain words.

1. If you do not know yet what I want to build, ask me, one short question at a time: what it should do, who will use it, \
what it should be called. Do not ask about technology unless I bring it up.
2. Read the resource smart-begin://blueprints to see what can be begun, and choose what fits. Tell me in one sentence why.
3. Call smart_begin with apply: false. Tell me in a few lines what would be made, where, and what you assumed.
4. When I agree, call it again with the same arguments, apply: true and the planHash from the plan.
5. Afterwards tell me what I have now, what it protects me from, and the next two steps. Do not promise anything that the \
answer calls unknown or NOT RUN.";

/// How clients see the prompt.
pub(crate) fn prompt() -> Prompt {
    let argument = |(name, description, _): (&str, &str, &str)| {
        PromptArgument::new(name).with_description(description).with_required(false)
    };
    let description = "Leads you from an idea to a real project, step by step, without needing to know how to program.";
    Prompt::new(NAME, Some(description), Some(ARGUMENTS.map(argument).to_vec())).with_title("Start a project")
}

/// The prompt with `arguments` filled in.
pub(crate) fn get(arguments: Option<JsonObject>) -> Result<GetPromptResult, ErrorData> {
    let arguments = arguments.unwrap_or_default();
    let known = |name: &str| ARGUMENTS.iter().any(|(argument, ..)| *argument == name);
    if let Some(name) = arguments.keys().find(|name| !known(name)) {
        let names = ARGUMENTS.map(|(name, ..)| name).join(", ");
        let message = format!("{name}: There is no such argument. Leave it out. There are: {names}.");
        return Err(ErrorData::invalid_params(message, None));
    }
    let mut text = GUIDE.to_owned();
    let mut said = Vec::new();
    for (name, _, label) in ARGUMENTS {
        match arguments.get(name) {
            None | Some(Value::Null) => {}
            Some(Value::String(value)) if value.len() > LONGEST => {
                let message = format!("{name}: It has more than {LONGEST} characters. Shorten it.");
                return Err(ErrorData::invalid_params(message, None));
            }
            Some(Value::String(value)) if value.trim().is_empty() => {}
            Some(Value::String(value)) => said.push(format!("- {label}: {}", value.trim())),
            Some(_) => return Err(ErrorData::invalid_params(format!("{name}: It must be text."), None)),
        }
    }
    if !said.is_empty() {
        text.push_str("\n\nWhat I can tell you already:\n");
        text.push_str(&said.join("\n"));
    }
    let messages = vec![PromptMessage::new_text(Role::User, text)];
    Ok(GetPromptResult::new(messages).with_description("Start a project, step by step"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(arguments: Value) -> Result<String, String> {
        let result = get(arguments.as_object().cloned()).map_err(|error| error.message.into_owned())?;
        Ok(serde_json::to_string(&result.messages).unwrap())
    }

    #[test]
    fn every_argument_is_optional_and_shows_when_given() {
        assert!(!text(json!({})).unwrap().contains("already"));
        assert!(text(json!({ "idea": "sell cakes" })).unwrap().contains("My idea: sell cakes"));
        assert!(prompt().arguments.unwrap().iter().all(|argument| argument.required == Some(false)));
    }

    #[test]
    fn what_cannot_be_used_is_refused_by_name() {
        assert!(text(json!({ "colour": "red" })).unwrap_err().starts_with("colour: There is no such argument."));
        assert!(text(json!({ "idea": 5 })).unwrap_err().contains("must be text"));
        assert!(text(json!({ "idea": "x".repeat(LONGEST + 1) })).unwrap_err().contains("Shorten it"));
    }
}
