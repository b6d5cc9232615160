//! Missing answers, asked on a terminal with their defaults; never when nobody sits there.

use app::{BeginRequest, Error, ErrorKind, Question, Services};
use inquire::{InquireError, Select, Text};

/// Asks for the project's name.
pub(super) fn name() -> Result<String, Error> {
    Text::new("What is the project called?").with_help_message("for example invoice-service").prompt().map_err(given_up)
}

/// Asks what `request` leaves open and fills it in.
pub(super) fn ask(services: &Services, request: &mut BeginRequest) -> Result<(), Error> {
    for question in app::open_questions(services, request) {
        let answer = put(&question)?;
        if answer.trim().is_empty() {
            continue;
        }
        match question.field {
            "stack" => request.stack = Some(answer),
            "description" => request.description = Some(answer),
            "author" => request.author = Some(answer),
            _ => {}
        }
    }
    Ok(())
}

fn put(question: &Question) -> Result<String, Error> {
    if question.choices.is_empty() {
        let mut prompt = Text::new(&question.text);
        if let Some(default) = &question.default {
            prompt = prompt.with_default(default);
        }
        return prompt.prompt().map_err(given_up);
    }
    let start =
        question.default.as_ref().and_then(|default| question.choices.iter().position(|choice| choice == default));
    let prompt = Select::new(&question.text, question.choices.clone())
        .with_help_message("arrows to move, type to search, Enter to choose");
    prompt.with_starting_cursor(start.unwrap_or(0)).prompt().map_err(given_up)
}

fn given_up(cause: InquireError) -> Error {
    match cause {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => Error::new(
            ErrorKind::Cancelled,
            "You left the questions; nothing was begun.",
            "Begin again when you like, or take the defaults with --yes.",
        ),
        other => {
            Error::new(ErrorKind::Unavailable, "The terminal could not be asked.", "Take the defaults with --yes.")
                .because(other)
        }
    }
}
