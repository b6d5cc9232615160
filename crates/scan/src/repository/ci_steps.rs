//! What the pipeline runs: which tools are called by CI, at once or through a script, and which actions it uses.

use super::commands::{CommandLine, program, words_of_commands};
use super::gate::Evidence;
use super::view::Repository;
use super::workflow::action_name;

/// Programs that run other programs which they are given by name.
const RUNNERS: [&str; 20] = [
    "uv", "uvx", "npx", "pnpm", "pnpx", "yarn", "bun", "bunx", "poetry", "pdm", "hatch", "pipenv", "rye", "python",
    "python3", "bundle", "dotnet", "pipx", "npm", "deno",
];
/// Words that put a program there and do not run it.
const INSTALLS: [&str; 6] = ["install", "add", "i", "download", "sync", "ci"];

/// What shows that a practice is followed: actions by the beginning of their names, commands by their words.
pub(crate) struct Signs {
    pub(crate) actions: &'static [&'static str],
    pub(crate) commands: &'static [&'static str],
}

impl Signs {
    /// Where CI shows it: in the pipeline itself, or in a script while the pipeline runs scripts of the repository.
    pub(crate) fn in_ci(&self, repository: &Repository<'_>) -> Vec<Evidence> {
        let mut found = self.actions_in(repository);
        let lines = || repository.commands.iter().filter(|line| self.is_in(&line.text));
        found.extend(lines().filter(|line| line.is_ci).map(|line| evidence(line, "")));
        if found.is_empty() && runs_scripts(repository) {
            found.extend(lines().map(|line| evidence(line, ", which the pipeline may reach through its scripts")));
        }
        found
    }

    /// Where an action shows it.
    fn actions_in(&self, repository: &Repository<'_>) -> Vec<Evidence> {
        let mut found = Vec::new();
        for workflow in repository.github() {
            let named = |uses: &str| self.actions.iter().any(|action| matches_action(uses, action));
            let used = workflow.uses().filter(|(uses, _)| named(uses));
            found.extend(
                used.map(|(uses, line)| Evidence::at(&workflow.file, line, format!("uses {}", action_name(uses)))),
            );
        }
        found
    }

    /// Whether a command line runs one of the commands.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        words_of_commands(text).iter().any(|words| self.commands.iter().any(|command| runs(words, command)))
    }
}

fn evidence(line: &CommandLine, more: &str) -> Evidence {
    let shown: String = line.text.trim().chars().filter(|letter| !letter.is_control()).take(80).collect();
    Evidence::at(&line.file, line.line, format!("runs `{shown}`{more}"))
}

fn matches_action(uses: &str, action: &str) -> bool {
    let name = action_name(uses);
    name.eq_ignore_ascii_case(action)
        || (name.len() > action.len()
            && name.is_char_boundary(action.len())
            && name[..action.len()].eq_ignore_ascii_case(action)
            && (action.ends_with('/') || name[action.len()..].starts_with(['/', '-'])))
}

/// Whether these words run `command`, whose words must follow in order; one word alone may also stand behind a runner.
fn runs(words: &[String], command: &str) -> bool {
    let mut wanted = command.split(' ');
    let first = wanted.next().unwrap_or_default();
    let called = program(words);
    let rest: Vec<&str> = wanted.collect();
    if is_word(called, first) {
        let mut words = words.iter().skip(1);
        return rest.iter().all(|want| words.any(|word| is_word(word, want)));
    }
    let behind_runner = RUNNERS.contains(&called) && !words.iter().any(|word| INSTALLS.contains(&word.as_str()));
    behind_runner && rest.is_empty() && words.iter().skip(1).any(|word| is_word(word, first))
}

/// `test` is also meant by `test:unit` and `./test`.
fn is_word(word: &str, want: &str) -> bool {
    let word = word.rsplit('/').next().unwrap_or(word);
    word == want || word.strip_prefix(want).is_some_and(|rest| rest.starts_with(':'))
}

/// Whether the pipeline runs scripts, targets or hooks that stand in the repository.
fn runs_scripts(repository: &Repository<'_>) -> bool {
    const TARGETS: [&str; 12] =
        ["make", "just", "task", "npm", "pnpm", "yarn", "prek", "pre-commit", "tox", "nox", "bash", "sh"];
    let calls = |line: &CommandLine| {
        words_of_commands(&line.text).iter().any(|words| {
            let first = words.first().map_or("", String::as_str);
            first.starts_with("./")
                || first.starts_with("scripts/")
                || TARGETS.contains(&program(words))
                || (program(words) == "cargo" && words.get(1).is_some_and(|word| word == "xtask"))
        })
    };
    repository.commands.iter().any(|line| line.is_ci && calls(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_that_is_installed_is_not_run() {
        let signs = Signs { actions: &[], commands: &["pytest", "cargo test", "npm test"] };
        for yes in ["pytest -q", "uv run pytest", "cargo +nightly test --all", "a && npm run test:unit", "./bin/pytest"]
        {
            assert!(signs.is_in(yes), "{yes}");
        }
        for no in ["pip install pytest", "cargo build", "echo npm", "npm install", "uv pip install pytest"] {
            assert!(!signs.is_in(no), "{no}");
        }
        assert!(matches_action("github/codeql-action/analyze@v1", "github/codeql-action"));
        assert!(!matches_action("github/codeql-actionx", "github/codeql-action/"));
    }
}
