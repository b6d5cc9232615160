//! Technologies as people name them, mapped onto a stack and a template.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::fault::{CatalogueFault, Fault};
use crate::source::{data_file, text};

const FILE: &str = "technologies.toml";

/// What a technology means for the choice; see `blueprints/technologies.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Technology {
    title: String,
    names: Vec<String>,
    stack: Option<String>,
    planned: Option<String>,
    #[serde(default)]
    template: Vec<String>,
    instead: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Technologies {
    technology: Vec<Technology>,
}

/// The stack and template that were chosen, and what was assumed on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The stack, where one was named or follows from the technologies.
    pub stack: Option<String>,
    /// What was named and is replaced, in plain words.
    pub assumptions: Vec<String>,
}

/// Chooses a stack from what was named. `stacks` are those that can be begun with `template`; `template_given` says
/// whether the person chose the template, and so knows what it leaves out.
///
/// # Errors
/// When something is not known, cannot be begun yet, or two languages were named; the hint names what can be.
pub fn choose(
    stack: Option<&str>,
    named: &[String],
    template: &str,
    template_given: bool,
    stacks: &[&str],
) -> Result<Choice, Fault> {
    let mut choice =
        Choice { stack: stack.map(|typed| find_stack(typed, stacks)).transpose()?, assumptions: Vec::new() };
    for typed in named {
        let Some(known) = lookup(typed) else { return Err(unknown(typed, stacks)) };
        if let Some(language) = &known.planned {
            let hint = format!("Choose one of: {}.", stacks.join(", "));
            return Err(Fault::new("techStack", format!("{language} cannot be begun yet."), hint));
        }
        if let Some(stack) = &known.stack {
            take_stack(&mut choice, stack, typed, stacks)?;
        }
        note(&mut choice, known, typed, template, template_given)?;
    }
    Ok(choice)
}

fn take_stack(choice: &mut Choice, stack: &str, typed: &str, stacks: &[&str]) -> Result<(), Fault> {
    match &choice.stack {
        Some(chosen) if chosen != stack => {
            let message = format!(
                "{} belongs to {stack}, but {chosen} was named before it; a project has one language.",
                shown(typed)
            );
            Err(Fault::new(
                "techStack",
                message,
                format!("Leave one of them out, or set stack to one of: {}.", stacks.join(", ")),
            ))
        }
        _ => {
            choice.stack = Some(stack.to_owned());
            Ok(())
        }
    }
}

fn note(
    choice: &mut Choice,
    known: &Technology,
    typed: &str,
    template: &str,
    template_given: bool,
) -> Result<(), Fault> {
    if let Some(instead) = &known.instead {
        choice.assumptions.push(format!("techStack: {} is not used; the project has {instead}.", shown(typed)));
    }
    if known.template.is_empty() || known.template.iter().any(|needed| needed == template) {
        return Ok(());
    }
    if template_given {
        choice.assumptions.push(format!(
            "techStack: {} is not used; a project of template {template} has no such part.",
            shown(typed)
        ));
        return Ok(());
    }
    let message = format!(
        "{} is {}, which needs the template {}; that cannot be begun yet.",
        shown(typed),
        known.title,
        known.template.join(" or ")
    );
    let stack = choice.stack.as_deref().unwrap_or("typescript");
    let hint = format!(
        "Begin the service behind it: leave {} out, or set projectTemplate to {template} (stack {stack}).",
        shown(typed)
    );
    Err(Fault::new("techStack", message, hint))
}

fn find_stack(typed: &str, stacks: &[&str]) -> Result<String, Fault> {
    if let Some(exact) = stacks.iter().find(|stack| stack.eq_ignore_ascii_case(typed.trim())) {
        return Ok((*exact).to_owned());
    }
    let meant = lookup(typed).and_then(|known| known.stack.clone()).filter(|stack| stacks.contains(&stack.as_str()));
    meant.ok_or_else(|| {
        let near = nearest(typed, stacks.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("Did you mean {near}? "));
        let hint = format!("{near}Choose one of: {}.", stacks.join(", "));
        Fault::new("stack", format!("There is no stack {} to begin with.", shown(typed)), hint)
    })
}

fn unknown(typed: &str, stacks: &[&str]) -> Fault {
    let names = technologies().iter().flat_map(|known| known.names.iter().map(String::as_str));
    let near = nearest(&key(typed), names).map_or_else(String::new, |near| format!("Did you mean {near}? "));
    let message = format!("{} is not a technology the catalogue knows, so it is not added on a guess.", shown(typed));
    Fault::new("techStack", message, format!("{near}Leave it out, or name a stack: {}.", stacks.join(", ")))
}

/// What a person typed, quoted, short, and with nothing but plain characters.
fn shown(typed: &str) -> String {
    let plain = |character: char| if character.is_ascii_graphic() || character == ' ' { character } else { '?' };
    let short: String = typed.trim().chars().take(40).map(plain).collect();
    format!("\"{short}\"")
}

/// The candidate most like what was typed, if one is like it at all.
#[must_use]
pub fn nearest<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.trim().to_lowercase();
    candidates
        .map(|candidate| (strsim::jaro_winkler(&typed, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.75)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate)
}

fn key(typed: &str) -> String {
    let kept = typed.trim().chars().filter(|character| !matches!(character, ' ' | '.' | '-' | '_' | '/'));
    let key = kept.collect::<String>().to_lowercase();
    // A version behind the name ("Python 3.12", "Node 24") says nothing about the choice.
    let name = key.trim_end_matches(|last: char| last.is_ascii_digit());
    if index().contains_key(key.as_str()) || name.is_empty() { key } else { name.to_owned() }
}

fn lookup(typed: &str) -> Option<&'static Technology> {
    index().get(key(typed).as_str()).copied()
}

fn index() -> &'static BTreeMap<&'static str, &'static Technology> {
    static INDEX: OnceLock<BTreeMap<&'static str, &'static Technology>> = OnceLock::new();
    INDEX.get_or_init(|| {
        technologies().iter().flat_map(|known| known.names.iter().map(move |name| (name.as_str(), known))).collect()
    })
}

fn technologies() -> &'static [Technology] {
    static KNOWN: OnceLock<Vec<Technology>> = OnceLock::new();
    // The file is part of the binary, and a test reads it: an empty list is never seen in a build that passed.
    KNOWN.get_or_init(|| read().unwrap_or_default())
}

fn read() -> Result<Vec<Technology>, CatalogueFault> {
    let data = |source| CatalogueFault::Data { file: FILE.to_owned(), source };
    Ok(toml::from_str::<Technologies>(text(data_file(FILE)?, FILE)?).map_err(data)?.technology)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STACKS: [&str; 3] = ["python", "rust", "typescript"];

    fn from(named: &[&str], template_given: bool) -> Result<Choice, Fault> {
        let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
        choose(None, &named, "api-service", template_given, &STACKS)
    }

    #[test]
    fn the_data_file_can_be_read_and_names_are_keys() {
        let known = read().unwrap();
        for name in known.iter().flat_map(|known| &known.names) {
            assert_eq!(&key(name), name, "names are written as they are compared");
        }
    }

    #[test]
    fn technologies_as_people_write_them() {
        for (named, stack) in [
            (&["Node", "express"][..], Some("typescript")),
            (&["Python 3.12", "FastAPI", "PostgreSQL"][..], Some("python")),
            (&["node.js"][..], Some("typescript")),
            (&["Rust", "Actix-Web"][..], Some("rust")),
            (&["Docker"][..], None),
        ] {
            assert_eq!(from(named, false).unwrap().stack.as_deref(), stack, "{named:?}");
        }
        assert!(from(&["Node", "express"], false).unwrap().assumptions[0].contains("Fastify"));
    }

    #[test]
    fn an_interface_needs_another_template_unless_it_is_left_out_on_purpose() {
        let fault = from(&["Node", "express", "React"], false).unwrap_err();
        assert!(fault.message.contains("React") && fault.hint.contains("api-service"), "{fault}");
        let choice = from(&["Node", "express", "React"], true).unwrap();
        assert!(choice.assumptions.iter().any(|line| line.contains("React")));
    }

    #[test]
    fn what_is_not_known_is_refused_with_what_is_near() {
        assert!(from(&["Pyton"], false).unwrap_err().hint.contains("python"));
        assert!(from(&["COBOL"], false).unwrap_err().hint.contains("typescript"));
        assert!(from(&["Go"], false).unwrap_err().message.contains("yet"));
        assert!(from(&["Node", "Django"], false).unwrap_err().message.contains("one language"));
        assert!(from(&["\u{202e}evil"], false).unwrap_err().message.is_ascii());
        assert_eq!(choose(Some("pyhton"), &[], "api-service", true, &STACKS).unwrap_err().field, "stack");
        assert_eq!(
            choose(Some("Node"), &[], "api-service", true, &STACKS).unwrap().stack.as_deref(),
            Some("typescript")
        );
    }
}
