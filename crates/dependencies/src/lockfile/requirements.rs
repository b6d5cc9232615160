//! `requirements.txt` and what it includes. Only `==` and `===` pin; a range says nothing of what is installed.

use std::collections::HashMap;

use domain::Ecosystem;

use crate::fault::Fault;
use crate::found::Found;
use crate::python::Requirement;
use crate::sources::{Input, join};

/// The most files of constraints that one file may name.
const MOST_CONSTRAINTS: usize = 64;

/// A requirement with all the lines that it spans.
struct Line {
    number: u32,
    text: String,
    /// The comments within and below it, in which resolvers write who asked.
    comments: String,
}

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let lines = joined(input.text);
    let constraints = constraints(&lines, input);
    let mut ranges = 0;
    let mut unread = 0;
    for line in &lines {
        let text = without_options(&line.text);
        if text.is_empty() || text.starts_with('-') {
            continue;
        }
        let Some(requirement) = Requirement::parse(text) else {
            unread += usize::from(!is_place(text));
            continue;
        };
        if requirement.address {
            continue;
        }
        let pin = requirement.pin.or_else(|| constraints.get(&requirement.name).cloned());
        let index = match pin {
            Some(version) => found.add(Ecosystem::PYPI, &requirement.name, &version, line.number),
            None => {
                ranges += 1;
                found.ask(Ecosystem::PYPI, &requirement.name, &requirement.range, line.number, false)
            }
        };
        let Some(index) = index else { continue };
        found.dependencies[index].direct = asked_by(&line.comments);
        found.dependencies[index].dev = names_development(input.name);
    }
    if unread > 0 && found.dependencies.is_empty() {
        return Err(Fault::new("none of its lines is a requirement"));
    }
    if unread > 0 {
        found.note(
            format!("{unread} of its lines are no requirements"),
            "Look at the file; `pip install --dry-run -r` names the lines.",
        );
    }
    if ranges > 0 {
        found.note(
            format!("{ranges} of its packages have a range and no version, so that nobody knows what is installed"),
            "Pin them: `uv pip compile` or `pip-compile` writes a file with versions, `pip freeze` what is installed now.",
        );
    }
    Ok(())
}

/// The files that it includes with `-r`, beneath the root.
pub(crate) fn included(name: &str, text: &str) -> Vec<String> {
    let lines = joined(text);
    let folder = crate::sources::folder(name);
    lines
        .iter()
        .filter_map(|line| option(&line.text, "-r", "--requirement"))
        .filter_map(|path| join(folder, path))
        .collect()
}

/// The pins of the files that it names with `-c`.
fn constraints(lines: &[Line], input: &Input<'_>) -> HashMap<String, String> {
    let named = lines.iter().filter_map(|line| option(&line.text, "-c", "--constraint"));
    let texts = named.take(MOST_CONSTRAINTS).filter_map(|path| input.beside(path));
    let mut pins = HashMap::new();
    for text in texts {
        for line in joined(&text) {
            if let Some(Requirement { name, pin: Some(pin), .. }) = Requirement::parse(without_options(&line.text)) {
                pins.insert(name, pin);
            }
        }
    }
    pins
}

/// The lines, with those joined that end in `\`, and comments apart.
fn joined(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut open = false;
    for (at, raw) in text.lines().enumerate() {
        let (code, comment) = match raw.find('#') {
            Some(hash) if hash == 0 || raw[..hash].ends_with(char::is_whitespace) => (&raw[..hash], &raw[hash + 1..]),
            _ => (raw, ""),
        };
        let continues = code.trim_end().ends_with('\\');
        let code = code.trim_end().trim_end_matches('\\').trim();
        match lines.last_mut() {
            Some(last) if open || (code.is_empty() && !comment.is_empty()) => {
                last.text.push(' ');
                last.text.push_str(code);
                last.comments.push(' ');
                last.comments.push_str(comment);
            }
            _ if code.is_empty() => {}
            _ => {
                let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
                lines.push(Line { number, text: code.to_owned(), comments: comment.to_owned() });
            }
        }
        open = continues;
    }
    lines
}

/// A requirement without `--hash` and other options behind it.
fn without_options(text: &str) -> &str {
    text.find(" --").map_or(text, |at| &text[..at]).trim()
}

/// The value of an option: `-r file`, `-rfile`, `--requirement file`, `--requirement=file`.
fn option<'l>(text: &'l str, short: &str, long: &str) -> Option<&'l str> {
    let text = text.trim();
    let rest = match text.strip_prefix(long) {
        Some(rest) if rest.starts_with([' ', '=', '\t']) => rest.trim_start_matches('='),
        Some(_) => return None,
        None => text.strip_prefix(short)?,
    };
    Some(rest.trim()).filter(|path| !path.is_empty())
}

/// A folder, an archive or an address: installed from there, with no version to look up.
fn is_place(text: &str) -> bool {
    text.starts_with(['.', '/', '~']) || text.contains("://") || text.contains('/')
}

/// What a resolver wrote below a pin: `via -r requirements.in` is the project itself, `via other` is another package.
fn asked_by(comments: &str) -> Option<bool> {
    let (_, by) = comments.split_once("via")?;
    Some(by.split_whitespace().any(|word| word == "-r" || word.contains(".toml")))
}

/// Whether the file's own name says that it is for development: `requirements-dev.txt`, `requirements/test.txt`.
fn names_development(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let words = file.trim_end_matches(".txt").split(['-', '_', '.']);
    words.into_iter().any(|word| matches!(word, "dev" | "develop" | "development" | "test" | "tests" | "testing"))
}
