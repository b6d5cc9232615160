//! The commands of scripts: of shell files, CI steps, Dockerfiles and Makefiles alike.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// One command line, continued ones joined.
#[derive(Clone, Debug)]
pub(crate) struct CommandLine {
    pub(crate) file: String,
    /// Where it begins.
    pub(crate) line: u32,
    pub(crate) text: String,
    /// Whether it runs when the project is built or tested by itself, and not only by hand.
    pub(crate) is_ci: bool,
}

/// The lines of a script whose first line is line `first` of `file`.
pub(crate) fn of_script(file: &str, first: u32, script: &str, is_ci: bool) -> Vec<CommandLine> {
    joined(script)
        .into_iter()
        .filter(|(_, text)| !text.trim_start().starts_with('#'))
        .map(|(offset, text)| CommandLine { file: file.to_owned(), line: first.saturating_add(offset), text, is_ci })
        .collect()
}

/// The instructions of a Dockerfile: line, word, rest.
pub(crate) fn of_dockerfile(text: &str) -> Vec<(u32, String, String)> {
    let mut found = Vec::new();
    for (offset, text) in joined(text) {
        let text = text.trim();
        if text.starts_with('#') || text.is_empty() {
            continue;
        }
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        found.push((offset + 1, word.to_ascii_uppercase(), rest.trim().to_owned()));
    }
    found
}

/// Lines with those that end in a backslash joined to the next, by the number of the first, from 0. Comments between
/// continued lines do not end them.
fn joined(text: &str) -> Vec<(u32, String)> {
    let mut lines: Vec<(u32, String)> = Vec::new();
    let mut continues = false;
    for (number, line) in (0_u32..).zip(text.lines()) {
        let line = line.trim_end();
        let (rest, goes_on) = line.strip_suffix('\\').map_or((line, false), |rest| (rest, true));
        match lines.last_mut().filter(|_| continues) {
            Some(_) if rest.trim_start().starts_with('#') => continue,
            Some((_, begun)) => {
                begun.push(' ');
                begun.push_str(rest.trim());
            }
            None if rest.trim().is_empty() => continue,
            None => lines.push((number, rest.to_owned())),
        }
        continues = goes_on;
    }
    lines
}

/// The single commands of a line: what stands between `;`, `&&`, `||`, `|`, as words, quotes taken off.
pub(crate) fn words_of_commands(text: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word = String::new();
    let mut quote = None;
    let end = |word: &mut String, commands: &mut Vec<Vec<String>>| {
        if !word.is_empty()
            && let Some(last) = commands.last_mut()
        {
            last.push(std::mem::take(word));
        }
    };
    for letter in named_programs(text).chars() {
        match (letter, quote) {
            (_, Some(open)) if letter == open => quote = None,
            (_, Some(_)) => word.push(letter),
            ('\'' | '"', None) => quote = Some(letter),
            (';' | '&' | '|' | '(' | ')' | '`', None) => {
                end(&mut word, &mut commands);
                if commands.last().is_some_and(|last| !last.is_empty()) {
                    commands.push(Vec::new());
                }
            }
            ('#', None) if word.is_empty() => break,
            (letter, None) if letter.is_whitespace() => end(&mut word, &mut commands),
            (_, None) => word.push(letter),
        }
    }
    end(&mut word, &mut commands);
    commands.retain(|words| !words.is_empty());
    commands.iter_mut().for_each(without_prefixes);
    commands
}

/// Variables that hold a program are named after it in Makefiles and scripts: `$(PYTHON) -m pytest` runs python.
fn named_programs(text: &str) -> Cow<'_, str> {
    static VARIABLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\$(?:\(([A-Z][A-Z0-9]*)\)|\{([A-Z][A-Z0-9]*)\})").ok());
    let Some(variable) = VARIABLE.as_ref() else { return Cow::Borrowed(text) };
    variable.replace_all(text, |found: &Captures<'_>| {
        found.get(1).or(found.get(2)).map_or_else(String::new, |name| name.as_str().to_ascii_lowercase())
    })
}

/// Takes away what stands before the program: `sudo`, `env`, assignments, `then`, make's `@`.
fn without_prefixes(words: &mut Vec<String>) {
    const BEFORE: [&str; 12] = ["sudo", "env", "time", "exec", "then", "do", "else", "if", "!", "{", "nice", "command"];
    while words.len() > 1 && (BEFORE.contains(&words[0].as_str()) || is_assignment(&words[0])) {
        words.remove(0);
    }
    if let Some(first) = words.first_mut() {
        let bare = first.trim_start_matches(['@', '-']).to_owned();
        if !bare.is_empty() {
            *first = bare;
        }
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// The last part of a program's path.
pub(crate) fn program(words: &[String]) -> &str {
    words.first().map_or("", |first| first.rsplit('/').next().unwrap_or(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_and_numbered_by_their_first() {
        let lines = of_script("x.sh", 10, "# no\na \\\n  b\n\nc\n", false);
        let seen: Vec<_> = lines.iter().map(|line| (line.line, line.text.as_str())).collect();
        assert_eq!(seen, [(11, "a  b"), (14, "c")]);
    }

    #[test]
    fn a_line_is_cut_into_its_commands() {
        let commands = words_of_commands("sudo apt-get update && FOO=1 pip install 'a b' | sh # curl");
        assert_eq!(commands, [vec!["apt-get", "update"], vec!["pip", "install", "a b"], vec!["sh"]]);
        assert_eq!(words_of_commands("\t@npm ci; \"unclosed"), [vec!["npm", "ci"], vec!["unclosed"]]);
        assert!(words_of_commands(" && | ;").is_empty());
        assert_eq!(words_of_commands("\t@$(PYTHON) -m ruff"), [vec!["python", "-m", "ruff"]]);
        assert_eq!(words_of_commands("${GO} vet $(shell x)"), [vec!["go", "vet", "$"], vec!["shell", "x"]]);
    }
}
