//! Tools and packages are installed in the versions that were chosen.

use domain::Severity;

use crate::repository::commands::{CommandLine, program, words_of_commands};
use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "pinned-installs",
    title: "Packages are installed in versions that were chosen",
    why: "A build that takes whatever is newest can break, or take in a hijacked release, on the day it is published.",
    severity: Severity::Low,
    practices: &["Scorecard Pinned-Dependencies", "OSPS-BR-05.01"],
    look,
};

fn look(repository: &Repository<'_>) -> Verdict {
    let mut flaws = Vec::new();
    for line in &repository.commands {
        for words in words_of_commands(&line.text) {
            if let Some((what, hint)) = loose(repository, line, &words) {
                let shown: String = words.join(" ").chars().filter(|letter| !letter.is_control()).take(100).collect();
                let message = format!("`{shown}` installs {what}.");
                flaws.push(Flaw::at(&line.file, line.line, &shown, message, hint));
            }
        }
    }
    Verdict::of(flaws, || {
        vec![Evidence::note(format!(
            "None of {} command lines installs a version that nobody chose.",
            repository.commands.len()
        ))]
    })
}

type Loose = (&'static str, &'static str);

const LATEST: &str = "whatever version is newest at the time";

fn loose(repository: &Repository<'_>, line: &CommandLine, words: &[String]) -> Option<Loose> {
    let rest: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    match program(words) {
        "npm" | "cnpm" => npm(&rest, line.is_ci),
        "yarn" => yarn(&rest, line.is_ci),
        "pip" | "pip3" => pip(repository, &rest),
        "python" | "python3" if rest.starts_with(&["-m", "pip"]) => pip(repository, &rest[2..]),
        "uv" if rest.first() == Some(&"pip") => pip(repository, &rest[1..]),
        "pipx" => {
            named(&rest, "install", |name| name.contains("==") || is_path(name), "Name it: `pipx install name==1.2.3`.")
        }
        "go" => go(&rest),
        "cargo" => cargo(&rest),
        "gem" => {
            let versioned = has(&rest, &["-v", "--version"]) || rest.iter().any(|word| word.starts_with("--version="));
            let hint = "Name it: `gem install name -v 1.2.3`, or use a Gemfile.lock with `bundle install`.";
            (rest.first() == Some(&"install") && !versioned && rest.len() > 1).then_some((LATEST, hint))
        }
        "dotnet" if rest.starts_with(&["tool", "install"]) && !has(&rest, &["--version"]) => {
            Some((LATEST, "Name it with --version, or restore from a tool manifest (`dotnet tool restore`)."))
        }
        _ => None,
    }
}

fn has(words: &[&str], flags: &[&str]) -> bool {
    words.iter().any(|word| flags.contains(word))
}

/// The words that are no flags, without `skip` at their head.
fn names<'a>(words: &[&'a str], skip: usize) -> Vec<&'a str> {
    words.iter().skip(skip).filter(|word| !word.starts_with('-')).copied().collect()
}

fn is_path(name: &str) -> bool {
    name.starts_with(['.', '/', '~', '$']) || name.contains("${") || name.ends_with(".tgz") || name.ends_with(".whl")
}

fn named(words: &[&str], verb: &str, good: impl Fn(&str) -> bool, hint: &'static str) -> Option<Loose> {
    let given = names(words, 1);
    (words.first() == Some(&verb) && !given.is_empty() && !given.iter().all(|name| good(name)))
        .then_some((LATEST, hint))
}

fn npm(words: &[&str], is_ci: bool) -> Option<Loose> {
    if !matches!(words.first(), Some(&("install" | "i" | "add"))) {
        return None;
    }
    let given = names(words, 1);
    if given.is_empty() {
        let hint = "Use `npm ci`: it installs exactly what package-lock.json says, and fails where it says nothing.";
        let only_lock = has(words, &["--package-lock-only"]);
        return (is_ci && !only_lock).then_some(("what fits package.json today, not what the lockfile says", hint));
    }
    let exact = |name: &&str| {
        let version = name.get(1..).and_then(|rest| rest.rsplit_once('@')).map(|(_, version)| version);
        is_path(name)
            || version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.'))
    };
    (!given.iter().all(exact))
        .then_some((LATEST, "Name it: `npm install name@1.2.3`, or put it into package.json and use `npm ci`."))
}

fn yarn(words: &[&str], is_ci: bool) -> Option<Loose> {
    let installs = words.first().is_none_or(|word| *word == "install" || word.starts_with('-'));
    let frozen = has(words, &["--immutable", "--frozen-lockfile", "--version", "-v"]);
    let hint = "Add --immutable (or --frozen-lockfile before Yarn 2), so that the lockfile decides.";
    (is_ci && installs && !frozen).then_some(("what fits package.json today, if the lockfile does not fit it", hint))
}

fn pip(repository: &Repository<'_>, words: &[&str]) -> Option<Loose> {
    if words.first() != Some(&"install") || has(words, &["--require-hashes"]) {
        return None;
    }
    let hint = "Install from a file with hashes (`pip install --require-hashes -r requirements.lock`), or name the version: name==1.2.3.";
    let mut words = words.iter().skip(1);
    while let Some(word) = words.next() {
        match *word {
            "-r" | "--requirement" => {
                let file = words.next().copied().unwrap_or_default().trim_start_matches("./");
                let text = repository.tree.file(file).and_then(|file| repository.text(file));
                if !text.is_some_and(|text| text.contains("--hash=")) {
                    return Some((
                        "from a list without hashes, so that nobody notices another file by the same version",
                        hint,
                    ));
                }
            }
            "-e" | "--editable" | "-c" | "--constraint" | "-t" | "--target" | "--prefix" | "-i" | "--index-url"
            | "--extra-index-url" | "-f" | "--find-links" | "--root" | "--python" => {
                words.next();
            }
            flag if flag.starts_with('-') => {}
            name if name.contains("==") || is_path(name) => {}
            _ => return Some((LATEST, hint)),
        }
    }
    None
}

fn go(words: &[&str]) -> Option<Loose> {
    if !matches!(words.first(), Some(&("install" | "get"))) {
        return None;
    }
    let loose =
        |name: &&str| name.rsplit_once('@').is_some_and(|(_, at)| !is_go_version(at) && !at.starts_with(['$', '{']));
    let hint = "Name the version: `go install module/path@v1.2.3`; or make it a tool in go.mod.";
    names(words, 1).iter().any(loose).then_some((LATEST, hint))
}

fn is_go_version(at: &str) -> bool {
    let numbers = at.strip_prefix('v').map_or(0, |rest| rest.split('.').count());
    numbers >= 3 || (at.len() >= 12 && at.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn cargo(words: &[&str]) -> Option<Loose> {
    let at = words.iter().position(|word| *word == "install" || *word == "binstall")?;
    let words = &words[at..];
    if has(words, &["--path", "--list"]) || (has(words, &["--git"]) && has(words, &["--rev"])) {
        return None;
    }
    let chosen = has(words, &["--version", "--vers", "--rev"])
        || words.iter().any(|word| word.starts_with("--version=") || word.contains('@'));
    let given = !names(words, 1).is_empty();
    let hint = "Name it: `cargo install --locked name@1.2.3`.";
    (given && !(chosen && has(words, &["--locked"]))).then_some(("a version, or dependencies, that nobody chose", hint))
}
