//! A request becomes answers: every value checked, every default filled in and said aloud.

use blueprint::{
    Answers, Blueprint, Catalogue, Choice, LICENSES, ProjectName, QUALITY_LEVELS, ROLES, TARGET_USERS, TEMPLATES,
    choose, nearest,
};
use domain::one_line;

use crate::error::Error;
use crate::request::{BeginRequest, Mode};

pub(crate) const DEFAULT_TEMPLATE: &str = "api-service";
pub(crate) const DEFAULT_STACK: &str = "typescript";
const DEFAULT_ROLE: &str = "developer";
const DEFAULT_QUALITY: &str = "standard";
const DEFAULT_LICENSE: &str = "Apache-2.0";

/// The most items in a list and characters in a text, by argument; the published schema says the same.
mod limit {
    pub(super) const TECHNOLOGIES: usize = 20;
    pub(super) const USERS: usize = 10;
    pub(super) const GOALS: usize = 20;
    pub(super) const RULES: usize = 20;
    pub(super) const NAME: usize = 60;
    pub(super) const GOAL: usize = 200;
    pub(super) const DESCRIPTION: usize = 500;
    pub(super) const PERSON: usize = 120;
    pub(super) const SENTENCE: usize = 200;
}

/// The answers, what was assumed to complete them, and the blueprint they choose.
pub(crate) struct Decided<'a> {
    pub(crate) answers: Answers,
    pub(crate) assumptions: Vec<String>,
    pub(crate) blueprint: &'a Blueprint,
}

/// Reads `request` against what `catalogue` can begin.
pub(crate) fn decide<'a>(catalogue: &'a Catalogue, request: &BeginRequest) -> Result<Decided<'a>, Error> {
    refuse_analysis(request)?;
    let mut said = Vec::new();
    let name = ProjectName::parse(&request.project_name)?;
    if name.slug() != name.title() {
        said.push(format!("projectName: the folder and the package are called {}.", name.slug()));
    }
    let (template, choice) = choose_blueprint(catalogue, request)?;
    said.extend(choice.assumptions);
    let stack = choice.stack.unwrap_or_else(|| {
        said.push(format!(
            "stack: {DEFAULT_STACK}, since none was named (others: {}).",
            catalogue.stacks(&template).join(", ")
        ));
        DEFAULT_STACK.to_owned()
    });
    let blueprint =
        catalogue.find(&template, &stack)?.ok_or_else(|| no_such_blueprint(catalogue, &template, &stack))?;
    name.check_for_stack(&stack, &blueprint.manifest().dependencies)?;

    let author = default_text("author", request.author.as_deref(), limit::PERSON, &mut said, || {
        format!("The {} authors", name.title())
    })?;
    let owner = default_text("owner", request.owner.as_deref(), limit::PERSON, &mut said, || author.clone())?;
    let answers = Answers {
        description: default_text(
            "description",
            request.description.as_deref(),
            limit::DESCRIPTION,
            &mut said,
            || blueprint.manifest().summary.clone(),
        )?,
        target_users: choices("targetUsers", &request.target_users, &TARGET_USERS, limit::USERS)?,
        goals: texts("businessGoals", &request.business_goals, limit::GOALS, limit::GOAL)?,
        role: default_choice("role", request.role.as_deref(), &ROLES, DEFAULT_ROLE, &mut said)?,
        quality: default_choice(
            "qualityLevel",
            request.quality_level.as_deref(),
            &QUALITY_LEVELS,
            DEFAULT_QUALITY,
            &mut said,
        )?,
        compliance: texts("complianceRequirements", &request.compliance_requirements, limit::RULES, limit::NAME)?,
        contact: optional_text("contact", request.contact.as_deref(), limit::SENTENCE)?,
        license: default_choice("license", request.license.as_deref(), &LICENSES, DEFAULT_LICENSE, &mut said)?,
        year: year(request.year)?,
        template,
        stack,
        name,
        author,
        owner,
    };
    say_what_is_not_used(request, &answers, &mut said);
    Ok(Decided { answers, assumptions: said, blueprint })
}

fn refuse_analysis(request: &BeginRequest) -> Result<(), Error> {
    if request.mode == Mode::AnalyzeExisting {
        let message = "A project that exists is analysed, not begun.";
        return Err(Error::invalid(
            "mode",
            message,
            "To begin one, use mode \"new-project\" (the default); to look at one: smart-begin analyze PATH.",
        ));
    }
    Ok(())
}

/// Whether the template was chosen or taken by default, and the stack that follows from what was named.
fn choose_blueprint(catalogue: &Catalogue, request: &BeginRequest) -> Result<(String, Choice), Error> {
    let template = match request.project_template.as_deref() {
        None => DEFAULT_TEMPLATE.to_owned(),
        // A template that is planned is told so below; whoever misspells one hears of those that can be begun.
        Some(typed) => one_of("projectTemplate", typed, &TEMPLATES)
            .or_else(|_| one_of("projectTemplate", typed, &catalogue.templates()))?,
    };
    let stacks = catalogue.stacks(&template);
    if stacks.is_empty() {
        let message = format!("Projects of template {template} cannot be begun yet.");
        let hint = format!(
            "Nearest that can: {}, in {}.",
            catalogue.templates().join(", "),
            catalogue.stacks(DEFAULT_TEMPLATE).join(", ")
        );
        return Err(Error::invalid("projectTemplate", message, hint));
    }
    if request.tech_stack.len() > limit::TECHNOLOGIES {
        return Err(too_many("techStack", limit::TECHNOLOGIES));
    }
    for named in &request.tech_stack {
        checked_text("techStack", named, limit::NAME)?;
    }
    let given = request.project_template.is_some();
    let choice = choose(request.stack.as_deref(), &request.tech_stack, &template, given, &stacks)?;
    Ok((template, choice))
}

fn no_such_blueprint(catalogue: &Catalogue, template: &str, stack: &str) -> Error {
    let hint = format!("Choose one of: {}.", catalogue.stacks(template).join(", "));
    Error::invalid("stack", format!("There is no {template} in {stack} yet."), hint)
}

fn say_what_is_not_used(request: &BeginRequest, answers: &Answers, said: &mut Vec<String>) {
    if request.quality_level.is_some() {
        said.push(format!(
            "qualityLevel: recorded, not used yet; every project gets the gates of level {DEFAULT_QUALITY}."
        ));
    }
    if !answers.compliance.is_empty() {
        said.push("complianceRequirements: recorded, not used yet; no control map is made.".to_owned());
    }
    if request.existing_project_path.is_some() {
        said.push("existingProjectPath: not used; it belongs to the mode analyze-existing.".to_owned());
    }
    if request.analysis_depth.is_some() {
        said.push("analysisDepth: not used; it belongs to the mode analyze-existing.".to_owned());
    }
    if answers.contact.is_empty() {
        said.push(
            "contact: none was given, and none is invented; SECURITY.md points at the private reporting of the host."
                .to_owned(),
        );
    }
    if answers.owner.starts_with('@') && answers.code_owner().is_none() {
        said.push(
            "owner: not a name that a host knows (@name or @organisation/team), so CODEOWNERS names nobody.".to_owned(),
        );
    }
}

fn year(year: Option<i32>) -> Result<Option<i32>, Error> {
    match year {
        Some(year) if !(1970..=9999).contains(&year) => {
            Err(Error::invalid("year", "The year is out of range.", "Give one from 1970 to 9999, or leave it out."))
        }
        year => Ok(year),
    }
}

fn too_many(field: &'static str, limit: usize) -> Error {
    Error::invalid(field, format!("There are more than {limit} entries."), "Keep the most important ones.")
}

fn checked_text(field: &'static str, typed: &str, limit: usize) -> Result<String, Error> {
    one_line(typed, limit).map_err(|fault| {
        let hint = match fault {
            domain::TextFault::Empty => "Leave it out, or write something.",
            domain::TextFault::TooLong { .. } => "Say it shorter; the project's documents have room for more.",
            domain::TextFault::Invisible(_) => "Type it again by hand, without formatting.",
        };
        Error::invalid(field, format!("This text cannot be used: {fault}."), hint)
    })
}

fn optional_text(field: &'static str, typed: Option<&str>, limit: usize) -> Result<String, Error> {
    match typed.map(str::trim) {
        None | Some("") => Ok(String::new()),
        Some(typed) => checked_text(field, typed, limit),
    }
}

fn default_text(
    field: &'static str,
    typed: Option<&str>,
    limit: usize,
    said: &mut Vec<String>,
    default: impl FnOnce() -> String,
) -> Result<String, Error> {
    let text = optional_text(field, typed, limit)?;
    if !text.is_empty() {
        return Ok(text);
    }
    let default = default();
    said.push(format!("{field}: \"{default}\", since none was given."));
    Ok(default)
}

fn texts(field: &'static str, typed: &[String], count: usize, limit: usize) -> Result<Vec<String>, Error> {
    if typed.len() > count {
        return Err(too_many(field, count));
    }
    typed.iter().map(|text| checked_text(field, text, limit)).collect()
}

fn choices(field: &'static str, typed: &[String], known: &[&str], count: usize) -> Result<Vec<String>, Error> {
    if typed.len() > count {
        return Err(too_many(field, count));
    }
    let mut chosen = typed.iter().map(|one| one_of(field, one, known)).collect::<Result<Vec<_>, _>>()?;
    chosen.sort();
    chosen.dedup();
    Ok(chosen)
}

fn default_choice(
    field: &'static str,
    typed: Option<&str>,
    known: &[&str],
    default: &str,
    said: &mut Vec<String>,
) -> Result<String, Error> {
    match typed {
        Some(typed) => one_of(field, typed, known),
        None => {
            said.push(format!("{field}: {default}, since none was given."));
            Ok(default.to_owned())
        }
    }
}

fn one_of(field: &'static str, typed: &str, known: &[&str]) -> Result<String, Error> {
    if let Some(exact) = known.iter().find(|one| one.eq_ignore_ascii_case(typed.trim())) {
        return Ok((*exact).to_owned());
    }
    let near = nearest(typed, known.iter().copied()).map_or_else(String::new, |near| format!("Did you mean {near}? "));
    let hint = format!("{near}Choose one of: {}.", known.join(", "));
    Err(Error::invalid(field, "This is not one of the values it can have.", hint))
}
