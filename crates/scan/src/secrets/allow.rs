//! Allowlists: what a rules file says is no secret.

use regex::bytes::Regex;

use super::go_syntax;
use super::place::Place;
use super::rule::{AllowText, Target};
use super::rules_file::RulesError;

/// An allowlist, ready.
#[derive(Debug)]
pub(crate) struct Allowlist {
    pub(crate) description: Option<String>,
    pub(crate) shipped: bool,
    all: bool,
    paths: Vec<Regex>,
    regexes: Vec<Regex>,
    target: Target,
    stopwords: Vec<String>,
    commits: Vec<String>,
    rules: Vec<String>,
}

/// What an allowlist is asked about.
pub(crate) struct Asked<'a> {
    pub(crate) rule: &'a str,
    pub(crate) secret: &'a [u8],
    pub(crate) matched: &'a [u8],
    pub(crate) line: &'a [u8],
}

impl Allowlist {
    pub(crate) fn new(text: &AllowText) -> Result<Self, RulesError> {
        let compile = |patterns: &[String]| -> Result<Vec<Regex>, RulesError> {
            let read = |pattern: &String| {
                go_syntax::compile(pattern).map_err(|why| {
                    RulesError::of("an allowlist", format!("has {pattern:?}: {why}"), "Correct the expression")
                })
            };
            patterns.iter().map(read).collect()
        };
        Ok(Self {
            description: text.description.clone(),
            shipped: text.shipped,
            all: text.all,
            paths: compile(&text.paths)?,
            regexes: compile(&text.regexes)?,
            target: text.target,
            stopwords: text.stopwords.clone(),
            commits: text.commits.clone(),
            rules: text.rules.clone(),
        })
    }

    /// Whether nothing in this file need be looked at, whatever the rule.
    pub(crate) fn covers_file(&self, place: &Place<'_>) -> bool {
        let by_itself = !self.all || (self.regexes.is_empty() && self.stopwords.is_empty());
        if !by_itself || !self.rules.is_empty() {
            return false;
        }
        let path = !self.paths.is_empty() && self.covers_path(place);
        let commit = !self.commits.is_empty() && self.covers_commit(place);
        if self.all { (path || self.paths.is_empty()) && (commit || self.commits.is_empty()) } else { path || commit }
    }

    pub(crate) fn covers(&self, place: &Place<'_>, asked: &Asked<'_>) -> bool {
        if !self.rules.is_empty() && !self.rules.iter().any(|rule| rule == asked.rule) {
            return false;
        }
        let target = match self.target {
            Target::Secret => asked.secret,
            Target::Match => asked.matched,
            Target::Line => asked.line,
        };
        let has_stopword = || {
            let lower = asked.secret.to_ascii_lowercase();
            self.stopwords.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
        };
        let parts: [(bool, &dyn Fn() -> bool); 4] = [
            (self.commits.is_empty(), &|| self.covers_commit(place)),
            (self.paths.is_empty(), &|| self.covers_path(place)),
            (self.regexes.is_empty(), &|| self.regexes.iter().any(|regex| regex.is_match(target))),
            (self.stopwords.is_empty(), &has_stopword),
        ];
        let mut stated = parts.iter().filter(|(empty, _)| !empty);
        if self.all { stated.all(|(_, holds)| holds()) } else { stated.any(|(_, holds)| holds()) }
    }

    fn covers_path(&self, place: &Place<'_>) -> bool {
        self.paths.iter().any(|path| path.is_match(place.path.as_bytes()))
    }

    fn covers_commit(&self, place: &Place<'_>) -> bool {
        place.commit.is_some_and(|commit| {
            self.commits.iter().any(|known| known.len() >= 7 && commit.starts_with(known.as_str()))
        })
    }
}
