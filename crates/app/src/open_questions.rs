//! What is worth asking before a project is begun; whoever cannot ask takes the defaults.

use crate::answers::{DEFAULT_STACK, DEFAULT_TEMPLATE};
use crate::request::BeginRequest;
use crate::services::Services;

/// A question about an answer that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The argument it is about, by its name in `smart_begin`.
    pub field: &'static str,
    /// The question, for people.
    pub text: String,
    /// The answers there are; none means any text.
    pub choices: Vec<String>,
    /// What is taken when nobody answers.
    pub default: Option<String>,
}

/// The questions that `request` leaves open.
#[must_use]
pub fn open_questions(services: &Services, request: &BeginRequest) -> Vec<Question> {
    let mut questions = Vec::new();
    if request.stack.is_none() && request.tech_stack.is_empty() {
        let template = request.project_template.as_deref().unwrap_or(DEFAULT_TEMPLATE);
        let stacks = services.catalogue.stacks(template);
        if !stacks.is_empty() {
            questions.push(Question {
                field: "stack",
                text: "Which language should it be written in?".to_owned(),
                choices: stacks.into_iter().map(str::to_owned).collect(),
                default: Some(DEFAULT_STACK.to_owned()),
            });
        }
    }
    let missing = |given: &Option<String>| given.as_deref().is_none_or(|text| text.trim().is_empty());
    if missing(&request.description) {
        questions.push(Question {
            field: "description",
            text: "What does it do, in one sentence?".to_owned(),
            choices: Vec::new(),
            default: None,
        });
    }
    if missing(&request.author) {
        questions.push(Question {
            field: "author",
            text: "Who writes it? (named in the licence and the first commit)".to_owned(),
            choices: Vec::new(),
            default: Some(format!("The {} authors", request.project_name.trim())),
        });
    }
    questions
}
